"""Scaling, the last preprocessing step: x̃ = (x - center) / scale on every output column, fitted on training rows alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.numerics.constancy import CELLS, spreads

if TYPE_CHECKING:
    from collections.abc import Callable

    from regcli.numerics.arrays import FloatArray, IntArray, Matrix


@dataclass(frozen=True, slots=True)
class Scaling:
    """An affine map per column, and the columns' training SDs.

    Attributes
    ----------
    center, scale : ndarray (p,)
        Zeros where nothing is centred (no intercept, sparse columns: an intercept makes up for it); scale is never zero.
    mean, sd : ndarray (p,)
        Mean and 1/n standard deviation of the column before scaling, with sample weights; the SD of a constant is 0.
    """

    center: FloatArray
    scale: FloatArray
    mean: FloatArray
    sd: FloatArray

    def of(self, columns: IntArray) -> Scaling:
        """The scaling of some of the columns."""
        return Scaling(self.center[columns], self.scale[columns], self.mean[columns], self.sd[columns])

    def apply(self, X: Matrix) -> Matrix:
        """Scale rows, in place where X is dense; sparse stays sparse."""
        if sparse.issparse(X):
            return sparse.csc_array(X.multiply(1.0 / self.scale))
        centred, scaled = bool(self.center.any()), not (self.scale == 1.0).all()
        step = max(1, CELLS // max(X.shape[0], 1))
        for start in range(0, X.shape[1] if centred or scaled else 0, step):
            part = slice(start, start + step)
            if centred:
                X[:, part] -= self.center[part]
            if scaled:
                X[:, part] /= self.scale[part]
        if centred:
            X[:, self.sd == 0] = 0.0  # not a remainder of 1e-17
        return X


def fit_scaling(kind: str, X: Matrix, weights: FloatArray | None, *, center: bool) -> Scaling:
    """Measure the columns of a training set.

    Parameters
    ----------
    kind : {"standard", "robust", "minmax", "maxabs", "none"}
        Divide by the SD, the interquartile range, the range, the largest absolute value, or nothing.
    X : ndarray (n, p) or csc_array
    weights : ndarray (n,) or None
        Sample weights; `standard` and the SDs use them, the other scalers do not.
    center : bool
        Also subtract the mean, the median or the minimum. Never done to sparse columns.
    """
    n = X.shape[0]
    s = np.full(n, 1.0 / n) if weights is None else weights / weights.sum()
    mean = np.asarray(X.T @ s)
    sd = spreads(X, s, mean)
    middle, spread = _MEASURES[kind](X, mean, sd)
    spread = np.where((spread > 0) & (sd > 0), spread, 1.0)
    return Scaling(middle if center and not sparse.issparse(X) else np.zeros(len(sd)), spread, mean, sd)


def _standard(X: Matrix, mean: FloatArray, sd: FloatArray) -> tuple[FloatArray, FloatArray]:  # noqa: ARG001
    return mean, sd


def _robust(X: Matrix, mean: FloatArray, sd: FloatArray) -> tuple[FloatArray, FloatArray]:  # noqa: ARG001
    if sparse.issparse(X):
        low, middle, high = (
            np.array([np.percentile(X[:, [j]].toarray(), [25, 50, 75]) for j in range(X.shape[1])]).reshape(-1, 3).T
        )
    else:
        low, middle, high = np.percentile(X, [25, 50, 75], axis=0)
    return middle, high - low


def _minmax(X: Matrix, mean: FloatArray, sd: FloatArray) -> tuple[FloatArray, FloatArray]:  # noqa: ARG001
    low, high = _extreme(X, "min"), _extreme(X, "max")
    return low, high - low


def _maxabs(X: Matrix, mean: FloatArray, sd: FloatArray) -> tuple[FloatArray, FloatArray]:  # noqa: ARG001
    return np.zeros(X.shape[1]), np.maximum(np.abs(_extreme(X, "min")), np.abs(_extreme(X, "max")))


def _none(X: Matrix, mean: FloatArray, sd: FloatArray) -> tuple[FloatArray, FloatArray]:  # noqa: ARG001
    return np.zeros(X.shape[1]), np.ones(X.shape[1])


def _extreme(X: Matrix, which: str) -> FloatArray:
    found = getattr(X, which)(axis=0)
    return np.asarray(found.toarray().ravel() if sparse.issparse(found) else found)


# kind -> (X, means, SDs) -> what to subtract, what to divide by
_MEASURES: dict[str, Callable[[Matrix, FloatArray, FloatArray], tuple[FloatArray, FloatArray]]] = {
    "standard": _standard,
    "robust": _robust,
    "minmax": _minmax,
    "maxabs": _maxabs,
    "none": _none,
}
SCALES = tuple(_MEASURES)
