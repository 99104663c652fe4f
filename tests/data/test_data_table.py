"""From a table to a dataset: columns, roles, missing cells, time, Parquet."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from regcli.data import load
from regcli.errors import DataError

MISSING = "a,b,c,y\n1,u,5,1.5\n,v,6,2.5\n3,,7,3.5\n4,u,8,\n5,v,9,5.5\n"


def test_rows_without_a_target_are_left_out_and_counted(csv):
    dataset = csv(MISSING, preprocess={"missing": "median"})
    assert dataset.row.tolist() == [0, 1, 2, 4]
    assert "1 row without a value of the target 'y'" in dataset.warnings[0]
    assert np.isnan(dataset.features.numeric[1, 0])
    assert dataset.features.texts[0].tolist() == ["u", "v", None, "v"]
    assert dataset.n_source_rows == 5


def test_drop_leaves_out_every_row_with_a_gap(csv):
    dataset = csv(MISSING, preprocess={"missing": "drop"})
    assert dataset.row.tolist() == [0, 4]
    assert dataset.features.numeric.flags.f_contiguous
    assert dataset.warnings[1] == "2 rows have missing cells and are left out: 'a' (1), 'b' (1)."
    unused = csv(MISSING, preprocess={"missing": "drop"}, dataset={"columns": {"exclude": ["b"]}})
    assert unused.row.tolist() == [0, 2, 4]


def test_nothing_left_to_use(refusal):
    error = refusal("a,b,y\n1,,1.5\n,2,2.5\n", preprocess={"missing": "drop"})
    assert "0 rows of 2 can be used" in error.message


def test_profile_describes_the_source(csv):
    dataset = csv(MISSING, preprocess={"missing": "mean"})
    a, b, c, y = dataset.profile
    assert (a.role, a.type, a.mean, a.missing) == ("feature", "numeric", 3.25, 0.2)
    assert a.sd == pytest.approx(np.std([1, 3, 4, 5]))
    assert (b.type, b.levels, b.mean, b.missing) == ("categorical", {"u": 2, "v": 2}, None, pytest.approx(0.2))
    assert (c.mean, c.missing) == (7, 0)
    assert (y.role, y.mean, y.missing) == ("target", 3.25, 0.2)


WEIGHTS = {"-1": "is -1 in line 3", "inf": "is inf in line 3", "": "1 missing cell", "heavy": "line 3 says 'heavy'"}


@pytest.mark.parametrize(("cell", "says"), WEIGHTS.items())
def test_weights_that_are_none(refusal, cell, says):
    assert says in refusal(f"a,w,y\n1,1,1.5\n2,{cell},2.5\n3,1,3.5\n", dataset={"weight": "w"}).message


def test_weights(csv, refusal):
    text = "a,w,y\n1,0,1.5\n2,2.5,2.5\n3,1,\n"
    assert csv(text, dataset={"weight": "w"}, preprocess={"missing": "drop"}).weight.tolist() == [0, 2.5]
    assert "is 0 in all rows" in refusal("a,w,y\n1,0,1.5\n2,0,2.5\n", dataset={"weight": "w"}).message


@pytest.mark.parametrize("role", ["group", "time"])
def test_role_cells_may_not_be_missing(refusal, role):
    error = refusal("a,r,y\n1,1,1.5\n2,,2.5\n", dataset={role: "r"})
    assert f"dataset.{role} 'r' has 1 missing cell, the first in line 3" in error.message


@pytest.mark.parametrize(
    "times",
    [
        ["3", "1", "2", "1"],
        ["2024-03-01", "2024-01-05", "2024-01-06", "2024-01-05"],
        ["2024-03", "2024-01", "2024-02", "2024-01"],
        ["2024-03-01T10:00", "2024-01-05 09:30", "2024-01-05T10:00", "2024-01-05 09:30"],
        ["2024-01-01 12:00:00.5", "2024-01-01 12:00:00", "2024-01-01 12:00:00.25", "2024-01-01 12:00:00"],
        ["12:30", "09:00", "10:00", "09:00"],
    ],
)
def test_rows_come_in_time_order_and_equal_times_as_they_stand(csv, times):
    dataset = csv("t,a,y\n" + "".join(f"{t},{i},{i}.5\n" for i, t in enumerate(times)), dataset={"time": "t"})
    assert dataset.ordered
    assert dataset.row.tolist() == [1, 3, 2, 0]
    assert dataset.y.tolist() == [1.5, 3.5, 2.5, 0.5]
    assert dataset.features.numeric[:, 0].tolist() == [1, 3, 2, 0]


@pytest.mark.parametrize(("cell", "line"), [("last week", 3), ("2024-13-01", 3), ("true", 2)])
def test_times_that_have_no_order(refusal, cell, line):
    first = "true" if cell == "true" else "2024-01-01"
    error = refusal(f"t,a,y\n{first},1,1.5\n{cell},2,2.5\n", dataset={"time": "t"})
    assert "cannot be put in order" in error.message


def write_parquet(path, **columns):
    parquet.write_table(pa.table(columns), path)


def test_parquet_types(tmp_path, config):
    write_parquet(
        tmp_path / "d.parquet",
        i=pa.array([1, 2, None], pa.int32()),
        b=pa.array([True, None, False]),
        s=pa.array(["u", "", "v"]).dictionary_encode(),
        g=pa.array([1.0, 2.0, 1.0]),
        f=pa.array([True, False, True]),
        __index_level_0__=pa.array([5, 6, 7]),
        y=pa.array(["no", "yes", "no"]),
    )
    options = {"kind": "parquet", "path": "d.parquet", "target": "y", "group": "g"}
    blocks = {"preprocess": {"missing": "median"}, "holdout": {"column": "f", "test_value": "true"}}
    dataset = load(config(options, **blocks))
    assert dataset.features.names == ("i", "b", "s")
    assert dataset.features.kinds == ("numeric", "boolean", "categorical")
    np.testing.assert_array_equal(dataset.features.numeric, [[1, 1], [2, np.nan], [np.nan, 0]])
    assert dataset.features.texts[0].tolist() == ["u", None, "v"]
    assert dataset.group.tolist() == ["1", "2", "1"]
    assert dataset.holdout.tolist() == ["true", "false", "true"]
    assert dataset.classes == ("no", "yes")


def test_csv_and_parquet_are_the_same_dataset(tmp_path, config):
    rng = np.random.default_rng(1)
    columns = {"a": rng.normal(size=40), "t": rng.choice(["u", "v"], 40), "y": rng.normal(size=40)}
    write_parquet(tmp_path / "d.parquet", **columns)
    rows = "".join(f"{a!r},{t},{y!r}\n" for a, t, y in zip(*(c.tolist() for c in columns.values()), strict=True))
    (tmp_path / "d.csv").write_text("a,t,y\n" + rows)
    one, other = (load(config({"kind": k, "path": f"d.{k}", "target": "y"})) for k in ("csv", "parquet"))
    assert (one.features.numeric == other.features.numeric).all()
    assert (one.features.texts[0] == other.features.texts[0]).all()
    assert (one.y == other.y).all()
    assert one.profile == other.profile


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (pa.array([[1], [2]]), "is of type list"),
        (pa.array([date(2024, 1, 1), date(2024, 1, 2)]), "holds dates"),
        (pa.array([1.0, float("inf")]), "infinite value, the first in row 1"),
    ],
)
def test_parquet_columns_that_are_no_features(tmp_path, config, column, says):
    write_parquet(tmp_path / "d.parquet", a=column, y=pa.array([1.5, 2.5]))
    with pytest.raises(DataError, match=says):
        load(config({"kind": "parquet", "path": "d.parquet", "target": "y"}))


def test_a_parquet_file_that_is_none(tmp_path, config):
    (tmp_path / "d.parquet").write_text("a,y\n1,2\n")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        load(config({"kind": "parquet", "path": "d.parquet", "target": "y"}))
