"""A table as data."""

from __future__ import annotations

import pytest

from regcli.report.table import Column, Table

COLUMNS = (Column("a", "A"), Column("b", "B", 1))


def test_rows_are_objects_by_key_for_programs():
    table = Table("t", COLUMNS, ((1, None), ("x", 2.5)))
    assert table.records() == [{"a": 1, "b": None}, {"a": "x", "b": 2.5}]


def test_a_row_of_another_length_is_no_row_of_the_table():
    with pytest.raises(ValueError, match="zip"):
        Table("t", COLUMNS, ((1,),)).records()
