"""New rows for a fitted model."""

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from regcli.data import load, load_rows
from regcli.errors import DataError

TRAIN = "b,code,a,y\ntrue,1,1,1.5\nfalse,x,2,2.5\ntrue,1,4,3.5\ntrue,x,5,4.5\n"


@pytest.fixture
def rows(tmp_path, config):
    """Load training rows, then new ones by what the training features are called."""

    def make(train, new, *, name="new.csv", dataset=None, **blocks):
        kind = "svmlight" if name.endswith(".svmlight") else "csv"
        (tmp_path / "train").write_text(train)
        if isinstance(new, str):
            (tmp_path / name).write_text(new)
        options = {"kind": kind, "path": "train", **({} if kind == "svmlight" else {"target": "y"}), **(dataset or {})}
        settings = config(options, **blocks)
        features = load(settings).features
        return load_rows(settings, tmp_path / name, features.names, features.kinds)

    return make


def test_columns_are_put_in_the_models_order_and_kind(rows):
    features, row, warnings = rows(TRAIN, "extra,a,b,code\nq,5,true,1\nq,6.5,false,2\n")
    assert features.names == ("b", "code", "a")
    assert features.kinds == ("boolean", "categorical", "numeric")
    assert features.numeric.tolist() == [[1, 5], [0, 6.5]]
    assert features.texts[0].tolist() == ["1", "2"]
    assert row.tolist() == [0, 1]
    assert warnings == ()


def test_one_row_and_constant_columns_will_do(rows):
    assert len(rows(TRAIN, "a,b,code\n5,1,1\n")[0]) == 1


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("A,code\n1,2\n", "2 of the model's 3 input columns are missing: b, a (did you mean 'A'?)"),
        ("a,b\n1,true\n", "input column 'code' is not a column of the file"),
        ("a,b,code\n1,true,u\ntwo,true,u\n", "column 'a' must hold numbers; line 3 says 'two'"),
        ("a,b,code\n1,7,u\n", "column 'b' must be true or false, but holds 7"),
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
    features, row, warnings = rows(TRAIN, new, preprocess={"missing": "drop"})
    assert row.tolist() == [0, 3]
    assert features.numeric[:, 1].tolist() == [1, 4]
    assert "2 rows have missing cells" in warnings[0]
    features, row, warnings = rows(TRAIN, new, preprocess={"missing": "mean"})
    assert len(row) == 4
    assert np.isnan(features.numeric[1, 1])
    all_gone = rows(TRAIN, "a,b,code\n,true,u\n,true,u\n", preprocess={"missing": "mean"})[0]
    assert np.isnan(all_gone.numeric[:, 1]).all()


def test_parquet(rows, tmp_path):
    table = pa.table({"code": [1, 2], "a": pa.array([1, 2], pa.int8()), "b": [True, False], "y": [0, 0]})
    parquet.write_table(table, tmp_path / "new.parquet")
    features, _, _ = rows(TRAIN, None, name="new.parquet")
    assert features.numeric.tolist() == [[1, 1], [0, 2]]
    assert features.texts[0].tolist() == ["1", "2"]


def test_svmlight_rows_fit_the_models_width_and_base(rows):
    train = "1 1:1 3:2\n-1 2:1\n"
    features, row, warnings = rows(train, "0 3:5\n0 1:2 7:9\n", name="new.svmlight")
    assert features.numeric.toarray().tolist() == [[0, 0, 5], [2, 0, 0]]
    assert row.tolist() == [0, 1]
    assert "4 features unknown to the model ignored: f4, f5, f6, f7" in warnings[0]
    features, _, _ = rows(train.replace("1:1", "0:1"), "0 1:5\n", name="new.svmlight")
    assert features.numeric.toarray().tolist() == [[0, 5, 0, 0]]


def test_lags_come_from_the_files_own_past_back_in_file_order(rows):
    series = "t,a,y\n" + "".join(f"{t},{t % 3},{t}.5\n" for t in range(8))
    lags = {"columns": ["y"], "lags": [1], "rolling_mean": [2]}
    new = "t,a,y\n3,0,\n2,1,22.5\n1,2,11.5\n0,1,0.5\n4,2,\n"
    features, row, warnings = rows(series, new, dataset={"time": "t"}, preprocess={"lags": lags})
    assert features.names == ("a", "y_lag1", "y_mean2")
    assert row.tolist() == [0, 1]
    assert features.numeric.tolist() == [[0, 22.5, 17], [1, 11.5, 6]]
    assert "3 rows without enough earlier rows" in warnings[0]
    with pytest.raises(DataError, match="'y' is not a column"):
        rows(series, "t,a\n1,2\n", dataset={"time": "t"}, preprocess={"lags": lags})


def test_training_rows_are_read_alike(rows, tmp_path, config):
    features, _, _ = rows(TRAIN, TRAIN)
    trained = load(config({"kind": "csv", "path": "train", "target": "y"})).features
    assert (features.numeric == trained.numeric).all()
    assert features.texts[0].tolist() == trained.texts[0].tolist()
