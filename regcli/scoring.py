"""Scores of predictions, gaps, and means over folds with their standard error."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from regcli.metrics import METRICS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regcli.numerics.arrays import BoolArray, FloatArray
    from regcli.scored import Scored


def from_squares(names: Iterable[str], squared: FloatArray, mean: FloatArray, actual: Scored) -> dict[str, FloatArray]:
    """Metrics that the errors' moments tell, for every point of a path.

    Parameters
    ----------
    names : iterable of str
    squared, mean : ndarray (L,)
        Mean squared error, and mean error, of the weighted rows.
    actual : Scored
        The rows; predictions are not looked at.
    """
    variance, spread = squared - mean**2, np.asarray(actual.spread())
    made = {name: METRICS[name].from_moments for name in names}
    return {name: np.asarray(of(variance, mean, spread)) for name, of in made.items() if of is not None}


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
    return train - validation if METRICS[metric].higher_is_better else validation - train


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
