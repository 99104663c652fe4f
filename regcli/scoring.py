"""Metrics, gaps and their means over folds. Metrics use sample weights, never class weights."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from regcli.data.types import FloatArray

TINY = float(np.finfo(np.float64).tiny)
ECE_BINS = 15


@dataclass(frozen=True, slots=True)
class Scored:
    """Predictions of one model on some rows, as metrics take them.

    Attributes
    ----------
    y : ndarray (n,)
        Values, or class indices.
    mean : ndarray (n,) or (n, K)
        Predicted values, or probabilities of all K >= 2 classes.
    weight : ndarray (n,)
        Sample weights.
    """

    y: FloatArray
    mean: FloatArray
    weight: FloatArray

    @property
    def binary(self) -> bool:
        """Two classes: metrics speak of the second one."""
        return bool(self.mean.shape[1] == 2)

    @property
    def label(self) -> FloatArray:
        """Index of the most probable class; a tie goes to the first."""
        return np.asarray(np.argmax(self.mean, axis=1), dtype=np.float64)

    @property
    def indicator(self) -> FloatArray:
        """One column a class, 1 where the row belongs to it."""
        return np.asarray(self.y[:, None] == np.arange(self.mean.shape[1]), dtype=np.float64)

    def average(self, values: FloatArray) -> float:
        """Weighted mean over rows."""
        return float(self.weight @ values / self.weight.sum())


def mse(d: Scored) -> float:
    """Mean squared error."""
    return d.average((d.y - d.mean) ** 2)


def rmse(d: Scored) -> float:
    """Root of the mean squared error."""
    return float(np.sqrt(mse(d)))


def mae(d: Scored) -> float:
    """Mean absolute error."""
    return d.average(np.abs(d.y - d.mean))


def r2(d: Scored) -> float:
    """One minus the squared error over the squared deviation from the mean of these rows."""
    total = d.average((d.y - d.average(d.y)) ** 2)
    return 1.0 - mse(d) / total if len(d.y) > 1 and total > 0 else float("nan")


def median_ae(d: Scored) -> float:
    """Median absolute error."""
    from sklearn.metrics import median_absolute_error

    weight = None if (d.weight == 1).all() else d.weight
    return float(median_absolute_error(d.y, d.mean, sample_weight=weight))


def explained_variance(d: Scored) -> float:
    """One minus the variance of the error over the variance of y."""
    total = d.average((d.y - d.average(d.y)) ** 2)
    error = d.y - d.mean
    return 1.0 - d.average((error - d.average(error)) ** 2) / total if len(d.y) > 1 and total > 0 else float("nan")


def log_loss(d: Scored) -> float:
    """Negative log-likelihood per unit of weight, in nats; finite however wrong a certain prediction is."""
    chosen = d.mean[np.arange(len(d.y)), d.y.astype(int)]
    return d.average(-np.log(np.maximum(chosen, TINY)))


def deviance(d: Scored) -> float:
    """Twice the log loss."""
    return 2.0 * log_loss(d)


def brier(d: Scored) -> float:
    """Mean squared error of the probability of the second class; of several, summed over classes."""
    error = (d.indicator - d.mean) ** 2
    return d.average(error[:, 1] if d.binary else error.sum(axis=1))


def roc_auc(d: Scored) -> float:
    """Area under the ROC curve; several classes: mean over classes, each against the rest."""
    from sklearn.metrics import roc_auc_score

    return _one_by_one(d, lambda y, p, w: float(roc_auc_score(y, p, sample_weight=w)))


def average_precision(d: Scored) -> float:
    """Average precision of the second class; several classes: mean over classes, each against the rest."""
    from sklearn.metrics import average_precision_score

    return _one_by_one(d, lambda y, p, w: float(average_precision_score(y, p, sample_weight=w)))


def accuracy(d: Scored) -> float:
    """Share of rows whose most probable class is theirs."""
    return d.average((d.label == d.y).astype(np.float64))


def balanced_accuracy(d: Scored) -> float:
    """Mean over the classes present of the share recognised."""
    hit = d.label == d.y
    recalls = [d.weight[of] @ hit[of] / d.weight[of].sum() for of in (d.y == c for c in np.unique(d.y)) if d.weight[of].sum() > 0]
    return float(np.mean(recalls)) if recalls else float("nan")


def f1(d: Scored) -> float:
    """Harmonic mean of precision and recall of the second class; several classes: mean over classes. 0 where there is no hit."""
    scores = []
    for c in [1] if d.binary else range(d.mean.shape[1]):
        truth, said = d.y == c, d.label == c
        if not d.binary and not truth.any() and not said.any():
            continue  # a class that neither occurs nor is predicted says nothing
        both, total = d.weight @ (truth & said), d.weight @ truth + d.weight @ said
        scores.append(2.0 * both / total if total > 0 else 0.0)
    return float(np.mean(scores))


def ece(d: Scored) -> float:
    """Expected calibration error of the second class (of several: of the predicted class) in 15 bins of equal width."""
    if d.binary:
        said, truth = d.mean[:, 1], (d.y == 1).astype(np.float64)
    else:
        said, truth = d.mean.max(axis=1), (d.label == d.y).astype(np.float64)
    bins = np.minimum((said * ECE_BINS).astype(int), ECE_BINS - 1)
    difference = np.bincount(bins, d.weight * (truth - said), ECE_BINS)
    return float(np.abs(difference).sum() / d.weight.sum())


def _one_by_one(d: Scored, score: Callable[[FloatArray, FloatArray, FloatArray | None], float]) -> float:
    """A ranking metric for the second class, or averaged over classes; NaN where a class is absent or alone."""
    weight = None if (d.weight == 1).all() else d.weight
    truth = d.indicator
    present = d.weight @ truth
    if (present <= 0).any() or (d.weight @ (1 - truth) <= 0).any():
        return float("nan")
    classes = [1] if d.binary else range(truth.shape[1])
    with warnings.catch_warnings():
        return float(np.mean([score(truth[:, c], d.mean[:, c], weight) for c in classes]))


REGRESSION: dict[str, Callable[[Scored], float]] = {
    "mse": mse,
    "rmse": rmse,
    "mae": mae,
    "r2": r2,
    "median_ae": median_ae,
    "explained_variance": explained_variance,
}
CLASSIFICATION: dict[str, Callable[[Scored], float]] = {
    "log_loss": log_loss,
    "deviance": deviance,
    "brier": brier,
    "roc_auc": roc_auc,
    "average_precision": average_precision,
    "accuracy": accuracy,
    "balanced_accuracy": balanced_accuracy,
    "f1": f1,
    "ece": ece,
}
METRICS = REGRESSION | CLASSIFICATION
HIGHER_IS_BETTER = frozenset({"r2", "explained_variance", "roc_auc", "average_precision", "accuracy", "balanced_accuracy", "f1"})


def metrics_of(task: str) -> dict[str, Callable[[Scored], float]]:
    """All metrics of a task, by name."""
    return REGRESSION if task == "regression" else CLASSIFICATION


def score(d: Scored, names: Iterable[str]) -> dict[str, float]:
    """Some metrics of one set of predictions; NaN where undefined or where the predictions are not finite."""
    if not np.isfinite(d.mean).all():
        return dict.fromkeys(names, float("nan"))
    return {name: METRICS[name](d) for name in names}


def gap(train: FloatArray, validation: FloatArray, metric: str) -> FloatArray:
    """How much worse validation is than train, in the metric's unit; > 0 is over-fitted whichever way the metric points."""
    return train - validation if metric in HIGHER_IS_BETTER else validation - train


def mean_and_error(values: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean over folds and its standard error: m̄ = Σw m/Σw, √[Σw(m-m̄)²/Σw/(K-1)] (Breiman et al. 1984).

    Parameters
    ----------
    values : ndarray (K, …)
    weights : ndarray (K,)
        Validation weight of each fold.

    Returns
    -------
    mean, error : ndarray (…)
        NaN where any fold is; the error also for a single fold.
    """
    share = weights / weights.sum()
    mean = np.tensordot(share, values, axes=1)
    if len(values) < 2:
        return mean, np.full(np.shape(mean), np.nan)
    return mean, np.sqrt(np.tensordot(share, (values - mean) ** 2, axes=1) / (len(values) - 1))


def curves(y: FloatArray, means: FloatArray, weight: FloatArray, names: Iterable[str]) -> dict[str, FloatArray]:
    """Metrics along a path.

    Parameters
    ----------
    y : ndarray (n,)
    means : ndarray (L, n) or (L, n, K)
        Predictions at every grid point.
    weight : ndarray (n,)
    names : iterable of str

    Returns
    -------
    dict of str to ndarray (L,)
    """
    points = [score(Scored(y, mean, weight), names) for mean in means]
    return {name: np.array([point[name] for point in points]) for name in names}


__all__ = [
    "CLASSIFICATION",
    "HIGHER_IS_BETTER",
    "METRICS",
    "REGRESSION",
    "Scored",
    "curves",
    "gap",
    "mean_and_error",
    "metrics_of",
    "score",
]
