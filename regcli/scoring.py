"""Metrics, gaps and their means over folds. Metrics use sample weights, never class weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regcli.data.types import Task
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray

TINY = float(np.finfo(np.float64).tiny)
ECE_BINS = 15
# Raise it when a metric comes to mean something else: runs scored by different definitions are not compared.
METRIC_DEFINITIONS = 1


@dataclass(frozen=True, slots=True)
class Scored:
    """Predictions on some rows, as metrics take them: of one model, or of every point of a path at once.

    Attributes
    ----------
    y : ndarray (n,)
        Values, or class indices.
    mean : ndarray (…, n) or (…, n, K)
        Predicted values, or probabilities of all K >= 2 classes.
    weight : ndarray (n,)
        Sample weights.
    task : {"regression", "classification"}
    """

    y: FloatArray
    mean: FloatArray
    weight: FloatArray
    task: Task

    @property
    def inner(self) -> int:
        """How many of the last axes of `mean` belong to one model."""
        return 1 if self.task == "regression" else 2

    @property
    def binary(self) -> bool:
        """Two classes: metrics speak of the second one."""
        return bool(self.mean.shape[-1] == 2)

    @property
    def label(self) -> FloatArray:
        """Index of the most probable class, (…, n); a tie goes to the first."""
        return np.asarray(np.argmax(self.mean, axis=-1), dtype=np.float64)

    @property
    def indicator(self) -> FloatArray:
        """One column a class, 1 where the row belongs to it, (n, K)."""
        return np.asarray(self.y[:, None] == np.arange(self.mean.shape[-1]), dtype=np.float64)

    def at(self, rows: BoolArray | IntArray) -> Scored:
        """Some of the rows, by mask or by position."""
        of_rows = (..., rows) if self.inner == 1 else (..., rows, slice(None))
        return replace(self, y=self.y[rows], mean=self.mean[of_rows], weight=self.weight[rows])

    def average(self, values: FloatArray) -> FloatArray:
        """Weighted mean over rows, (…,)."""
        return np.asarray(values @ self.weight / self.weight.sum())

    def spread(self) -> float:
        """Weighted variance of y; NaN where there is none to explain."""
        total = float(self.average((self.y - self.average(self.y)) ** 2))
        return total if len(self.y) > 1 and total > 0 else float("nan")


Metric = Callable[[Scored], "FloatArray"]


def _each(metric: Callable[[Scored], float]) -> Metric:
    """A metric of one model, applied to every point of a path in turn."""

    @wraps(metric)
    def along(d: Scored) -> FloatArray:
        lead, one = d.mean.shape[: -d.inner], d.mean.shape[-d.inner :]
        return np.array([metric(replace(d, mean=mean)) for mean in d.mean.reshape(-1, *one)]).reshape(lead)

    return along


def squared_errors(d: Scored) -> FloatArray:
    """(y - prediction)² of every row."""
    return np.asarray((d.y - d.mean) ** 2)


def absolute_errors(d: Scored) -> FloatArray:
    """|y - prediction| of every row."""
    return np.abs(d.y - d.mean)


def log_losses(d: Scored) -> FloatArray:
    """Negative log-likelihood of every row, in nats; finite however wrong a certain prediction is."""
    every = d.mean
    chosen = np.where(d.y == 1, every[..., 1], every[..., 0]) if d.binary else every[..., np.arange(len(d.y)), d.y.astype(int)]
    np.maximum(chosen, TINY, out=chosen)
    np.log(chosen, out=chosen)
    return np.negative(chosen, out=chosen)


def brier_scores(d: Scored) -> FloatArray:
    """Squared error of the probability of the second class for every row; of several, summed over classes."""
    error = (d.indicator - d.mean) ** 2
    return np.asarray(error[..., 1] if d.binary else error.sum(axis=-1))


def hits(d: Scored) -> FloatArray:
    """1 for every row whose most probable class is its own."""
    return np.asarray(d.label == d.y, dtype=np.float64)


def mse(d: Scored) -> FloatArray:
    """Mean squared error."""
    return d.average(squared_errors(d))


def rmse(d: Scored) -> FloatArray:
    """Root of the mean squared error."""
    return np.sqrt(mse(d))


def mae(d: Scored) -> FloatArray:
    """Mean absolute error."""
    return d.average(absolute_errors(d))


def r2(d: Scored) -> FloatArray:
    """One minus the squared error over the squared deviation from the mean of these rows."""
    return 1.0 - mse(d) / d.spread()


@_each
def median_ae(d: Scored) -> float:
    """Median absolute error."""
    from sklearn.metrics import median_absolute_error

    weight = None if (d.weight == 1).all() else d.weight
    return float(median_absolute_error(d.y, d.mean, sample_weight=weight))


def explained_variance(d: Scored) -> FloatArray:
    """One minus the variance of the error over the variance of y."""
    error = d.y - d.mean
    return 1.0 - d.average((error - d.average(error)[..., None]) ** 2) / d.spread()


def log_loss(d: Scored) -> FloatArray:
    """Negative log-likelihood per unit of weight, in nats; finite however wrong a certain prediction is."""
    return d.average(log_losses(d))


def deviance(d: Scored) -> FloatArray:
    """Twice the log loss."""
    return 2.0 * log_loss(d)


def brier(d: Scored) -> FloatArray:
    """Mean squared error of the probability of the second class; of several, summed over classes."""
    return d.average(brier_scores(d))


@_each
def roc_auc(d: Scored) -> float:
    """Area under the ROC curve; several classes: mean over classes, each against the rest."""
    from sklearn.metrics import roc_auc_score

    return _one_by_one(d, lambda y, p, w: float(roc_auc_score(y, p, sample_weight=w)))


@_each
def average_precision(d: Scored) -> float:
    """Average precision of the second class; several classes: mean over classes, each against the rest."""
    from sklearn.metrics import average_precision_score

    return _one_by_one(d, lambda y, p, w: float(average_precision_score(y, p, sample_weight=w)))


def accuracy(d: Scored) -> FloatArray:
    """Share of rows whose most probable class is theirs."""
    return d.average(hits(d))


@_each
def balanced_accuracy(d: Scored) -> float:
    """Mean over the classes present of the share recognised."""
    hit = d.label == d.y
    recalls = [d.weight[of] @ hit[of] / d.weight[of].sum() for of in (d.y == c for c in np.unique(d.y)) if d.weight[of].sum() > 0]
    return float(np.mean(recalls)) if recalls else float("nan")


@_each
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


@_each
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
    return float(np.mean([score(truth[:, c], d.mean[:, c], weight) for c in classes]))


REGRESSION: dict[str, Metric] = {
    "mse": mse,
    "rmse": rmse,
    "mae": mae,
    "r2": r2,
    "median_ae": median_ae,
    "explained_variance": explained_variance,
}
CLASSIFICATION: dict[str, Metric] = {
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


def metrics_of(task: str) -> dict[str, Metric]:
    """All metrics of a task, by name."""
    return REGRESSION if task == "regression" else CLASSIFICATION


# Metrics that are means over rows: what is averaged, and what becomes of the average.
ROW_BY_ROW: dict[str, tuple[Metric, Callable[[FloatArray], FloatArray]]] = {
    "mse": (squared_errors, np.asarray),
    "rmse": (squared_errors, np.sqrt),
    "mae": (absolute_errors, np.asarray),
    "log_loss": (log_losses, np.asarray),
    "deviance": (log_losses, lambda mean: 2.0 * mean),
    "brier": (brier_scores, np.asarray),
    "accuracy": (hits, np.asarray),
}

# Metrics that look at nothing but the order in which probabilities put the rows.
RANKINGS = frozenset({"roc_auc", "average_precision"})

# Of these the ones that are such a mean, but for a factor: the mean over folds of one row is the metric of all their rows.
ROW_MEANS = frozenset(ROW_BY_ROW) - {"rmse"}

# What the mean squared error and the mean error tell, the variance of y known.
QUADRATIC: dict[str, Callable[[FloatArray, FloatArray, float], FloatArray]] = {
    "mse": lambda squared, mean, spread: squared,  # noqa: ARG005
    "rmse": lambda squared, mean, spread: np.sqrt(squared),  # noqa: ARG005
    "r2": lambda squared, mean, spread: 1.0 - squared / spread,  # noqa: ARG005
    "explained_variance": lambda squared, mean, spread: 1.0 - (squared - mean**2) / spread,
}


def from_squares(names: Iterable[str], squared: FloatArray, mean: FloatArray, actual: Scored) -> dict[str, FloatArray]:
    """Metrics of `QUADRATIC` for every point of a path.

    Parameters
    ----------
    names : iterable of str
    squared, mean : ndarray (L,)
        Mean squared error, and mean error, of the weighted rows.
    actual : Scored
        The rows; predictions are not looked at.
    """
    spread = actual.spread()
    return {name: np.asarray(QUADRATIC[name](squared, mean, spread)) for name in names}


def score(d: Scored, names: Iterable[str]) -> dict[str, FloatArray]:
    """Some metrics, (…,) each; NaN where undefined or where the predictions are not finite."""
    d, finite = made_finite(d)
    return {name: np.where(finite, METRICS[name](d), np.nan) for name in names}


def made_finite(d: Scored) -> tuple[Scored, BoolArray]:
    """Predictions with numbers throughout, and of which models (…,) they were so."""
    finite = np.asarray(np.isfinite(d.mean).all(axis=tuple(range(-d.inner, 0))))
    if not finite.all():
        d = replace(d, mean=np.nan_to_num(d.mean, nan=0.0, posinf=0.0, neginf=0.0))
    return d, finite


def gap(train: FloatArray, validation: FloatArray, metric: str) -> FloatArray:
    """How much worse validation is than train, in the metric's unit; > 0 is over-fitted whichever way the metric points."""
    return train - validation if metric in HIGHER_IS_BETTER else validation - train


def mean_and_error(values: FloatArray, weights: FloatArray, share: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """Mean over J folds and its standard error: m̄ = Σw m/Σw, √[Σw(m-m̄)²/Σw · J/(J-1) / (J·share)].

    Folds that validate the same rows again, of repeats or random splits, add no rows: the spread of J of them tells the
    variance of one, and the mean is taken to be as good as that of as many folds as there can be without overlap (Nadeau &
    Bengio 2003; Bates, Hastie & Tibshirani 2023). For a single K-fold it is the usual s/√K (Breiman et al. 1984).

    Parameters
    ----------
    values : ndarray (J, …)
    weights : ndarray (J,)
        Validation weight of each fold.
    share : float
        min(J, n/n̄_te)/J: n rows in all, n̄_te the mean number that a fold validates.

    Returns
    -------
    mean, error : ndarray (…)
        NaN where any fold is; the error also for a single fold.
    """
    part = weights / weights.sum()
    mean = np.tensordot(part, values, axes=1)
    if len(values) < 2:
        return mean, np.full(np.shape(mean), np.nan)
    return mean, np.sqrt(np.tensordot(part, (values - mean) ** 2, axes=1) / ((len(values) - 1) * share))


__all__ = [
    "CLASSIFICATION",
    "HIGHER_IS_BETTER",
    "METRICS",
    "METRIC_DEFINITIONS",
    "REGRESSION",
    "Scored",
    "gap",
    "mean_and_error",
    "metrics_of",
    "score",
]
