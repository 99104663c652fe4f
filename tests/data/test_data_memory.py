"""Data that a program hands over: seen as a Parquet file of them would be, hashed by what they hold."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet
from scipy import sparse

from regcli.data import load
from regcli.data.memory import in_memory
from regcli.errors import DataError, UsageError

FRAME = pd.DataFrame(
    {
        "a": [1, 2, 3, 4, 5, 6],
        "b": [0.5, np.nan, 2.5, 3.5, 0.0, 1.0],
        "t": [True, False, True, False, True, True],
        "s": ["x", "y", None, "x", "y", "x"],
        "f": pd.Categorical([3, 1, 3, 1, 3, 1]),
        "n": pd.array([1, None, 3, 4, 5, 5], dtype="Int64"),
        "d": pd.to_datetime([f"2024-01-0{day}" for day in range(1, 7)]),
        "y": [1.0, 2.5, 3.0, 4.5, 5.0, 6.0],
    },
    index=list("zyxwvu"),
)
BLOCKS = {"preprocess": {"missing": "median", "dates": {"parts": ["month"]}}}


@pytest.fixture
def dataset(config):
    def make(data, target="y", **blocks):
        return load(config({"kind": "memory", "target": target}, **{**BLOCKS, **blocks}), in_memory(data))

    return make


def test_kinds_and_cells_are_those_of_a_parquet_file(dataset, config, tmp_path):
    plain = FRAME.assign(f=FRAME["f"].astype(str))  # in the file, levels that are numbers are no texts
    parquet.write_table(pa.Table.from_pandas(plain, preserve_index=True), tmp_path / "d.parquet")
    by_file = load(config({"kind": "parquet", "path": "d.parquet", "target": "y"}, **BLOCKS))
    found = dataset(FRAME)
    assert found.features.names == ("a", "b", "t", "s", "f", "n", "d")
    assert found.features.kinds == ("numeric", "numeric", "boolean", "categorical", "categorical", "numeric", "date")
    assert found.features.names == by_file.features.names
    assert found.features.kinds == by_file.features.kinds
    np.testing.assert_array_equal(found.features.numeric, by_file.features.numeric)
    for mine, theirs in zip(found.features.texts, by_file.features.texts, strict=True):
        assert mine.tolist() == theirs.tolist()
    np.testing.assert_array_equal(found.y, FRAME["y"])
    assert found.profile == by_file.profile


@pytest.mark.parametrize(
    "other",
    [FRAME.reset_index(drop=True), pa.Table.from_pandas(FRAME, preserve_index=False), FRAME.astype({"a": float, "s": "string"})],
    ids=["index", "arrow", "types"],
)
def test_the_same_cells_have_the_same_hash(other):
    assert in_memory(other).sha256 == in_memory(FRAME).sha256


@pytest.mark.parametrize(
    "other",
    [FRAME.assign(a=[1, 2, 3, 4, 5, 7]), FRAME.assign(s=["x", "y", "", "x", "y", "x"]), FRAME.rename(columns={"a": "A"}),
     FRAME.iloc[::-1], FRAME.assign(s=["xy", "", None, "x", "y", "x"])],
    ids=["cell", "missing", "name", "order", "joint"],
)  # fmt: skip
def test_other_cells_have_another_hash(other):
    assert in_memory(other).sha256 != in_memory(FRAME).sha256


def test_a_target_beside_a_frame_and_beside_a_matrix(dataset):
    columns, y = FRAME.drop(columns="y"), FRAME["y"]
    whole = dataset(FRAME)
    for target in (y, y.to_list(), y.to_numpy(), y.to_frame(), y.to_numpy()[:, None]):
        np.testing.assert_array_equal(dataset((columns, target)).y, whole.y)
    matrix = dataset((np.asfortranarray(columns[["a", "b"]]), y))
    assert matrix.features.names == ("x1", "x2")
    np.testing.assert_array_equal(matrix.features.numeric, columns[["a", "b"]])
    labels = dataset((columns[["a"]].to_numpy(), ["u", "v", "u", "v", "u", "v"]))
    assert (labels.task, labels.classes) == ("classification", ("u", "v"))


@pytest.mark.parametrize("form", [sparse.csr_matrix, sparse.csc_array, sparse.coo_array, sparse.lil_array])
def test_sparse_matrices_of_any_kind_stay_sparse(dataset, form):
    X = np.array([[0, 2.0], [1, 0], [0, 3], [0, 0], [2, 1], [0, 4]])
    found = dataset((form(X), [1.0, 2.0, 2.5, 4.0, 3.5, 0.5]))
    assert sparse.issparse(found.features.numeric)
    np.testing.assert_array_equal(found.features.numeric.toarray(), X)
    assert (found.features.names, found.target, found.source) == (("x1", "x2"), "y", "sparse matrix")
    assert found.sha256 == dataset((sparse.csr_array(X), [1.0, 2.0, 2.5, 4.0, 3.5, 0.5])).sha256
    assert found.sha256 != dataset((sparse.csr_array(X), [1.0, 2.0, 2.5, 4.0, 3.5, 0.25])).sha256
    labels = dataset((form(X), ["b", "a", "b", "a", "b", "a"]))
    assert labels.classes == ("a", "b")
    assert labels.y.tolist() == [1, 0, 1, 0, 1, 0]


def test_dates_without_a_time_and_names_that_are_no_texts():
    source = in_memory(pd.DataFrame({0: [1, 2], "day": [date(2024, 1, 1), None]}))
    assert source.header == ("0", "day")
    assert source.table["day"].type == pa.date32()
    assert source.place(1) == "row 1 (counted from 0)"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (pd.DataFrame({"a": [1, "x"]}), "column 'a' holds what is no column of one type"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "both called 'a'"),
        (pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])), "several levels"),
        (FRAME.head(0), "no rows"),
        ((FRAME, FRAME["y"]), "has a column 'y'"),
        ((FRAME[["a"]], [1, 2]), "X has 6 rows, and y 2"),
        ((np.eye(3), np.eye(3)), r"y: it has the shape \(3, 3\)"),
        ((sparse.eye_array(3), [1, 2]), "X has 3 rows, and y 2"),
        (np.arange(3.0), r"X: it has the shape \(3,\)"),
        ("abc", "neither a table nor a matrix"),
        (np.array([["a"]]), "neither a table nor a matrix"),
        ((sparse.csr_array([[1.0, np.inf]]), [1]), r"row 0 \(counted from 0\) has an infinite value"),
    ],
)
def test_what_is_no_data_is_told(data, words):
    with pytest.raises(DataError, match=words) as caught:
        in_memory(data)
    assert caught.value.hint


@pytest.mark.parametrize("X", [np.eye(4), sparse.eye_array(4)])
def test_a_matrix_alone_has_no_target(dataset, X):
    with pytest.raises(DataError, match="there is no target"):
        dataset(X)


def test_a_configuration_of_data_in_memory_cannot_be_loaded_alone(config):
    with pytest.raises(UsageError, match="no file holds them"):
        load(config({"kind": "memory", "target": "y"}))
