"""Metrics of order alone: what depends on how predictions rank, to the last digit what scikit-learn's functions give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray


def median(values: FloatArray, weight: FloatArray) -> float:
    """The weighted median: half of the weight lies on either side; the mean of two values where it falls between them.

    Parameters
    ----------
    values : ndarray (n,)
    weight : ndarray (n,)
        Not all zero.
    """
    values, weight = values[weight > 0], weight[weight > 0]
    order = np.argsort(values)
    below = np.cumsum(weight[order])
    half = 0.5 * below[-1]
    i = min(int(np.searchsorted(below, half)), len(order) - 1)
    j = i if below[i] - half > np.finfo(np.float64).eps else min(i + 1, len(order) - 1)
    return float(values[order[i]] + values[order[j]]) / 2.0


def roc_auc(truth: FloatArray, score: FloatArray, weight: FloatArray) -> float:
    """The chance that a row of the class is ranked above a row of another one, ties for half.

    Parameters
    ----------
    truth : ndarray (n,)
        1 for rows of the class, 0 for others; there is weight in both.
    score : ndarray (n,)
    weight : ndarray (n,)
    """
    hits, misses = down_the_ranking(truth, score, weight)
    area = np.diff(misses, prepend=0.0) @ (hits + np.append(0.0, hits[:-1]))
    return float(area / (2.0 * hits[-1] * misses[-1]))


def average_precision(truth: FloatArray, score: FloatArray, weight: FloatArray) -> float:
    """Σ (recall_k - recall_{k-1}) · precision_k down the ranking; arguments as of `roc_auc`."""
    hits, misses = down_the_ranking(truth, score, weight)
    return float(np.diff(hits, prepend=0.0) @ (hits / (hits + misses)) / hits[-1])


def down_the_ranking(truth: FloatArray, score: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Weight of rows of the class, and of others, among those ranked as high or higher; one entry for each distinct score."""
    truth, score, weight = truth[weight > 0], score[weight > 0], weight[weight > 0]
    order = np.argsort(-score, kind="stable")
    last = np.append(np.flatnonzero(np.diff(score[order])), len(order) - 1)
    of_class = weight[order] * truth[order]
    return np.cumsum(of_class)[last], np.cumsum(weight[order] - of_class)[last]
