"""New rows for a fitted model."""

import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from regcli.data import load, load_rows
from regcli.data.rows import Wanted
from regcli.errors import DataError

TRAIN = "b,code,a,y\ntrue,1,1,1.5\nfalse,x,2,2.5\ntrue,1,4,3.5\ntrue,x,5,4.5\n"


@pytest.fixture
def rows(tmp_path, config):
    """Load training rows, then new ones by what the training features are called."""

    def make(train, new, *, name="new.csv", dataset=None, keep=(), question=None, **blocks):
        kind = "svmlight" if name.endswith(".svmlight") or (dataset or {}).get("kind") == "svmlight" else "csv"
        (tmp_path / "train").write_text(train)
        if isinstance(new, str):
            (tmp_path / name).write_text(new)
        options = {"kind": kind, "path": "train", **({} if kind == "svmlight" else {"target": "y"}), **(dataset or {})}
        settings = config(options, **blocks)
        features = load(settings).features
        path = Path("-") if name == "-" else tmp_path / name
        return load_rows(settings, path, Wanted(features.names, features.kinds, tuple(keep), question))

    return make


def test_columns_are_put_in_the_models_order_and_kind(rows):
    made = rows(TRAIN, "extra,a,b,code\nq,5,true,1\nq,6.5,false,2\n")
    assert made.features.names == ("b", "code", "a")
    assert made.features.kinds == ("boolean", "categorical", "numeric")
    assert made.features.numeric.tolist() == [[1, 5], [0, 6.5]]
    assert made.features.texts[0].tolist() == ["1", "2"]
    assert made.row.tolist() == [0, 1]
    assert made.warnings == ()


def test_one_row_and_constant_columns_will_do(rows):
    assert len(rows(TRAIN, "a,b,code\n5,1,1\n").features) == 1


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("A,code\n1,2\n", "2 of the model's 3 input columns are missing: b, a (did you mean 'A'?)"),
        ("a,b\n1,true\n", "input column 'code' is not a column of the file"),
        ("a,b,code\n1,true,u\ntwo,true,u\n", "column 'a' must hold numbers; line 3 says 'two'"),
        ("a,b,code\n1,7,u\n", "column 'b' was true or false in training, but holds 7"),
        ("a,b,code\n1,yes,u\n", "column 'b' was true or false in training, but holds 'yes'"),
        ("a,b,code\n,true,u\n", "cells are missing in 'a', the first in line 2"),
        ("a,b,code\ninf,true,u\n", "infinite"),
    ],
)
def test_rows_the_model_cannot_take(rows, new, says):
    with pytest.raises(DataError) as caught:
        rows(TRAIN, new)
    assert says in caught.value.message


def test_an_extension_that_says_nothing(rows):
    with pytest.raises(DataError, match="does not say what the file is"):
        rows(TRAIN, "a\n1\n", name="new.xlsx")


def test_missing_cells_by_strategy(rows):
    new = "a,b,code\n1,true,u\n,true,u\n3,false,\n4,false,v\n"
    made = rows(TRAIN, new, preprocess={"missing": "drop"})
    assert made.row.tolist() == [0, 3]
    assert made.features.numeric[:, 1].tolist() == [1, 4]
    assert "2 rows have missing cells" in made.warnings[0]
    made = rows(TRAIN, new, preprocess={"missing": "mean"})
    assert len(made.row) == 4
    assert np.isnan(made.features.numeric[1, 1])
    all_gone = rows(TRAIN, "a,b,code\n,true,u\n,true,u\n", preprocess={"missing": "mean"})
    assert np.isnan(all_gone.features.numeric[:, 1]).all()
    with pytest.raises(DataError, match="no row of 1 can be predicted"):
        rows(TRAIN, "a,b,code\n,true,u\n", preprocess={"missing": "drop"})


def test_parquet(rows, tmp_path):
    table = pa.table({"code": [1, 2], "a": pa.array([1, 2], pa.int8()), "b": [True, False], "y": [0, 0]})
    parquet.write_table(table, tmp_path / "new.parquet")
    made = rows(TRAIN, None, name="new.parquet")
    assert made.features.numeric.tolist() == [[1, 1], [0, 2]]
    assert made.features.texts[0].tolist() == ["1", "2"]


def test_svmlight_rows_fit_the_models_width_and_base(rows):
    train = "1 1:1 3:2\n-1 2:1\n"
    made = rows(train, "0 3:5\n0 1:2 7:9\n", name="new.svmlight")
    assert made.features.numeric.toarray().tolist() == [[0, 0, 5], [2, 0, 0]]
    assert made.row.tolist() == [0, 1]
    assert "4 features unknown to the model ignored: f4, f5, f6, f7" in made.warnings[0]
    made = rows(train.replace("1:1", "0:1"), "0 1:5\n", name="new.svmlight")
    assert made.features.numeric.toarray().tolist() == [[0, 5, 0, 0]]


def test_lags_come_from_the_files_own_past_back_in_file_order(rows):
    series = "t,a,y\n" + "".join(f"{t},{t % 3},{t}.5\n" for t in range(8))
    lags = {"columns": ["y"], "lags": [1], "rolling_mean": [2]}
    new = "t,a,y\n3,0,\n2,1,22.5\n1,2,11.5\n0,1,0.5\n4,2,\n"
    made = rows(series, new, dataset={"time": "t"}, preprocess={"lags": lags})
    assert made.features.names == ("a", "y_lag1", "y_mean2")
    assert made.row.tolist() == [0, 1, 4]
    assert made.features.numeric[:2].tolist() == [[0, 22.5, 17], [1, 11.5, 6]]
    assert made.warnings == (
        "2 rows without 2 earlier rows for the lag features left out.",
        "1 row stands on the model's own predictions of 'y' (from_predictions): errors add up.",
    )
    with pytest.raises(DataError, match="'y' is not a column") as caught:
        rows(series, "t,a\n1,2\n", dataset={"time": "t"}, preprocess={"lags": lags})
    assert "The model looks back on it" in caught.value.hint
    with pytest.raises(DataError, match="no row of 2 can be predicted") as caught:
        rows(series, "t,a,y\n8,2,\n9,1,\n", dataset={"time": "t"}, preprocess={"lags": lags})
    assert "2 rows without 2 earlier rows" in caught.value.hint
    assert "Put the last 2 rows before them into the file as well, with 'y'." in caught.value.hint


def test_lags_of_other_columns_end_where_these_are_known(rows):
    series = "t,a,b,y\n" + "".join(f"{t},{t % 3},{t % 5},{t}.5\n" for t in range(12))
    lags = {"columns": ["y", "b"], "lags": [1]}
    new = "t,a,b,y\n0,0,3,1\n1,0,4,\n2,0,,\n3,0,,\n"
    made = rows(series, new, dataset={"time": "t", "columns": {"include": ["a"]}}, preprocess={"lags": lags})
    assert made.row.tolist() == [1, 2]
    assert made.warnings[1] == (
        "1 row left out whose lags reach values of 'b' that are not known: give them, or fit with lags of 'b' beyond the horizon."
    )


def test_training_rows_are_read_alike(rows, tmp_path, config):
    made = rows(TRAIN, TRAIN)
    trained = load(config({"kind": "csv", "path": "train", "target": "y"})).features
    assert (made.features.numeric == trained.numeric).all()
    assert made.features.texts[0].tolist() == trained.texts[0].tolist()


def test_columns_are_carried_over_as_they_stand(rows, tmp_path):
    new = 'id,a,b,code,note\n007,5,true,1,"a ""b"", c\nd"\n1.50,6,false,NA,\nNA,7,true,x,TRUE\n'
    made = rows(TRAIN, new, keep=["id", "n*", "id"], preprocess={"missing": "drop"})
    assert made.row.tolist() == [0, 2]
    assert made.kept.to_pydict() == {"id": ["007", "NA"], "note": ['a "b", c\nd', "TRUE"]}
    whole = rows(TRAIN, new.replace("1,NA,", "1,x,"), keep=["id", "note"], preprocess={"missing": "mean"})
    assert whole.kept.to_pydict()["note"][1] is None
    with pytest.raises(DataError, match=r"--keep 'nota' is not a column of the file \(did you mean 'note'"):
        rows(TRAIN, new, keep=["nota"], preprocess={"missing": "drop"})
    table = pa.table({"code": [1], "a": [1], "b": [True], "id": pa.array([2**53 + 1])})
    parquet.write_table(table, tmp_path / "new.parquet")
    assert rows(TRAIN, None, name="new.parquet", keep=["id"]).kept["id"].to_pylist() == [2**53 + 1]


def test_everything_that_is_wrong_with_the_columns_is_told_at_once(rows):
    with pytest.raises(DataError) as caught:
        rows(TRAIN, "a,b,code\ntwo,maybe,1\n")
    assert [line.split("column ")[1][:3] for line in caught.value.message.splitlines()] == ["'b'", "'a'"]


def test_rows_from_the_standard_input(rows, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a,b,code\n5,1,1\n")))
    made = rows(TRAIN, None, name="-")
    assert (made.name, made.features.numeric.tolist()) == ("standard input", [[1, 5]])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with pytest.raises(DataError, match="nothing came in"):
        rows(TRAIN, None, name="-")
    with pytest.raises(DataError, match="svmlight"):
        rows("1 1:1 3:2\n-1 2:1\n", None, name="-", dataset={"kind": "svmlight"})
