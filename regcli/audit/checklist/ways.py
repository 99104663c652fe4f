"""Rows on how the run was made and what stands beside it: looks at the holdout, baselines, folds, order of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli import checks
from regcli.audit.checklist.evidence import Found
from regcli.checks import Verdict
from regcli.data.wording import listing
from regcli.numerals import count

if TYPE_CHECKING:
    from regcli.audit.checklist.evidence import Evidence

SHOWN = 3


def looks(e: Evidence) -> Found:
    """Whether the holdout still is one."""
    if not e.n_holdout:
        return Found(Verdict.ABSENT, "there is no holdout")
    if e.metrics.get("holdout") is None:
        return Found(Verdict.ABSENT, "a sweep does not look at the holdout", {"n": 0.0})
    seen = e.around.looks
    if seen is None:
        return Found(Verdict.UNKNOWN, "no ledger beside the runs tells how often these rows were evaluated")
    said = look_told(seen.number, seen.before, seen.same)
    if seen.after:
        said += f"; {count(len(seen.after), 'later look')} since"
    verdict = Verdict.FAILS if seen.number > e.allow_looks else Verdict.HOLDS
    if e.allow_looks > 1:
        said += f"; {e.allow_looks} are planned (check.allow_looks)"
    return Found(verdict, said, {"n": seen.number}, details={"before": list(seen.before)})


def look_told(number: int, before: tuple[str, ...], same: int) -> str:
    """The how-manieth look it is, and whose were before."""
    if number <= 1:
        return "the first look at these held-out rows"
    told = f"look {number} at these held-out rows"
    if before:
        told += f", after {listing(list(before[::-1]), SHOWN)}"
    return told + (f"; {same} of the earlier ones {'was' if same == 1 else 'were'} of this very configuration" if same else "")


def baseline(e: Evidence) -> Found:
    """Whether tomorrow's run has something to be compared with."""
    n = e.around.baselines
    if n is None:
        return Found(Verdict.UNKNOWN, "nobody has looked for baselines")
    if not n:
        return Found(Verdict.LOOK, "no baseline points to a run of this experiment", {"set": 0.0})
    return Found(Verdict.HOLDS, f"{count(n, 'baseline')} of this experiment", {"set": float(n)})


def resolution(e: Evidence) -> Found:
    """Whether noise can be told."""
    n = len(e.fold_weight)
    numbers = {"n": float(n), "rows": float(e.n_train)}
    said = f"{count(n, 'fold')} of {count(e.n_train, 'training row')}"
    if n < checks.FEW_FOLDS:
        return Found(Verdict.LOOK, said, numbers)
    if e.n_train < checks.FEW_ROWS and e.repeats == 1 and e.cv in {"kfold", "stratified"}:
        return Found(Verdict.LOOK, f"{said}, without repeats", numbers)
    return Found(Verdict.HOLDS, said, numbers)


def order(e: Evidence) -> Found:
    """Whether the future teaches the past."""
    numbers = {"dates": float(len(e.dates))}
    if not e.dates:
        return Found(Verdict.ABSENT, "no column holds dates", numbers)
    said = f"{listing(list(e.dates), SHOWN)} {'hold' if len(e.dates) > 1 else 'holds'} dates, and cv.kind is {e.cv}"
    return Found(Verdict.LOOK if e.shuffled else Verdict.HOLDS, said, numbers)
