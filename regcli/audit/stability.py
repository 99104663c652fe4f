"""Whether other rows would have selected the same columns: what the folds say, and what an elastic net would do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.audit.base import Audit
from regcli.audit.pairs import Pairs, stability_selection
from regcli.audit.supports import OverFolds
from regcli.data.wording import listing
from regcli.families import FAMILIES
from regcli.metrics import METRICS
from regcli.numerals import count, number, percent
from regcli.outcome import Audited
from regcli.support import is_dense

if TYPE_CHECKING:
    from regcli.families.base import Store
    from regcli.outcome import Choice, Fitted, Outcome, Summary
    from regcli.pace import Progress

FILE = "stability.csv"
# Below this weighted frequency a support is called unstable: models of independent columns stay above it, those that choose
# among columns which stand in for one another fall below.
STEADY = 0.9
NOT_ASKED = (
    "stability: the selected model has no coefficients, and stability selection is of linear models: halves select nothing; "
    "ask for it without estimators"
)


@dataclass(frozen=True, slots=True)
class Stable:
    """What stability.csv tells of, feature by feature.

    Attributes
    ----------
    over_folds : OverFolds
    pairs : Pairs or None
        What halves of the rows select, where that was asked for.
    """

    over_folds: OverFolds
    pairs: Pairs | None


class Stability(Audit):
    """Over the folds of every run, and on request by stability selection."""

    name = "stability"
    what = "stability"

    def look(self, outcome: Outcome, tell: Progress, store: Store) -> Audited | None:
        table = outcome.portrait.coefficients
        if table is None:
            return None if outcome.plan.config.stability is None else Audited({}, warnings=(NOT_ASKED,))
        if len(table.over_folds) < 2 and outcome.plan.config.stability is None:
            return None
        chosen = outcome.paths[outcome.choice.path].path
        found = OverFolds.of(table, dense=is_dense(chosen.l1_ratio, chosen.stage))
        numbers: dict[str, Any] = dict(found.numbers()) if len(table.over_folds) > 1 else {}
        warnings = [_unstable(outcome, found, numbers["phi"])] if numbers and found.weighted_frequency < STEADY else []
        pairs = None
        if outcome.plan.config.stability is not None:
            pairs, said = stability_selection(outcome, tell, store)
            numbers |= pairs.numbers()
            warnings += said
        return Audited(numbers, {FILE: Stable(found, pairs)}, tuple(warnings))


def _unstable(outcome: Outcome, found: OverFolds, phi: float) -> str:
    """What is said of a support that changes from fold to fold."""
    return (
        f"the chosen features are not the same in every fold: Φ = {number(phi)}, and of the model's size (the sum of its "
        f"standardised coefficients) {percent(1.0 - found.weighted_frequency)} is borne by features that a fold's model lacks, "
        f"first of all {listing(found.exchanged, 3)}. Columns that tell the same stand in for one another; folds share most of "
        f"their rows, so that new data would exchange more of them. {_elastic_net(outcome)}"
    )


def _elastic_net(outcome: Outcome) -> str:
    """What an elastic net makes of it: measured where the run has one, else where to ask for it."""
    chosen = outcome.paths[outcome.choice.path]
    nets = [
        (path, summary)
        for path, summary in zip(outcome.paths, outcome.summaries, strict=True)
        if path.path.penalty == "elasticnet" and path is not chosen
    ]
    tried = []
    for path, summary in nets:
        index = representative(path, summary, outcome.choice)
        table = FAMILIES[path.path.family].portrait(outcome.prepared, path, index, save_model=False).coefficients
        if table is None:
            continue
        theirs = OverFolds.of(table, dense=is_dense(path.path.l1_ratio, path.path.stage))
        tried.append((theirs.numbers()["phi"], path.path.label, float(summary.validation_mean[index]), int(theirs.chosen.sum())))
    if not tried:
        ratio = chosen.path.l1_ratio / 2 if chosen.path.penalty == "elasticnet" else 0.5
        who = "A smaller l1_ratio" if chosen.path.penalty == "elasticnet" else "An elastic net"
        return f"{who} keeps such columns together: penalty: {{kind: elasticnet, l1_ratio: {ratio:g}}}"
    best, label, score, size = max(tried, key=lambda net: np.nan_to_num(net[0], nan=-1.0))
    what = f"{label}, among this run's paths, has Φ = {number(best)} with {count(size, 'feature')}"
    metric, own = outcome.choice.metric, float(outcome.summaries[outcome.choice.path].validation_mean[outcome.choice.index])
    return f"{what} at validation {metric} {number(score)} (chosen: {number(own)})"


def representative(path: Fitted, summary: Summary, choice: Choice) -> int:
    """The point that stands for a path: by the rule its largest λ within reach of the best of all, or else its own best."""
    within = np.flatnonzero(summary.within_1se)
    if choice.rule != "min" and len(within):
        return int(within[0])
    loss = np.where(path.usable, METRICS[choice.metric].sign * summary.validation_mean, np.inf)
    return int(np.nanargmin(loss)) if np.isfinite(loss).any() else 0
