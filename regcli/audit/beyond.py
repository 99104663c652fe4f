"""What non-linearity buys: the best linear model of a run beside the best of another family, beyond noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.audit.base import Audit
from regcli.audit.ranking import Entries
from regcli.families import FAMILIES
from regcli.metrics import METRICS
from regcli.outcome import Audited

if TYPE_CHECKING:
    from regcli.families.base import Store
    from regcli.outcome import Outcome
    from regcli.pace import Progress


class Beyond(Audit):
    """Asked of a run whose table has linear models and others.

    Every other kind is compared with the best linear model, each at its best, and the one-sided p-values are corrected together:
    of several kinds the best one looks better than it is, and Holm's correction allows for that.
    """

    name = "beyond"
    what = "beyond linear"

    def look(self, outcome: Outcome, tell: Progress, store: Store) -> Audited | None:  # noqa: ARG002
        entries, metric = Entries(outcome), METRICS[outcome.choice.metric]
        best = {entry: at_best for entry, (at_best, _) in entries.represented().items()}
        means = {entry: entries.mean(place) for entry, place in best.items()}
        order = sorted(best, key=lambda entry: metric.sign * means[entry])
        linear = [entry for entry in order if FAMILIES[entry[0]].is_linear]
        others = [entry for entry in order if not FAMILIES[entry[0]].is_linear]
        if not linear or not others:
            return None
        (gain, p, level), *_ = entries.gained([best[entry] for entry in others], best[linear[0]])
        keys = entries.keys()
        before = abs(means[linear[0]])
        return Audited(
            {
                "gain": gain,
                "gain_relative": gain / before if before else float("nan"),
                "p": p,
                "level": level,
                "metric": metric.name,
                "linear": keys[linear[0]],
                "linear_mean": means[linear[0]],
                "other": keys[others[0]],
                "other_mean": means[others[0]],
            }
        )
