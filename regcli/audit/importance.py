"""What each input column is worth: how much worse the folds' models predict where its cells are exchanged between rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.audit.base import Audit
from regcli.averages import Averages
from regcli.families import FAMILIES
from regcli.families.base import AS_IT_IS, Exchange
from regcli.metrics import METRICS, default_metric
from regcli.outcome import Audited
from regcli.scored import Scored
from regcli.scoring import from_squares, gap, score
from regcli.support import TOP
from regcli.weights import sample_weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regcli.data.types import Dataset
    from regcli.families.base import Probe, Store
    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.outcome import Outcome
    from regcli.pace import Progress
    from regcli.plan import Plan

FILE = "importance.csv"
# Folds that validate fewer rows take their cells from all training rows.
FEW = 10
# Exchanges are repeated until so many rows have been tried, and no more often than this.
TRIED, MOST = 5000, 10


@dataclass(frozen=True, slots=True)
class Importance:
    """What the input columns are worth, in file order; P of them.

    Attributes
    ----------
    metric : str
    source : tuple of str
    permutation, error : ndarray (P,)
        By how much the metric worsens on the validation rows where the column's cells are exchanged; its standard error over
        folds.
    size, fold_mean, fold_sd : ndarray (P,) or None
        SD of what the column adds to the predictor: of the model on all training rows, and over the folds' models.
    """

    metric: str
    source: tuple[str, ...]
    permutation: FloatArray
    error: FloatArray
    size: FloatArray | None
    fold_mean: FloatArray | None
    fold_sd: FloatArray | None

    @property
    def rank(self) -> FloatArray:
        """1 for the column that is worth most; NaN where a column is worth nothing."""
        worth = np.nan_to_num(self.permutation)
        rank = np.full(len(worth), np.nan)
        order = np.argsort(-worth, kind="stable")
        rank[order] = np.arange(1, len(worth) + 1)
        return np.where(worth > 0, rank, np.nan)

    def numbers(self) -> dict[str, Any]:
        """What stands in metrics.json."""
        worth = np.maximum(np.nan_to_num(self.permutation), 0.0)
        total = float(worth.sum())
        order = [int(i) for i in np.argsort(-worth, kind="stable")[:TOP] if worth[i] > 0]
        return {
            "metric": self.metric,
            "columns": [self.source[i] for i in order],
            "n_columns": int(np.count_nonzero(self.permutation)),
            "n_beyond_noise": int((self.permutation > 2.0 * self.error).sum()),
            "largest_share": float(worth.max() / total) if total else float("nan"),
            "top10_share": float(worth[order].sum() / total) if total else float("nan"),
        }


class ImportanceOfColumns(Audit):
    """Permutation importance on the validation rows of every fold, in the metric the model was chosen by."""

    name = "importance"
    what = "importance"

    def look(self, outcome: Outcome, tell: Progress, store: Store) -> Audited | None:  # noqa: ARG002
        plan, fitted = outcome.plan, outcome.paths[outcome.choice.path]
        family, index, folds = FAMILIES[fitted.path.family], outcome.choice.index, plan.splits.folds
        averages = Averages.of(plan.dataset, plan.splits)
        # what is no mean over rows has no value on a fold of one row
        metric = default_metric(plan.task) if averages.from_rows(plan.metric) else plan.metric
        exchanges = [
            Exchange(fold.validation, fold.validation if len(fold.validation) >= FEW else plan.splits.train) for fold in folds
        ]
        probes = family.probes(outcome.prepared, fitted, index, exchanges)
        if not probes:
            return None
        place = {name: i for i, name in enumerate(family.features(plan.dataset).names)}
        worse = np.zeros((len(folds), len(place)))
        for f, (probe, exchange) in enumerate(zip(probes, exchanges, strict=True)):
            for name, loss in _worse(plan, metric, probe, exchange, f, place).items():
                worse[f, place[name]] = loss
            tell(f + 1, len(folds), "importance of columns")
        mean, error = averages.over_folds(worse)
        sizes = family.sizes(outcome.prepared, outcome.portrait)
        found = Importance(metric, tuple(place), mean, error, None, None, None)
        if sizes is not None:
            *theirs, own = sizes
            spread = np.std(theirs, axis=0, ddof=1) if len(theirs) > 1 else np.full(len(own), np.nan)
            found = replace(found, size=own, fold_mean=np.mean(theirs, axis=0), fold_sd=spread)
        return Audited(found.numbers(), {FILE: found})


def _worse(plan: Plan, metric: str, probe: Probe, exchange: Exchange, f: int, place: Mapping[str, int]) -> dict[str, float]:
    """By how much a fold's score worsens, by input column: from sums of squares where they tell, else by trying."""
    dataset, rows = plan.dataset, exchange.rows
    actual = Scored(dataset.y[rows], np.zeros(len(rows)), sample_weights(dataset, rows), plan.task)
    known = probe.expected() if METRICS[metric].from_moments is not None else {}
    out: dict[str, float] = {}
    if known:
        names = list(known)
        squared, mean = np.array([known[name] for name in names]).T
        scores = from_squares([metric], squared, mean, actual)[metric]
        out = {name: float(loss) for name, loss in zip(names, gap(scores[:1], scores, metric), strict=True) if name != AS_IT_IS}
    rest = [name for name in probe.inputs if name not in out]
    if rest:
        before = score(replace(actual, mean=probe.as_it_is()), [metric])[metric]
        times = min(MOST, -(-TRIED // len(rows)))
        for name in rest:
            donors = _donors(dataset, exchange, times, np.random.default_rng([plan.config.cv.seed, f, place[name]]))
            after = score(replace(actual, mean=probe.exchanged(name, donors)), [metric])[metric]
            out[name] = float(gap(before, after.mean(), metric))
    return out


def _donors(dataset: Dataset, exchange: Exchange, times: int, rng: np.random.Generator) -> IntArray:
    """Whose cells the rows get, several times: the pool's in another order, each as often as its weight says; (times, m)."""
    m, weight = len(exchange.rows), sample_weights(dataset, exchange.pool)
    if len(exchange.pool) == m and (weight == weight[0]).all():
        return np.array([rng.permutation(m) for _ in range(times)])
    # as even a sample as there is: a comb of m teeth over the pool in random order, laid end to end by weight
    out = np.empty((times, m), dtype=np.int64)
    for drawn in out:
        order = rng.permutation(len(weight))
        ends = np.cumsum(weight[order])
        teeth = (np.arange(m) + rng.random()) * (ends[-1] / m)
        drawn[:] = rng.permutation(order[np.minimum(np.searchsorted(ends, teeth, side="right"), len(order) - 1)])
    return out
