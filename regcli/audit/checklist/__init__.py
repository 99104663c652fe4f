"""The ship checklist, judged: the rows of `regcli/checks.py` on what a run tells. Nothing is fitted again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.audit.base import Audit
from regcli.audit.checklist import model, scores, ways
from regcli.audit.checklist.evidence import Evidence, Found, of_outcome
from regcli.audit.checklist.signs import signs_of
from regcli.checks import CHECKS, Verdict
from regcli.outcome import Audited

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from regcli.checks import Check
    from regcli.families.base import Store
    from regcli.outcome import Outcome
    from regcli.pace import Progress

JUDGES: dict[str, Callable[[Evidence], Found]] = {
    "scaled": model.scaled,
    "grid": model.grid,
    "looks": ways.looks,
    "gap": scores.gap,
    "underfit": scores.underfit,
    "holdout": scores.holdout,
    "drivers": model.drivers,
    "stability": model.stability,
    "convergence": model.convergence,
    "leakage": model.leakage,
    "null": scores.null,
    "stronger": scores.stronger,
    "calibration": scores.calibration,
    "baseline": ways.baseline,
    "folds": scores.folds,
    "resolution": ways.resolution,
    "unique": model.unique,
    "order": ways.order,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the checklist, judged.

    Attributes
    ----------
    check : Check
    found : Found
    muted : bool
        Nobody wants to hear of it; what was found stays known.
    """

    check: Check
    found: Found
    muted: bool

    @property
    def verdict(self) -> Verdict:
        """What counts."""
        return Verdict.MUTED if self.muted else self.found.verdict


def judge(evidence: Evidence, mute: Collection[str] = ()) -> tuple[Row, ...]:
    """Every row, in the order of their codes.

    Parameters
    ----------
    evidence : Evidence
    mute : collection of str
        Codes.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return tuple(Row(check, JUDGES[check.name](evidence), check.code in mute) for check in CHECKS)


def numbers(rows: Iterable[Row]) -> dict[str, Any]:
    """A block ``check``: the numbers of every row, its level, how rows ended, and how many fail or are to be looked at."""
    rows = tuple(rows)
    counted = Counter(row.verdict for row in rows)
    return {**_block(rows), "n_fail": counted[Verdict.FAILS], "n_look": counted[Verdict.LOOK]}


def _block(rows: Iterable[Row]) -> dict[str, Any]:
    rows = tuple(rows)
    return {
        **{row.check.name: {**_numbers(row), **row.found.details, "level": row.verdict.level} for row in rows},
        "verdicts": {row.check.code: str(row.verdict) for row in rows},
    }


def _numbers(row: Row) -> Mapping[str, float]:
    known = {each.key: row.found.numbers.get(each.key, float("nan")) for each in row.check.numbers}
    return {key: float(value) if np.isfinite(value) else float("nan") for key, value in known.items()}


class Checklist(Audit):
    """What stops a shipment, and what should be looked at before."""

    name = "check"
    what = "checklist"

    def look(self, outcome: Outcome, tell: Progress, store: Store) -> Audited:  # noqa: ARG002
        rows = judge(replace(of_outcome(outcome), signs=signs_of(outcome)), outcome.plan.config.check.mute)
        lasting, passing = ([row for row in rows if row.check.of_the_moment is moment] for moment in (False, True))
        return Audited(numbers(lasting), beside=_block(passing))
