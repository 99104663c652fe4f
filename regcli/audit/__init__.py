"""What a careful statistician asks of a chosen model. What is found stands in metrics.json and in tables of its own."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from regcli.audit.beyond import Beyond
from regcli.audit.bootstrap import Bootstrap
from regcli.audit.checklist import Checklist
from regcli.audit.importance import ImportanceOfColumns
from regcli.audit.learning import LearningCurve
from regcli.audit.nested import Nested
from regcli.audit.ranking import Ranking
from regcli.audit.stability import Stability
from regcli.audit.variants import Variants
from regcli.engine import InMemory
from regcli.numerics.reproducible import steady
from regcli.outcome import Interrupted

if TYPE_CHECKING:
    from regcli.audit.base import Audit
    from regcli.families.base import Store
    from regcli.outcome import Outcome
    from regcli.pace import Progress

log = logging.getLogger(__name__)

# In the order in which they are asked: later ones know what earlier ones have found.
AUDITS: tuple[Audit, ...] = (
    Stability(), ImportanceOfColumns(), Ranking(), Beyond(), Nested(), Bootstrap(), LearningCurve(), Variants(), Checklist(),
)  # fmt: skip


def audit(outcome: Outcome, tell: Progress, store: Store | None = None) -> Outcome:
    """Ask everything that is asked by default or configured.

    Parameters
    ----------
    outcome : Outcome
    tell : callable (done, total, what)
        Told how far it has come.
    store : Store, optional
        Where finished pieces of work are kept; by default in memory.

    Raises
    ------
    Interrupted
        By the user; the search before is done, and in the exception.
    """
    store = store or InMemory()
    for question in AUDITS:
        start = time.perf_counter()
        try:
            with steady():
                found = question.look(outcome, tell, store)
        except KeyboardInterrupt:
            raise Interrupted(outcome.prepared, outcome.paths) from None
        if found is None:
            continue
        took = time.perf_counter() - start
        log.info("%s: %.2f s", question.what, took)
        outcome = replace(
            outcome,
            audits={**outcome.audits, question.name: found},
            warnings=tuple(dict.fromkeys((*outcome.warnings, *found.warnings))),
            seconds={**outcome.seconds, question.what: took},
        )
    return outcome
