"""Parquet files: what is read as what, and what is said of files that are none."""

from __future__ import annotations

import hashlib
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from regcli.data import load
from regcli.data import parquet as reading
from regcli.data.parquet import open_parquet
from regcli.errors import DataError

TABLE = pa.table(
    {
        "a": pa.array([1, 2, None, 4], pa.int32()),
        "b": pa.array([0.5, 1.5, 2.5, 3.5], pa.float32()),
        "t": [True, False, True, None],
        "s": ["x", "y", "x", None],
        "d": [date(2024, 1, day) for day in range(1, 5)],
        "y": [1.0, 2.0, 3.0, 4.0],
    }
)


@pytest.fixture
def file(tmp_path):
    def make(table=TABLE, **how):
        path = tmp_path / "d.parquet"
        parquet.write_table(table, path, **how)
        return path

    return make


@pytest.mark.parametrize("at_once", [1, 1 << 20])
@pytest.mark.parametrize("rows", [1, 1000])
def test_numbers_come_into_one_matrix_however_the_file_is_cut(file, monkeypatch, at_once, rows):
    monkeypatch.setattr(reading, "CELLS_AT_ONCE", at_once)
    source = open_parquet(file(row_group_size=rows))
    cells = source.read(["b", "t", "a", "s", "y"], frozenset(), frozenset("abts"))
    assert cells.kinds == {"b": "numeric", "t": "boolean", "a": "numeric"}
    np.testing.assert_array_equal(cells.numeric, [[0.5, 1, 1], [1.5, 0, 2], [2.5, 1, np.nan], [3.5, np.nan, 4]])
    assert cells.table.to_pydict() == {"s": ["x", "y", "x", None], "y": [1.0, 2.0, 3.0, 4.0]}


def test_columns_wanted_as_text_are_texts(file):
    cells = open_parquet(file()).read(["a", "t"], frozenset({"a", "t"}), frozenset("at"))
    assert cells.kinds == {}
    assert cells.table.to_pydict() == {"a": ["1", "2", None, "4"], "t": ["true", "false", "true", None]}


def test_verbatim_keeps_the_types(file):
    assert open_parquet(file()).verbatim(["d", "a"]).schema.types == [pa.date32(), pa.int32()]


def test_the_header_has_no_index_of_pandas_and_the_hash_is_the_files(file):
    path = file(TABLE.append_column("__index_level_0__", pa.array(range(4))))
    source = open_parquet(path)
    assert source.header == ("a", "b", "t", "s", "d", "y")
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert source.place(2) == "row 2 (counted from 0)"


def test_a_file_without_rows_and_one_that_is_none(file, tmp_path):
    with pytest.raises(DataError, match="columns and no rows"):
        open_parquet(file(TABLE.slice(0, 0)))
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(file().read_bytes()[:-20])
    with pytest.raises(DataError, match=r"broken\.parquet: the file cannot be read as Parquet"):
        open_parquet(broken)


def test_bytes_that_are_no_text_are_named_with_their_row(file, tmp_path, config):
    spoilt = pa.array([b"x", b"\xff", b"x", b"y"], pa.binary()).view(pa.string())
    file(TABLE.set_column(3, "s", spoilt))
    with pytest.raises(DataError, match="column 's' is not UTF-8 text in row 1"):
        load(config({"kind": "parquet", "path": "d.parquet", "target": "y"}))
