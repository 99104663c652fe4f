"""Scores of predictions on rows: every metric with its standard error, beside what the model without columns scores there.

Errors are those of drawing such rows again, the model being given; rows are taken as independent of each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.metrics import METRICS, metrics_of
from regcli.scoring import made_finite, score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from regcli.data.types import Task
    from regcli.metrics import Metric
    from regcli.numerics.arrays import BoolArray, FloatArray
    from regcli.scored import Scored

JACKKNIFE_BLOCKS = 20
# A share of what it is computed from that rounding makes of a variance of nothing.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class RowScore:
    """One metric on some rows.

    Attributes
    ----------
    value : float
        The model's; NaN where undefined.
    error : float
        Its standard error over rows; NaN where there is none.
    null : float
        The same metric of the null model on the same rows.
    """

    value: float
    error: float
    null: float


def evaluate(d: Scored, null: FloatArray, names: Iterable[str] | None = None) -> dict[str, RowScore]:
    """Every metric of one model on some rows.

    Parameters
    ----------
    d : Scored
        One model's predictions, `mean` (n,) or (n, K).
    null : ndarray () or (K,)
        What the null model predicts for every row, as `null_prediction` gives it for the rows that the model was fitted on.
    names : iterable of str, optional
        Metrics; default all of the task.

    Returns
    -------
    dict of str to RowScore
        In the order of the names.
    """
    names = tuple(metrics_of(d.task) if names is None else names)
    values, errors = score(d, names), standard_errors(d, names)
    nulls = score(replace(d, mean=np.broadcast_to(null, d.mean.shape)), names)
    return {name: RowScore(float(values[name]), float(errors[name]), float(nulls[name])) for name in names}


def null_prediction(y: FloatArray, weight: FloatArray, task: Task, n_classes: int = 0, *, intercept: bool = True) -> FloatArray:
    """What the model without columns predicts: the mean, or the classes' shares, by sample weights; () or (n_classes,).

    Without an intercept it predicts 0, or equal shares.

    Parameters
    ----------
    y : ndarray (n,)
        Of the training rows: values, or class indices.
    weight : ndarray (n,)
        Sample weights, never class weights.
    task : {"regression", "classification"}
    n_classes : int
        Of a classification.
    intercept : bool
        The model has one.
    """
    if not intercept:
        return np.zeros(()) if task == "regression" else np.full(n_classes, 1.0 / n_classes)
    if task == "regression":
        return np.asarray(np.average(y, weights=weight))
    return np.asarray(np.bincount(y.astype(int), weight, n_classes) / weight.sum())


def share_gone(value: float | None, null: float | None, metric: str) -> float | None:
    """Share of the null model's error that is gone, below 0 where the model is worse; None where a metric has no such share."""
    known = METRICS[metric]
    if known.higher_is_better or known.null_is_perfect:
        return None
    return None if value is None or null is None or not null > 0 or not np.isfinite(value) else 1.0 - value / null


def standard_errors(d: Scored, names: Iterable[str]) -> dict[str, FloatArray]:
    """Standard errors of metrics over rows, (…,) each: of one model, or of every point of a path at once.

    Means over rows have √[Σ w²(m_i - m̄)² n/(n-1)] / Σw; what the errors' moments tell the jackknife that leaves out one row at
    a time; the others, some of which are too rough for that and some too dear, leave out a block at a time.

    Parameters
    ----------
    d : Scored
        Rows without weight are not counted.
    names : iterable of str
    """
    d, finite = made_finite(d.at(d.weight > 0))
    return {name: np.where(finite, _standard_error(d, METRICS[name]), np.nan) for name in names}


def _standard_error(d: Scored, metric: Metric) -> FloatArray:
    n = len(d.y)
    if n < 2:
        return np.full(d.mean.shape[: -d.inner], np.nan)
    if metric.per_row is not None and metric.is_row_mean:
        losses = metric.per_row(d)
        spread = (d.weight * (losses - d.average(losses)[..., None])) ** 2
        return metric.of_mean(np.sqrt(spread.sum(axis=-1) * n / (n - 1)) / d.weight.sum())
    if metric.from_moments is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            (variance, mean), (spread, _) = _moments_without_each(d, d.y - d.mean), _moments_without_each(d, d.y)
            left = metric.from_moments(variance, mean, spread)
            return np.asarray(np.sqrt((n - 1) / n * ((left - left.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)))

    def on(keep: BoolArray) -> FloatArray:
        return score(d.at(keep), [metric.name])[metric.name]

    # a block of √n rows at least: the jackknife of a median is consistent then
    variance, _ = jackknife(on, n, min(JACKKNIFE_BLOCKS, int(np.sqrt(n))) if metric.is_rough else JACKKNIFE_BLOCKS)
    return np.sqrt(variance)


def _moments_without_each(d: Scored, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Weighted variances and means over all rows but one, for each row in turn, (…, n)."""
    total, mean = d.weight.sum(), d.average(values)[..., None]

    def without_each(x: FloatArray) -> FloatArray:
        return np.asarray((d.average(x)[..., None] * total - d.weight * x) / (total - d.weight))

    shift, squares = without_each(values - mean), without_each((values - mean) ** 2)
    # what rounding leaves of rows that are all alike is no variance
    variance = squares - shift**2
    return np.where(variance > ROUNDING * squares, variance, 0.0), mean + shift


def jackknife(score: Callable[[Any], FloatArray | float], n: int, blocks: int = JACKKNIFE_BLOCKS) -> tuple[FloatArray, int]:
    """Variance of a score over n rows by leaving out a block at a time, and its degrees of freedom (Quenouille; Tukey 1958).

    Parameters
    ----------
    score : callable
        From the positions kept, a bool ndarray (n,), to the score, or to an array of scores (…,).
    n : int
    blocks : int
        How many blocks at most.

    Returns
    -------
    variance : ndarray (…,)
        NaN where fewer than two rows, or any of the scores, leave it undefined.
    df : int
    """
    blocks = min(blocks, n)
    if blocks < 2:
        return np.asarray(np.nan), 0
    # rows dealt out like cards: neighbours in an ordered file fall into different blocks
    block = np.arange(n) % blocks
    left = np.array([score(block != k) for k in range(blocks)])
    return (blocks - 1) / blocks * ((left - left.mean(axis=0)) ** 2).sum(axis=0), blocks - 1
