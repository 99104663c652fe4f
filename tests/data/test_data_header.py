"""The names of a file's columns."""

from __future__ import annotations

import pyarrow as pa
import pytest
from pyarrow import parquet

from regcli.data.header import header_of
from regcli.errors import DataError


def test_names_of_a_csv_and_of_a_parquet_file(tmp_path):
    (tmp_path / "d.csv").write_text('id;"unit price";y\n1;2;3\n', encoding="utf-8")
    assert header_of(tmp_path / "d.csv", "csv") == ("id", "unit price", "y")
    table = pa.table({"b": [1], "a": ["x"], "__index_level_0__": [0]})
    parquet.write_table(table, tmp_path / "d.parquet")
    assert header_of(tmp_path / "d.parquet", "parquet") == ("b", "a")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, kind):
    (tmp_path / "d.x").write_bytes(b"")
    with pytest.raises(DataError, match=r"d\.x"):
        header_of(tmp_path / "d.x", kind)
