"""Changes into rows with marks: is a change real, and does it matter? Families of changes are corrected together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.compare.rows import Mark, Row, number, same
from regcli.noise import holm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.noise import Test


@dataclass(frozen=True, slots=True)
class Change:
    """A score of run A beside that of run B, and what is needed to say whether the difference is one.

    Attributes
    ----------
    name, section, label : str
        As of a row.
    a, b : float or None
        None where undefined or absent.
    test : Test
        The noise of b - a.
    rise, fall : Mark
        What it is called when B's number is the larger, or the smaller.
    size : float
        Size of the numbers that a and b are computed from: solvers are exact relative to it.
    base : float or None
        What the margin is a share of; None where it has no meaning.
    remark : str
        Stands behind the reason.
    minor : bool
    """

    name: str
    section: str
    label: str
    a: float | None
    b: float | None
    test: Test
    rise: Mark
    fall: Mark
    size: float
    base: float | None
    remark: str = ""
    minor: bool = False

    @property
    def difference(self) -> float | None:
        """B - A; None where one of them is no number."""
        x, y = number(self.a), number(self.b)
        return None if x is None or y is None else y - x


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too small to be a change.

    Attributes
    ----------
    numerical : float
        Share of a number's size up to which two solvers may differ.
    margin : float or None
        Share of A up to which a change does not matter; None where every real change does.
    """

    numerical: float
    margin: float | None = None


def judge(family: Sequence[Change], limits: Limits) -> list[Row]:
    """Rows with marks, corrected together: wrongly is worse or better said of any of them no more often than of a single one.

    Holm (1979); each p is taken in units of its own limit, as the limits differ.

    Parameters
    ----------
    family : sequence of Change
    limits : Limits
    """
    corrected = holm([_p_value(change, limits) for change in family], [change.test.level for change in family])
    n_tested = int(np.isfinite(corrected).sum())
    return [_row(change, p, n_tested, limits) for change, p in zip(family, corrected, strict=True)]


def _p_value(change: Change, limits: Limits) -> float:
    """NaN where there is nothing to test."""
    d = change.difference
    return float("nan") if d is None or _is_same(change, limits) else change.test.p_value(d)


def _is_same(change: Change, limits: Limits) -> bool:
    d = change.difference
    return same(change.a, change.b) or (d is not None and abs(d) <= limits.numerical * change.size)


def _row(change: Change, p: float, n_tested: int, limits: Limits) -> Row:
    mark, note = _mark(change, p, n_tested, limits)
    return Row(
        change.name,
        change.section,
        change.label,
        change.a,
        change.b,
        mark,
        note=note,
        minor=change.minor or (number(change.a) is None and number(change.b) is None),
        tested=True,
        detectable=number(change.test.detectable()),
    )


def _mark(change: Change, p: float, n_tested: int, limits: Limits) -> tuple[Mark, str]:
    d, test = change.difference, change.test
    if same(change.a, change.b):
        return Mark.SAME, ""
    if d is None:
        absent = number(change.a) is None
        return (Mark.NEW if absent else Mark.GONE), f"undefined or absent in {'A' if absent else 'B'}"
    if _is_same(change, limits):
        return Mark.SAME, f"no more than what solvers may differ by: {limits.numerical:.0e} of the score"
    direction = change.rise if d > 0 else change.fall
    margin = None if limits.margin is None or change.base is None else limits.margin * change.base
    if not np.isfinite(p):
        if test.error != 0:
            return Mark.CHANGED, "nothing tells noise from change here"
        # every fold changed by exactly the same
        return (Mark.WITHIN_MARGIN if margin is not None and abs(d) <= margin else direction), f"the same in {test.how}"
    together = f", {n_tested} tested together" if n_tested > 1 else ""
    remark = f", {change.remark}" if change.remark else ""
    note = f"p {f'= {p:.2g}' if p >= 1e-4 else '< 0.0001'}, limit {test.level:g}, {test.how}{together}{remark}"
    is_real = p < test.level
    if margin is not None and abs(d) <= margin and (is_real or test.p_value(margin - abs(d)) < test.level):
        # real but small, or certainly no larger than that
        return Mark.WITHIN_MARGIN, note
    return (direction if is_real else Mark.WITHIN_NOISE), note
