"""Rows of a comparison: one number or fact of run A beside that of run B, with a name that gates know it by."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

# Two numbers this close are the same: what another BLAS or another order of sums may do to them.
SAME = 1e-9


class Mark(StrEnum):
    """What a row says; worst first where a verdict has to choose."""

    WORSE = "worse"
    BETTER = "better"
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

    @property
    def change(self) -> float | None:
        """B - A, where both are numbers."""
        a, b = number(self.a), number(self.b)
        return None if a is None or b is None else b - a

    @property
    def percent(self) -> float | None:
        """100 (B - A) / |A|; None where A is zero, unless nothing changed."""
        a, change = number(self.a), self.change
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
        return {
            self.name: number(self.b),
            f"{self.name}.a": number(self.a),
            f"{self.name}.b": number(self.b),
            f"{self.name}.change": self.change,
        }


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
    name: str, section: str, label: str, a: float | str | None, b: float | str | None, *, note: str = "", minor: bool = False
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
    return Row(name, section, label, a, b, mark, note=note, minor=minor)


def of_pair(name: str, section: str, label: str, value: float | None, mark: Mark, *, note: str = "", minor: bool = False) -> Row:
    """A row whose number belongs to both runs together."""
    return Row(name, section, label, None, None, mark, value=value, note=note, pair=True, minor=minor)


def changed_if(is_so: bool) -> Mark:
    """The mark of a row that has no better side."""
    return Mark.CHANGED if is_so else Mark.SAME
