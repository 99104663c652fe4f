"""How much one column, or all of them, tell of another: shares of variance, of errors, and what neighbours have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray, IntArray

# Ridge parameters that `explained` tries, relative to the mean eigenvalue.
RIDGES = (1e-6, 1e-4, 1e-2, 1e-1, 1.0, 10.0)
# Neighbours on either side by which a value's class is guessed.
NEAR = 3


def standardised(X: FloatArray) -> FloatArray:
    """Columns with mean 0 and length 1, (n, q); those without any spread are 0. Missing values become the mean."""
    with np.errstate(invalid="ignore", over="ignore"):
        known = ~np.isnan(X)
        if known.all():
            Z = X - X.mean(axis=0)
        else:
            mean = np.where(known, X, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
            Z = np.where(known, X - mean, 0.0)
        size = np.abs(Z).max(axis=0, initial=0.0)
        Z = Z / np.where(size > 0, size, 1.0)
        length = np.sqrt(np.square(Z).sum(axis=0))
    flat = ~(size > 1e-12 * np.abs(np.nan_to_num(X)).max(axis=0, initial=0.0))
    return np.where(flat, 0.0, Z / np.where(length > 0, length, 1.0))


def ranks(X: FloatArray) -> FloatArray:
    """Ranks of each column from 0, equal values sharing their mean rank, (n, q); NaN stays."""
    out = np.full(X.shape, np.nan)
    for j in range(X.shape[1]):
        known = np.flatnonzero(~np.isnan(X[:, j]))
        _, place, times = np.unique(X[known, j], return_inverse=True, return_counts=True)
        out[known, j] = (np.cumsum(times) - (times + 1) / 2)[place]
    return out


def r_squared(X: FloatArray, Y: FloatArray) -> FloatArray:
    """Squared correlation of every column of X with Y's best matching column, (q,)."""
    return np.asarray(np.square(standardised(X).T @ standardised(Y)).max(axis=1, initial=0.0))


def autocorrelation(y: FloatArray) -> float:
    """Correlation of each value with the one before it; 0 where nothing varies."""
    if len(y) < 3:
        return 0.0
    z = y - y.mean()
    total = float(z @ z)
    return float(z[1:] @ z[:-1]) / total if total > 0 else 0.0


def is_sorted(y: FloatArray) -> bool:
    """Whether nearly all steps go in one direction."""
    steps = np.diff(y)
    moves = steps[steps != 0]
    return bool(len(moves) < 3 or max((moves > 0).mean(), (moves < 0).mean()) > 0.95)


def skill(x: FloatArray, codes: IntArray, k: int) -> float:
    """Share of the errors of always guessing the largest of k classes that is gone where a value's neighbours guess, at most 1.

    Values that come back are guessed by their equals, others by the `NEAR` next ones on either side; never by themselves. Equal
    values stand in random order, so that the order of the file tells nothing.

    Parameters
    ----------
    x : ndarray (n,)
        NaN where missing: a value like any other.
    codes : int ndarray (n,)
        Class numbers.
    k : int
    """
    n = len(x)
    base = n - int(np.bincount(codes, minlength=k).max())
    if base == 0:
        return 0.0
    order = np.lexsort((np.random.default_rng(0).permutation(n), x))
    own, sorted_x = np.eye(k)[codes[order]], x[order]
    total = np.vstack([np.zeros(k), np.cumsum(own, axis=0)])
    new = np.concatenate([[True], (sorted_x[1:] != sorted_x[:-1]) & ~(np.isnan(sorted_x[1:]) & np.isnan(sorted_x[:-1]))])
    start = np.flatnonzero(new)
    ends = np.append(start[1:], n)
    level = np.cumsum(new) - 1
    here = np.arange(n)
    often = (ends - start)[level] > 2 * NEAR
    low = np.where(often, start[level], np.maximum(here - NEAR, 0))
    high = np.where(often, ends[level], np.minimum(here + NEAR + 1, n))
    votes = total[high] - total[low] - own
    # where the neighbours are at odds, the class that is larger everywhere decides
    guess = (votes + np.bincount(codes, minlength=k) / (10.0 * n)).argmax(axis=1)
    return 1.0 - float((guess != codes[order]).sum()) / base


def level_means(cells: np.ndarray[tuple[int], np.dtype[np.object_]], Y: FloatArray) -> FloatArray:
    """What the other rows of a row's level have on average, (n, k); the mean of all where there is no other."""
    names = np.array(["\0" if cell is None else str(cell) for cell in cells], dtype=object)
    _, code = np.unique(names.astype(str), return_inverse=True)
    times = np.bincount(code)[code][:, None]
    sums = np.column_stack([np.bincount(code, column)[code] for column in Y.T])
    mean = Y.mean(axis=0)
    return np.where(times > 1, (sums - Y) / np.maximum(times - 1, 1), mean)


def predicted(X: FloatArray, Y: FloatArray, folds: IntArray) -> FloatArray:
    """Y as ridge regression predicts it on rows that it has not seen, (n, k), by the best of a few strengths.

    Parameters
    ----------
    X : ndarray (n, p)
        NaN where missing.
    Y : ndarray (n, k)
    folds : int ndarray (n,)
        The part in which each row is predicted.
    """
    Z, out = standardised(X), np.empty((len(RIDGES), *Y.shape))
    for fold in np.unique(folds):
        here = folds == fold
        A, B = Z[~here], Y[~here]
        a, b = A.mean(axis=0), B.mean(axis=0)
        U, d, V = np.linalg.svd(A - a, full_matrices=False)
        scores, inner = (Z[here] - a) @ V.T, U.T @ (B - b)
        for i, ridge in enumerate(RIDGES):
            strength = ridge * float(np.square(d).mean()) + 1e-300
            out[i, here] = b + scores @ ((d / (d**2 + strength))[:, None] * inner)
    return np.asarray(out[int(np.square(Y - out).sum(axis=(1, 2)).argmin())])


def explained(Y: FloatArray, found: FloatArray) -> float:
    """Share of Y's variance that predictions explain, both (n, k); below 0 where they are worse than the mean."""
    total = float(np.square(Y - Y.mean(axis=0)).sum())
    return 1.0 - float(np.square(Y - found).sum()) / total if total > 0 else 0.0


def guessed(codes: IntArray, k: int, found: FloatArray) -> float:
    """Share of the errors of always guessing the largest of k classes that is gone by predicted shares (n, k or 1), at most 1."""
    base = len(codes) - int(np.bincount(codes, minlength=k).max())
    guess = found.argmax(axis=1) if found.shape[1] > 1 else (found[:, 0] > 0.5).astype(np.int64)
    return 1.0 - float((guess != codes).sum()) / base if base else 0.0


def random_folds(n: int, k: int = 5) -> IntArray:
    """A part from 0 to k - 1 for each of n rows, the same ones every time."""
    return np.random.default_rng(1).permutation(n) % k
