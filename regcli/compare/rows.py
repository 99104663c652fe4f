"""Rows of a comparison: one number or fact of run A beside that of run B, with a name that gates know it by."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Two numbers this close are the same: what another BLAS or another order of sums may do to them.
SAME = 1e-9
# Names that are shown of a long list.
NAMED = 5


class Mark(StrEnum):
    """What a row says; worst first where a verdict has to choose."""

    WORSE = "worse"
    BETTER = "better"
    LARGER = "larger"
    SMALLER = "smaller"
    WITHIN_MARGIN = "within margin"
    WITHIN_NOISE = "within noise"
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"
    NOT_COMPARABLE = "not comparable"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a comparison.

    Attributes
    ----------
    name : str
        Dotted name. Gates know the row's number by it: B's number, or the pair's.
    section : str
        Heading the row stands under.
    label : str
        What people read.
    a, b : float, str or None
        The reference's and the other run's; None where undefined or absent. Both None for a number of the pair.
    mark : Mark
    value : float or None
        A number that belongs to the pair, such as a cosine; None for rows with two sides.
    note : str
        Why the row is marked so, or names behind a count.
    pair : bool
        The row is a number of the pair.
    minor : bool
        Shown only when all rows are asked for.
    tested : bool
        The change is held against noise.
    detectable : float or None
        Of a tested row: the smallest change that these two runs would have told from noise four times in five; None where that
        cannot be estimated.
    subject : str
        The column or feature that the row is about, where it is about one.
    items : tuple of str
        What was counted, of a row that counts.
    """

    name: str
    section: str
    label: str
    a: float | str | None
    b: float | str | None
    mark: Mark
    value: float | None = None
    note: str = ""
    pair: bool = False
    minor: bool = False
    tested: bool = False
    detectable: float | None = None
    subject: str = ""
    items: tuple[str, ...] = ()

    @property
    def change(self) -> float | None:
        """B - A, where both are numbers of the same thing."""
        a, b = number(self.a), number(self.b)
        return None if a is None or b is None or self.mark is Mark.NOT_COMPARABLE else b - a

    @property
    def percent(self) -> float | None:
        """100 (B - A) / |A|; None where A is zero, unless nothing changed."""
        return self._in_percent(self.change)

    @property
    def detectable_percent(self) -> float | None:
        """`detectable` in per cent of |A|."""
        return self._in_percent(self.detectable)

    def _in_percent(self, change: float | None) -> float | None:
        a = number(self.a)
        if a is None or change is None:
            return None
        if a == 0:
            return 0.0 if change == 0 else None
        return 100.0 * change / abs(a)

    @property
    def is_number(self) -> bool:
        """The row can be gated."""
        return self.pair or not (isinstance(self.a, str) or isinstance(self.b, str))

    def names(self) -> dict[str, float | None]:
        """Every number of the row by its gate's name."""
        if not self.is_number:
            return {}
        if self.pair:
            return {self.name: self.value}
        found = {
            self.name: number(self.b),
            f"{self.name}.a": number(self.a),
            f"{self.name}.b": number(self.b),
            f"{self.name}.change": self.change,
        }
        return found | ({f"{self.name}.detectable": self.detectable} if self.tested else {})

    def percents(self) -> dict[str, float | None]:
        """Those of the row's numbers that a gate with a percent sign takes in per cent of |A|."""
        if not self.is_number or self.pair:
            return {}
        found = {f"{self.name}.change": self.percent}
        return found | ({f"{self.name}.detectable": self.detectable_percent} if self.tested else {})


def number(value: float | str | None) -> float | None:
    """The value as a finite number, or None."""
    if value is None or isinstance(value, str) or not math.isfinite(value):
        return None
    return float(value)


def same(a: float | str | None, b: float | str | None) -> bool:
    """Equal but for rounding; two absent values are the same."""
    x, y = number(a), number(b)
    if x is None or y is None:
        return a == b or (x is None and y is None and not isinstance(a, str) and not isinstance(b, str))
    return abs(x - y) <= SAME * max(abs(x), abs(y))


def fact(
    name: str,
    section: str,
    label: str,
    a: float | str | None,
    b: float | str | None,
    *,
    note: str = "",
    minor: bool = False,
    subject: str = "",
) -> Row:
    """A row without direction: neither side is the better one."""
    if same(a, b):
        mark = Mark.SAME
    elif a is None:
        mark = Mark.NEW
    elif b is None:
        mark = Mark.GONE
    else:
        mark = Mark.CHANGED
    return Row(name, section, label, a, b, mark, note=note, minor=minor, subject=subject)


def of_pair(
    name: str,
    section: str,
    label: str,
    value: float | None,
    mark: Mark,
    *,
    note: str = "",
    minor: bool = False,
    subject: str = "",
) -> Row:
    """A row whose number belongs to both runs together."""
    return Row(name, section, label, None, None, mark, value=value, note=note, pair=True, minor=minor, subject=subject)


def count(name: str, section: str, label: str, items: Sequence[str], *, note: str = "", minor: bool = False) -> Row:
    """A row that counts what changed, and names it; `note` where there is nothing to name."""
    row = of_pair(name, section, label, float(len(items)), changed_if(bool(items)), note=named(items) or note, minor=minor)
    return replace(row, items=tuple(items))


def named(items: Sequence[str]) -> str:
    """The first few names, and how many more."""
    shown = ", ".join(items[:NAMED])
    return f"{shown} and {len(items) - NAMED} more" if len(items) > NAMED else shown


def changed_if(is_so: bool) -> Mark:
    """The mark of a row that has no better side."""
    return Mark.CHANGED if is_so else Mark.SAME
