"""A table as data: what a report is made of before anybody decides how it looks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regcli.report.terminal.canvas import Line

Tone = Literal["good", "bad", "quiet", "heading"]


class Picture(Protocol):
    """What a terminal can draw."""

    def draw(self, width: int, height: int, *, plain: bool) -> list[Line]:
        """Lines of styled text, at most `width` characters wide; plain ones are made of ASCII alone."""


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
    fold : int
        Before that, cells may be folded to this width; 0 for columns that are never folded, such as numbers.
    right : bool or None
        Align to the right; None where the values decide: numbers stand to the right.
    bar : bool
        Its numbers are drawn as bars in what room is left on a terminal; elsewhere the column is left out.
    """

    key: str
    title: str
    rank: int = 0
    fold: int = 0
    right: bool | None = None
    bar: bool = False


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
    tones : mapping of int to {"good", "bad", "quiet", "heading"}
        What a row is about, for colours where there are any.
    pictures : tuple of Picture
        What is drawn below it on a terminal.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    notes: tuple[str, ...] = ()
    marked: frozenset[int] = frozenset()
    tones: Mapping[int, Tone] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()

    def written(self) -> Table:
        """The table without what only terminals draw."""
        kept = [j for j, column in enumerate(self.columns) if not column.bar]
        if len(kept) == len(self.columns) and not self.pictures:
            return self
        rows = tuple(tuple(row[j] for j in kept) for row in self.rows)
        return replace(self, columns=tuple(self.columns[j] for j in kept), rows=rows, pictures=())

    def records(self) -> list[dict[str, Any]]:
        """The rows as objects by key."""
        keys = [column.key for column in self.columns]
        return [dict(zip(keys, row, strict=True)) for row in self.rows]
