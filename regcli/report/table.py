"""A table as data: what a report is made of before anybody decides how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    key : str
        Name for programs (JSON, CSV).
    title : str
        Name for people.
    rank : int
        0 is never left out; on a narrow terminal the columns of the highest rank go first.
    """

    key: str
    title: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of raw values; rounding and alignment are the renderer's.

    Attributes
    ----------
    title : str
    columns : tuple of Column
    rows : tuple of tuple
        One value per column: text, number, truth value or None.
    notes : tuple of str
        Sentences below the table.
    marked : frozenset of int
        Rows that stand out.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    notes: tuple[str, ...] = ()
    marked: frozenset[int] = frozenset()

    def records(self) -> list[dict[str, Any]]:
        """The rows as objects by key."""
        keys = [column.key for column in self.columns]
        return [dict(zip(keys, row, strict=True)) for row in self.rows]
