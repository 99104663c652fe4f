"""Tables that know the types of their columns."""

from regcli.data.arrays import ArrayTable
from regcli.data.memory import FrameTable
from regcli.data.notation import Notation
from regcli.data.parquet import ParquetFile
from regcli.data.typed import TypedTable


def test_they_say_how_they_are_read_themselves():
    table = TypedTable()
    assert (table.typed, table.notation, table.how) == (True, Notation(), None)


def test_whatever_comes_with_types_is_one():
    assert all(issubclass(kind, TypedTable) for kind in (ArrayTable, FrameTable, ParquetFile))
    # slots: nothing is added to a table by a slip
    assert not any("__dict__" in dir(kind) for kind in (ArrayTable, FrameTable, ParquetFile))
