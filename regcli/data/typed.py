"""What all tables say of themselves that know the types of their columns: frames, arrays, Parquet files."""

from __future__ import annotations

from regcli.data.notation import Notation


class TypedTable:
    """The part of `TableSource` that such tables share."""

    __slots__ = ()

    @property
    def typed(self) -> bool:
        """The columns know what they hold."""
        return True

    @property
    def notation(self) -> Notation:
        """Of numbers in columns of text."""
        return Notation()

    @property
    def how(self) -> None:
        """It says so itself."""
