"""Small boosted trees on columns in bins: whether bends, steps and interactions are there to be found, in a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray, IntArray

# Quantile bins of a column; trees, splits one below the other, how much of a tree is taken, rows of a leaf.
BINS, TREES, DEPTH, RATE, LEAF = 24, 60, 3, 0.15, 8


def boosted(X: FloatArray, Y: FloatArray, train: IntArray, outside: IntArray) -> FloatArray:
    """Predictions for rows outside by squared-error boosting on training rows (Friedman 2001), shape (m, k).

    Parameters
    ----------
    X : ndarray (n, p)
        NaN where missing, which falls into a bin of its own.
    Y : ndarray (n, k)
    train, outside : int ndarray
        Rows.
    """
    bins = _bins(X, train)
    out = np.empty((len(outside), Y.shape[1]))
    for j in range(Y.shape[1]):
        y = Y[train, j]
        left, guess = y - y.mean(), np.full(len(outside), y.mean())
        for _ in range(TREES):
            inside, beyond = _tree(bins[train], bins[outside], left)
            left = left - RATE * inside
            guess = guess + RATE * beyond
        out[:, j] = guess
    return out


def _bins(X: FloatArray, train: IntArray) -> IntArray:
    """The number of each cell's bin, (n, p): 0 where missing, then by quantiles of the training rows."""
    out = np.zeros(X.shape, dtype=np.int64)
    for j, x in enumerate(X.T):
        known = x[train][~np.isnan(x[train])]
        edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS)[1:-1])) if len(known) else np.zeros(0)
        out[:, j] = np.where(np.isnan(x), 0, 1 + np.searchsorted(edges, x, side="left"))
    return out


def _tree(bins: IntArray, others: IntArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """One tree of a few levels, each node split where it gains most: its means for the rows it has seen, and for others."""
    n, p = bins.shape
    node, far = np.zeros(n, dtype=np.int64), np.zeros(len(others), dtype=np.int64)
    offset = np.arange(p) * BINS
    for level in range(DEPTH):
        k = 2**level
        place = ((node * (p * BINS))[:, None] + offset + bins).ravel()
        rows = np.bincount(place, minlength=k * p * BINS).reshape(k, p, BINS).cumsum(axis=2)
        sums = np.bincount(place, np.repeat(y, p), minlength=k * p * BINS).reshape(k, p, BINS).cumsum(axis=2)
        rest, rest_sum = rows[:, :, -1:] - rows, sums[:, :, -1:] - sums
        with np.errstate(divide="ignore", invalid="ignore"):
            gain = np.where((rows >= LEAF) & (rest >= LEAF), sums**2 / rows + rest_sum**2 / rest, -np.inf)
        flat = gain.reshape(k, -1)
        best = flat.argmax(axis=1)
        column, cut = np.divmod(best, BINS)
        cut = np.where(np.isfinite(flat[np.arange(k), best]), cut, BINS)  # nothing to be split
        node = 2 * node + (bins[np.arange(n), column[node]] > cut[node])
        far = 2 * far + (others[np.arange(len(others)), column[far]] > cut[far])
    times = np.bincount(node, minlength=2**DEPTH)
    means = np.bincount(node, y, minlength=2**DEPTH) / np.maximum(times, 1)
    return means[node], means[far]
