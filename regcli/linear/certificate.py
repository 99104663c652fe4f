"""The certificate: how far a fit is from the optimum, from the rows alone.

Shares nothing with the solvers: neither their gradients, nor their centring, nor their stopping test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.losses import LOSSES

if TYPE_CHECKING:
    from regcli.data.types import FloatArray, Matrix
    from regcli.linear.penalty import Penalty


def certify(
    X: Matrix,
    y: FloatArray,
    weights: FloatArray | None,
    loss: str,
    penalty: Penalty,
    lambdas: FloatArray,
    intercept: FloatArray | None,
    coefficients: list[FloatArray],
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
    coefficients : list of L ndarrays (p, K)

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
    null_rms = np.sqrt(s @ (target - null) ** 2)
    unit = np.outer(rms, null_rms)
    worst = np.empty(len(lambdas))
    for i, lam in enumerate(lambdas):
        b = coefficients[i]
        base = np.zeros(b.shape[1]) if intercept is None else intercept[i]
        if not (np.isfinite(b).all() and np.isfinite(base).all()):
            worst[i] = np.inf
            continue
        live = np.flatnonzero(b.any(axis=1))
        residual = s[:, None] * (target - the_loss.mean(base + np.asarray(X[:, live] @ b[live])))
        total = residual.sum(axis=0)
        gradient = np.asarray(X.T @ residual) - np.outer(mean, total)
        shrink = lam * penalty.factors[:, None]
        force = gradient - shrink * (1.0 - penalty.l1_ratio) * b
        edge = np.broadcast_to(shrink * penalty.l1_ratio, b.shape)
        distance = np.where(
            b > 0, np.abs(force - edge), np.where(b < 0, np.abs(force + edge), np.maximum(np.abs(force) - edge, 0.0))
        )
        if penalty.positive:
            distance = np.where(b == 0, np.maximum(force - edge, 0.0), distance)
            distance = np.where(b < 0, np.inf, distance)
        relative = np.divide(distance, unit, out=np.zeros_like(distance), where=unit > 0)
        relative[(unit == 0) & (b != 0) & (edge > 0)] = np.inf
        worst[i] = relative.max(initial=0.0)
        if intercept is not None:
            worst[i] = max(
                worst[i], float(np.divide(np.abs(total), null_rms, out=np.zeros_like(null_rms), where=null_rms > 0).max())
            )
    return worst


def _spread(X: Matrix, s: FloatArray, mean: FloatArray) -> FloatArray:
    """Weighted root mean square of every column about `mean`; zero where only rounding is left."""
    if sparse.issparse(X):
        square = np.asarray(X.multiply(X).T @ s)
        variance = square - mean**2
        return np.sqrt(np.where(variance > 1e-14 * square, variance, 0.0))
    square = np.array([s @ (X[:, j] - mean[j]) ** 2 for j in range(X.shape[1])])
    size = np.maximum(np.abs(mean), 1e-300)
    return np.sqrt(np.where(square > (1e-12 * size) ** 2, square, 0.0))
