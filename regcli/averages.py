"""From folds to one figure: means over folds with their standard error, or the pooled predictions of leave-one-out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from regcli.evaluate import standard_errors
from regcli.metrics import METRICS
from regcli.scored import Scored
from regcli.scoring import mean_and_error, score
from regcli.weights import sample_weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from regcli.data.types import Dataset, Splits
    from regcli.numerics.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Averages:
    """How the scores of J folds become one figure.

    Attributes
    ----------
    weight : ndarray (J,)
        Validation weight of each fold.
    share : float
        What part of the J folds the training rows could fill without validating any row twice; at most 1.
    rows : Scored or None
        With leave-one-out: its rows, fold after fold, without predictions. Metrics that are no mean over rows are taken from
        the predictions of all folds together there. Other schemes whose folds validate a single row keep the means over folds,
        which may be undefined: what validates a row several times, or not at all, pools to nothing.
    """

    weight: FloatArray
    share: float
    rows: Scored | None

    @classmethod
    def of(cls, dataset: Dataset, splits: Splits) -> Averages:
        """Look at the folds of a plan."""
        folds = splits.folds
        weight = np.array([sample_weights(dataset, fold.validation).sum() for fold in folds])
        validated = sum(len(fold.validation) for fold in folds)
        rows = None
        if splits.leave_one_out:
            position = np.concatenate([fold.validation for fold in folds])
            y = dataset.y[position]
            rows = Scored(y, np.zeros(len(y)), sample_weights(dataset, position), dataset.task)
        return cls(weight, min(1.0, len(splits.train) / validated), rows)

    def over_folds(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean over folds and its standard error, (…) each, of scores (J, …)."""
        return mean_and_error(values, self.weight, self.share)

    def from_rows(self, metric: str) -> bool:
        """The metric is taken from the predictions of all folds together."""
        return self.rows is not None and not METRICS[metric].is_row_mean

    def by_fold(self, metric: str, values: FloatArray) -> FloatArray:
        """Validation scores of the folds, (J, …), NaN where the metric has no value on a fold."""
        return np.full_like(values, np.nan) if self.from_rows(metric) else values

    def validation(
        self, by_fold: Mapping[str, FloatArray], means: FloatArray | None, names: Iterable[str]
    ) -> dict[str, tuple[FloatArray, FloatArray]]:
        """Validation figures and their standard errors, (…) each.

        Parameters
        ----------
        by_fold : mapping of str to ndarray (J, …)
            Validation scores by metric.
        means : ndarray (…, J) or (…, J, K), or None
            Out-of-fold predictions, fold after fold; looked at only for metrics taken `from_rows`.
        names : iterable of str
        """

        def figure(name: str) -> tuple[FloatArray, FloatArray]:
            if self.rows is None or means is None or not self.from_rows(name):
                return self.over_folds(by_fold[name])
            pooled = replace(self.rows, mean=means)
            return score(pooled, [name])[name], standard_errors(pooled, [name])[name]

        return {name: figure(name) for name in names}
