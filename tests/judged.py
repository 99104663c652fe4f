"""A small fitted run as the checklist sees it, with whatever a test wants to be otherwise."""

from dataclasses import replace
from functools import cache

from in_memory import dataset, fitted

from regcli.audit.checklist.evidence import of_outcome
from regcli.audit.stability import Stability
from regcli.engine import InMemory
from regcli.outcome import Audited


@cache
def evidence_of(target="y", penalty="lasso"):
    outcome = fitted(dataset(target), penalty=penalty)
    stability = Stability().look(outcome, lambda *_: None, InMemory())
    return of_outcome(replace(outcome, audits={"stability": stability or Audited({})}))


def evidence(target="y", *, metrics=None, points=None, penalty="lasso", **changes):
    """`metrics` by part: ``{"validation": 3.0}`` sets the metric's own value there."""
    found = evidence_of(target, penalty)
    content = {name: dict(part) if isinstance(part, dict) else part for name, part in found.metrics.items()}
    for part, value in (metrics or {}).items():
        is_score = value is not None and not isinstance(value, dict) and part != "null_prediction"
        content[part] = {**(content.get(part) or {}), found.metric: value} if is_score else value
    return replace(found, metrics=content, points=replace(found.points, **(points or {})), **changes)
