"""How alike the supports of one point's models on the folds are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.support import in_support, strongest

if TYPE_CHECKING:
    from regcli.numerics.arrays import BoolArray, FloatArray
    from regcli.outcome import CoefficientTable


@dataclass(frozen=True, slots=True)
class OverFolds:
    """One point's models on M folds and on all training rows, feature by feature; d of these.

    Attributes
    ----------
    feature, source : tuple of str
        In file order.
    size : ndarray (M, d)
        |standardised coefficient| of every fold's model, the largest over classes.
    selected : bool ndarray (M, d)
        The supports of the folds' models.
    chosen : bool ndarray (d,)
        The support of the model on all training rows.
    weight : ndarray (d,)
        |standardised coefficient| of that model.
    agreement : ndarray (d,)
        Where a fold's model has the feature in its support: how often with the sign of the model on all training rows (mean
        over classes); NaN where one of the two has none.
    """

    feature: tuple[str, ...]
    source: tuple[str, ...]
    size: FloatArray
    selected: BoolArray
    chosen: BoolArray
    weight: FloatArray
    agreement: FloatArray

    @classmethod
    def of(cls, table: CoefficientTable, *, dense: bool) -> OverFolds:
        """From the table of coefficients, whose rows are class by class, the intercept first."""
        classes = len(dict.fromkeys(table.class_label or ("",)))
        shape = (classes, len(table.feature) // classes)
        by_fold = table.over_folds.reshape(-1, *shape)[:, :, 1:]
        final = table.standardized.reshape(shape)[:, 1:]
        size, weight = np.abs(by_fold).max(axis=1), np.abs(final).max(axis=0)
        selected, chosen = in_support(size, dense=dense), in_support(weight, dense=dense)
        both = (by_fold != 0) & (final != 0) & (selected & chosen)[:, None]
        same = both & (np.sign(by_fold) == np.sign(final))
        with np.errstate(invalid="ignore"):
            agreement = same.sum(axis=(0, 1)) / both.sum(axis=(0, 1))
        return cls(table.feature[1 : shape[1]], table.source[1 : shape[1]], size, selected, chosen, weight, agreement)

    @property
    def frequency(self) -> FloatArray:
        """Share of the folds' models that have the feature in their support, (d,)."""
        return np.asarray(self.selected.mean(axis=0))

    @property
    def weighted_frequency(self) -> float:
        """Mean frequency of the chosen features, each counted by its weight; NaN without any."""
        return _mean(self.frequency[self.chosen], self.weight[self.chosen])

    @property
    def exchanged(self) -> list[str]:
        """The chosen features that folds' models lack, those first whose absence weighs most."""
        missed = np.where(self.chosen, (1.0 - self.frequency) * self.weight, 0.0)
        return [self.feature[j] for j in np.argsort(-missed, kind="stable")[: np.count_nonzero(missed)].tolist()]

    def numbers(self) -> dict[str, float | int]:
        """What stands in metrics.json."""
        return {
            "phi": phi(self.selected),
            "frequency": _mean(self.frequency[self.chosen]),
            "sign_agreement": _mean(self.agreement[self.chosen & np.isfinite(self.agreement)]),
            "top10": overlap(strongest(self.size)),
            "weighted_frequency": self.weighted_frequency,
            "n_chosen": int(self.chosen.sum()),
            "n_mean": float(self.selected.sum(axis=1).mean()),
            "n_always": int(self.selected.all(axis=0).sum()),
            "n_ever": int(self.selected.any(axis=0).sum()),
        }


def phi(selected: BoolArray) -> float:
    """Selection stability of M supports of d features, bool (M, d): 1 the same every time, 0 as by chance; NaN undefined.

    Nogueira, Sechidis & Brown (2018), On the stability of feature selection algorithms, JMLR 18.
    """
    m, d = selected.shape
    share = selected.mean(axis=0)
    expected = share.mean() * (1.0 - share.mean())
    if m < 2 or expected == 0:
        return float("nan")
    return float(1.0 - m / (m - 1.0) * (share * (1.0 - share)).sum() / d / expected)


def overlap(sets: BoolArray) -> float:
    """Mean over pairs of M sets, bool (M, d), of the share of the larger one that both have; NaN where there is no pair.

    Two empty sets are alike: 1.
    """
    if len(sets) < 2:
        return float("nan")
    some = sets[:, sets.any(axis=0)].astype(np.float64)
    size, common = some.sum(axis=1), some @ some.T
    larger = np.maximum(size[:, None], size)
    share = np.divide(common, larger, out=np.ones_like(common), where=larger > 0)
    pairs = np.triu_indices(len(sets), 1)
    return float(share[pairs].mean())


def _mean(values: FloatArray, weight: FloatArray | None = None) -> float:
    return float(np.average(values, weights=weight)) if len(values) else float("nan")
