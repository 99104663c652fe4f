"""The certificate: how far a fit is from the optimum, from the rows alone.

Shares nothing with the solvers: neither their gradients, nor their centring, nor their stopping test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.losses import LOSSES

# Working arrays take this part of the size of the design.
SHARE = 16

if TYPE_CHECKING:
    from regcli.data.types import FloatArray, IntArray, Matrix
    from regcli.linear.penalty import Penalty


def certify(
    X: Matrix,
    y: FloatArray,
    weights: FloatArray | None,
    loss: str,
    penalty: Penalty,
    lambdas: FloatArray,
    intercept: FloatArray | None,
    columns: IntArray,
    coefficients: FloatArray,
    *,
    unit: FloatArray | None = None,
) -> FloatArray:
    """The largest relative violation of the optimality conditions at every grid point.

    The condition of column j and output k is violated by the distance of its gradient from the penalty's subdifferential;
    it is divided by the column's root mean square (centred where there is an intercept) times the root mean square of the
    null model's residuals of that output. The intercept counts as a column of ones.

    Parameters
    ----------
    X : ndarray or sparse array (n, p)
        The design of the fit.
    y : ndarray (n,)
        Values, or class indices.
    weights : ndarray (n,) or None
    loss : {"squared", "logistic", "multinomial"}
    penalty : Penalty
    lambdas : ndarray (L,)
    intercept : ndarray (L, K) or None
        None where the model has no intercept.
    columns : int ndarray (a,)
        The columns with coefficients; all others have zero.
    coefficients : ndarray (L, a, K)
    unit : ndarray (p,), optional
        The columns of the fit are those of X divided by these: the certificate is that of coefficients of the former, with
        their penalty. Rows of weight zero take no part, so that X may hold more rows than the fit.

    Returns
    -------
    ndarray (L,)
        inf where the fit is not finite.
    """
    n = X.shape[0]
    s = np.full(n, 1.0 / n) if weights is None else weights / weights.sum()
    the_loss = LOSSES[loss]
    target = the_loss.outputs(y)
    mean = np.asarray(X.T @ s) if intercept is not None else np.zeros(X.shape[1])
    rms = _spread(X, s, mean)
    null = (
        the_loss.mean(np.broadcast_to(the_loss.link(s @ target), target.shape))
        if intercept is not None
        else the_loss.mean(np.zeros_like(target))
    )
    null_rms, target_rms = np.sqrt(s @ (target - null) ** 2), np.sqrt(s @ target**2)
    # a constant target leaves rounding alone, which is no unit to measure in
    null_rms = np.where(null_rms > 1e-12 * target_rms, null_rms, target_rms)
    own = np.ones(X.shape[1]) if unit is None else unit
    unit = np.outer(rms / own, null_rms)
    live = X if len(columns) == X.shape[1] else X[:, columns]
    coefficients_of_X = coefficients / own[columns][:, None]
    worst = np.empty(len(lambdas))
    # as many grid points at a time as keep residuals and gradients well below the size of the design
    size = X.nnz if sparse.issparse(X) else X.size
    block = max(1, int(size / (SHARE * max(X.shape) * target.shape[1])))
    for start in range(0, len(lambdas), block):
        part = slice(start, start + block)
        base = np.zeros((len(lambdas[part]), target.shape[1])) if intercept is None else intercept[part]
        b = np.zeros((len(base), X.shape[1], target.shape[1]))
        b[:, columns] = coefficients[part]
        points, p, k = b.shape
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is judged below
            flat = coefficients_of_X[part].transpose(1, 0, 2).reshape(len(columns), points * k)
            eta = np.asarray(live @ flat).reshape(n, points, k) + base
            mean_y = the_loss.mean(eta.reshape(-1, k)).reshape(n, points, k)
            residual = s[:, None, None] * (target[:, None, :] - mean_y)
            total = residual.sum(axis=0)
            gradient = np.asarray(X.T @ residual.reshape(n, -1)).reshape(p, points, k).transpose(1, 0, 2)
            gradient = (gradient - mean[:, None] * total[:, None]) / own[:, None]
            distance = _distance(gradient, b, lambdas[part][:, None, None] * penalty.factors[:, None], penalty)
        relative = np.divide(distance, unit, out=np.zeros_like(distance), where=unit > 0)
        found = relative.max(axis=(1, 2), initial=0.0)
        if intercept is not None:
            found = np.maximum(
                found, np.divide(np.abs(total), null_rms, out=np.zeros_like(total), where=null_rms > 0).max(axis=1)
            )
        finite = np.isfinite(b).all(axis=(1, 2)) & np.isfinite(base).all(axis=1)
        worst[part] = np.where(finite, found, np.inf)
    return worst


def _distance(gradient: FloatArray, b: FloatArray, shrink: FloatArray, penalty: Penalty) -> FloatArray:
    """Distance of every gradient from the subdifferential of the penalty, (L, p, K); `shrink` is λ v_j."""
    force = gradient - shrink * (1.0 - penalty.l1_ratio) * b
    edge = np.broadcast_to(shrink * penalty.l1_ratio, b.shape)
    off = np.where(b > 0, np.abs(force - edge), np.abs(force + edge))
    if penalty.positive:
        return np.where(b < 0, np.inf, np.where(b == 0, np.maximum(force - edge, 0.0), off))
    return np.where(b == 0, np.maximum(np.abs(force) - edge, 0.0), off)


def _spread(X: Matrix, s: FloatArray, mean: FloatArray) -> FloatArray:
    """Weighted root mean square of every column about `mean`; zero where only rounding is left."""
    if sparse.issparse(X):
        square = np.asarray(X.multiply(X).T @ s)
        variance = square - mean**2
        return np.sqrt(np.where(variance > 1e-14 * square, variance, 0.0))
    square = np.empty(X.shape[1])
    step = max(1, 200_000 // len(s))
    for start in range(0, X.shape[1], step):
        part = slice(start, start + step)
        square[part] = s @ (X[:, part] - mean[part]) ** 2
    size = np.maximum(np.abs(mean), 1e-300)
    return np.sqrt(np.where(square > (1e-12 * size) ** 2, square, 0.0))
