"""The certificate: how far a fit is from the optimum, from the rows alone.

Shares nothing with the solvers: neither their gradients, nor their centring, nor their stopping test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.losses import LOSSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from regcli.data.types import FloatArray, IntArray, Matrix
    from regcli.linear.losses import Loss
    from regcli.linear.penalty import Penalty

# Working arrays take this part of the size of the design.
SHARE = 32
# Linear predictors worked on at a time.
CELLS = 400_000


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
    null_rms = _null_rms(the_loss, target, s, intercept=intercept is not None)
    own = np.ones(X.shape[1]) if unit is None else unit
    unit = np.outer(rms / own, null_rms)
    # to take the active columns out of a tall design costs more than to multiply the others by zero
    tall = not sparse.issparse(X) and n > X.shape[1]
    live = X if tall or len(columns) == X.shape[1] else X[:, columns]
    worst = np.empty(len(lambdas))
    # as many grid points at a time as keep gradients, and as many rows as keep residuals, well below the size of the design
    k = target.shape[1]
    points = max(1, int((X.nnz if sparse.issparse(X) else X.size) / (SHARE * X.shape[1] * k)))
    for start in range(0, len(lambdas), points):
        part = slice(start, start + points)
        b = np.zeros((len(lambdas[part]), X.shape[1], k))
        b[:, columns] = coefficients[part]
        base = np.zeros((len(b), k)) if intercept is None else intercept[part]
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is judged below
            of_X = (b / own[:, None]) if live is X else coefficients[part] / own[columns, None]
            flat = of_X.transpose(1, 0, 2).reshape(live.shape[1], len(b) * k)
            gradient, total = np.zeros((X.shape[1], len(b) * k)), np.zeros((len(b), k))
            step = n if sparse.issparse(X) else max(1, CELLS // (len(b) * k))
            for first in range(0, n, step):
                rows = slice(first, first + step)
                whole = step >= n
                eta = np.asarray((live if whole else live[rows]) @ flat).reshape(-1, len(b), k) + base
                residual = target[rows, None, :] - the_loss.mean(eta.reshape(-1, k)).reshape(eta.shape)
                residual *= s[rows, None, None]
                total += residual.sum(axis=0)
                gradient += np.asarray((X if whole else X[rows]).T @ residual.reshape(len(eta), -1))
            gradient = gradient.reshape(-1, len(b), k).transpose(1, 0, 2)
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


def certify_point(
    X: Matrix,
    y: FloatArray,
    S: FloatArray,
    loss: str,
    penalty: Penalty,
    lam: float,
    intercepts: FloatArray | None,
    coefficients: FloatArray,
    units: FloatArray,
    each: Callable[[Callable[[slice], list[FloatArray]], list[slice]], Iterable[list[FloatArray]]] = map,
) -> FloatArray:
    """The certificate of one grid point for several training sets on one dense design, in a few looks at its rows.

    Parameters
    ----------
    X : ndarray (n, p)
    y : ndarray (n,)
    S : ndarray (n, F)
        Row weights of every set, each column summing to one.
    loss, penalty : str, Penalty
        As for `certify`.
    lam : float
    intercepts : ndarray (F, K) or None
    coefficients : ndarray (F, p, K)
        Of the sets' own columns.
    units : ndarray (F, p)
        The own columns of a set are those of X divided by these.
    each : callable
        Applies a function to pieces of the rows, in order; `map`, or the map of a pool of threads.

    Returns
    -------
    ndarray (F,)
    """
    the_loss = LOSSES[loss]
    target = the_loss.outputs(y)
    n, k = target.shape
    sets, p = units.shape
    flat = (coefficients / units[:, :, None]).transpose(1, 0, 2).reshape(p, sets * k)

    def look(rows: slice) -> list[FloatArray]:
        x, weights = X[rows], S[rows]
        eta = (x @ flat).reshape(-1, sets, k)
        if intercepts is not None:
            eta += intercepts
        means = the_loss.mean(eta.reshape(-1, k)).reshape(eta.shape)
        residual = weights[:, :, None] * (target[rows, None, :] - means)
        along = x.T @ np.hstack([residual.reshape(len(x), -1), weights])
        return [along[:, : sets * k], along[:, sets * k :], (x * x).T @ weights, residual.sum(axis=0)]

    step = max(1, CELLS // p)
    parts = list(each(look, [slice(first, first + step) for first in range(0, n, step)]))
    gradient, mean, square, total = (np.sum([part[i] for part in parts], axis=0) for i in range(4))
    if intercepts is None:
        mean = np.zeros_like(mean)
    variance = square - mean**2
    for j, f in zip(*np.nonzero(variance < 1e-6 * square), strict=True):
        variance[j, f] = S[:, f] @ (X[:, j] - mean[j, f]) ** 2  # digits were lost
    rms = np.sqrt(np.where(variance > 1e-24 * square, variance, 0.0)).T / units
    worst = np.empty(sets)
    for f, s in enumerate(S.T):
        null_rms = _null_rms(the_loss, target, s, intercept=intercepts is not None)
        slope = gradient.reshape(p, sets, k)[:, f]
        if intercepts is not None:
            slope = slope - mean[:, [f]] * total[f]
        distance = _distance(slope / units[f][:, None], coefficients[f], lam * penalty.factors[:, None], penalty)
        unit = np.outer(rms[f], null_rms)
        found = np.divide(distance, unit, out=np.zeros_like(distance), where=unit > 0).max(initial=0.0)
        if intercepts is not None:
            found = max(found, np.divide(np.abs(total[f]), null_rms, out=np.zeros(k), where=null_rms > 0).max())
        worst[f] = found if np.isfinite(coefficients[f]).all() else np.inf
    return worst


def _null_rms(loss: Loss, target: FloatArray, s: FloatArray, *, intercept: bool) -> FloatArray:
    """Weighted root mean square of the null model's residuals, (K,)."""
    null = loss.mean(np.broadcast_to(loss.link(s @ target) if intercept else np.zeros(target.shape[1]), target.shape))
    rms, target_rms = np.sqrt(s @ (target - null) ** 2), np.sqrt(s @ target**2)
    # a constant target leaves rounding alone, which is no unit to measure in
    return np.where(rms > 1e-12 * target_rms, rms, target_rms)


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
