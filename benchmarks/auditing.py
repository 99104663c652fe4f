"""What is asked after a search: what it adds to the search's time, beside scikit-learn's for the same. Standard library alone."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from session import median, ratio, show, worker
from solving import OWN, prepare

if TYPE_CHECKING:
    from cases import Case

from cases import CASES, quick


@dataclass(frozen=True, slots=True)
class Audit:
    """What follows a search on the data of a solving case.

    Attributes
    ----------
    of : str
        The case.
    share : float or None
        The most that what every run is asked (stability over folds, importance of columns) may take of the search's time.
    pairs : float or None
        The most that stability selection with 50 pairs may take, in units of the search's time.
    """

    of: str
    share: float | None
    pairs: float | None

    @property
    def name(self) -> str:
        """As typed behind `run.py`."""
        return f"audits, {self.of}"

    @property
    def case(self) -> Case:
        return next(case for case in CASES if case.name == self.of)


AUDITS = (
    Audit("tall elastic net", 0.5, 10.0),
    Audit("wide lasso", 0.5, None),
    Audit("tall L1 logistic", 0.5, None),
)
# What is timed of regcli, and of scikit-learn for the same.
QUESTIONS = ("by default", "50 pairs of halves")


def measure_audit(audit: Audit, *, rounds: int, small: bool) -> dict[str, Any]:
    """Search, audits and scikit-learn, in turns."""
    case = quick(audit.case) if small else audit.case
    show(f"\n{audit.name}")
    own: list[dict[str, float]] = []
    peer: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory(prefix="regcli-bench-") as scratch:
        folder = prepare(case, Path(scratch) / "base")
        for _ in range(rounds):
            own.append(worker(OWN, "audit", OWN, str(folder))[0])
            if not peer:  # minutes each, and far from the aim
                peer.append(worker(OWN, "audit", "scikit-learn", str(folder))[0])
    search = [found["search"] for found in own]
    wanted = dict(zip(QUESTIONS, (audit.share, audit.pairs), strict=True))
    questions = {
        name: {
            "seconds": median([found[name] for found in own]),
            "of_search": ratio([found[name] for found in own], search),
            "wanted": wanted[name],
            "scikit-learn": ratio([found[name] for found in peer], [found[name] for found in own]),
        }
        for name in QUESTIONS
    }
    for name, found in questions.items():
        show(f"  {name:20s} {json.dumps(found)}")
    return {"title": case.title, "search": median(search), "questions": questions, "version": peer[0]["version"]}
