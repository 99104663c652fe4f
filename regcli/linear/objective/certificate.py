"""The certificate: how far a fit is from the optimum, from the rows alone.

Shares nothing with the solvers: neither their gradients, nor their centring, nor their stopping test. Every condition is judged
by its gradient. Where some columns are unpenalised, whose gradients may be small although much is to be gained, the Newton
decrement δ over these joins it: δ²/D with D the null model's deviance, both per unit of weight. A Newton step would gain half of
δ²: at a point that is let through no more than tol of what there is to explain is left to gain. Where classes are
separated by what is not penalised, the optimum lies at infinity, and no finite point is let through: `separation.py`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.objective.conditions import NEARLY, Columns, Tight, at_edge
from regcli.linear.objective.losses import LOSSES
from regcli.linear.objective.measured import Measured
from regcli.numerics.constancy import CONSTANT
from regcli.numerics.executor import slices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from regcli.linear.objective.penalty import Penalty
    from regcli.numerics.arrays import FloatArray, IntArray, Matrix
    from regcli.numerics.matrix import Affine

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
    """The largest relative violation of the optimality conditions at every grid point, or what Newton steps promise, if more.

    The condition of column j and output k is violated by the distance of its gradient from the penalty's subdifferential;
    it is divided by the column's root mean square (centred where there is an intercept) times the root mean square of the
    null model's residuals of that output. The intercept counts as a column of ones. The decrement is taken over the intercept and
    the unpenalised columns where there are any (under a sign constraint, over those with coefficients above zero).

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
        inf where the fit is not finite, or where there is no finite optimum for it to be near.
    """
    return judge(X, y, weights, loss, penalty, lambdas, intercept, columns, coefficients, unit=unit)[0]


def judge(
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
) -> tuple[FloatArray, Tight]:
    """The certificate, as `certify` gives it, and which coefficients of zero have conditions that hold with equality."""
    n, the_loss = X.shape[0], LOSSES[loss]
    s = np.full(n, 1.0 / n) if weights is None else weights / weights.sum()
    target = the_loss.outputs(y)
    mean = np.asarray(X.T @ s) if intercept is not None else np.zeros(X.shape[1])
    own = np.ones(X.shape[1]) if unit is None else unit
    measured = Measured.of(X, target, s, (mean, _spread(X, s, mean)), the_loss, penalty, own, intercept=intercept is not None)
    # to take the active columns out of a tall design costs more than to multiply the others by zero
    tall = not sparse.issparse(X) and n > X.shape[1]
    live = X if tall or len(columns) == X.shape[1] else X[:, columns]
    worst = np.empty(len(lambdas))
    # as many grid points at a time as keep gradients, and as many rows as keep residuals, well below the size of the design
    k = target.shape[1]
    points = max(1, int((X.nnz if sparse.issparse(X) else X.size) / (SHARE * X.shape[1] * k)))
    if not sparse.issparse(X) and not tall:
        return _judge_wide(measured, lambdas, intercept, columns, coefficients)
    tight: list[Tight] = []
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
            slope = gradient.reshape(-1, len(b), k).transpose(1, 0, 2)
            found, slope, gradient = measured.violated(lambdas[part], slope, total, b)
            finite = np.isfinite(b).all(axis=(1, 2)) & np.isfinite(base).all(axis=1)
            shrink = lambdas[part][:, None, None] * penalty.factors[:, None]
            equal = at_edge(gradient, b, shrink, found[:, None, None] * measured.unit, penalty)
        tight.append(Tight.of(equal & (finite & (found <= NEARLY))[:, None, None], gradient, start))
        for i in np.flatnonzero(finite).tolist():
            coef = flat.reshape(live.shape[1], len(b), k)[:, i]
            eta_at = partial(_predictors, live, coef, base[i])
            found[i] = measured.with_gain(float(lambdas[part][i]), slope[i], total[i], b[i], eta_at, float(found[i]))
        worst[part] = np.where(finite, found, np.inf)
    return worst, Tight.joined(tight)


def _judge_wide(
    measured: Measured,
    lambdas: FloatArray,
    intercept: FloatArray | None,
    columns: IntArray,
    coefficients: FloatArray,
) -> tuple[FloatArray, Tight]:
    """The same where most columns of a dense design take no part: these are looked at a few at a time, for all points."""
    X, s, k, penalty = measured.X, measured.s, measured.target.shape[1], measured.penalty
    live, own = X[:, columns], measured.own
    conditions = Columns(X, own, measured.unit)
    worst = np.full(len(lambdas), np.inf)
    base = np.zeros((len(lambdas), k)) if intercept is None else intercept
    finite = np.flatnonzero(np.isfinite(coefficients).all(axis=(1, 2)) & np.isfinite(base).all(axis=1))
    tight: list[Tight] = []
    # residuals take no more than a small part of the size of the design
    for part in slices(len(finite), X.shape[1] // (SHARE * k)):
        points = finite[part]
        with np.errstate(over="ignore", invalid="ignore"):
            of_X = coefficients[points] / own[columns, None]
            flat = of_X.transpose(1, 0, 2).reshape(len(columns), len(points) * k)
            eta = (live @ flat).reshape(-1, len(points), k) + base[points]
            residual = s[:, None, None] * (
                measured.target[:, None, :] - measured.loss.mean(eta.reshape(-1, k)).reshape(eta.shape)
            )
            total = residual.sum(axis=0)
            # the mean of a column is its product with s: what centres the residuals centres the columns
            centred = residual if intercept is None else residual - s[:, None, None] * total
            found, of_part = conditions.look(centred, lambdas[points], columns, coefficients[points], penalty)
        if intercept is not None:
            found = np.maximum(found, measured.of_intercepts(total))
        for i, point in enumerate(points.tolist()):
            if lambdas[point] * penalty.factors.min(initial=np.inf) > 0:
                continue
            b = np.zeros((X.shape[1], k))
            b[columns] = coefficients[point]
            free, slope = measured.free(float(lambdas[point]), b), np.zeros_like(b)
            slope[free] = X[:, free].T @ residual[:, i] - measured.mean[free, None] * total[i]
            at_point = float(lambdas[point]), slope, total[i], b
            found[i] = measured.with_gain(*at_point, partial(eta.take, i, axis=1), float(found[i]))
        worst[points] = found
        tight.append(replace(of_part, point=points[of_part.point]))
    return worst, Tight.joined(tight)


def certify_point(
    X: Matrix | Affine,
    y: FloatArray,
    S: FloatArray,
    loss: str,
    penalty: Penalty,
    lam: float,
    intercepts: FloatArray | None,
    coefficients: FloatArray,
    units: FloatArray,
    each: Callable[[Callable[[slice], list[FloatArray]], list[slice]], Iterable[list[FloatArray]]] = map,
    *,
    gain: bool = True,
) -> FloatArray:
    """The certificate of one grid point for several training sets on one dense design, in a few looks at its rows.

    Parameters
    ----------
    X : ndarray (n, p), or Affine
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
        The own columns of a set are those of X divided by these; inf: zeros.
    each : callable
        Applies a function to pieces of the rows, in order; `map`, or the map of a pool of threads.
    gain : bool
        Whether to ask what a Newton step over the unpenalised columns promises; not where it is known already.

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
        # with the few columns on the left products take half the time
        eta = (flat.T @ x.T).T.reshape(-1, sets, k)
        if intercepts is not None:
            eta += intercepts
        means = the_loss.mean(eta.reshape(-1, k)).reshape(eta.shape)
        residual = weights[:, :, None] * (target[rows, None, :] - means)
        along = (np.hstack([residual.reshape(len(x), -1), weights]).T @ x).T
        return [along[:, : sets * k], along[:, sets * k :], (weights.T @ (x * x)).T, residual.sum(axis=0)]

    parts = list(each(look, slices(n, CELLS // p)))
    gradient, mean, square, total = (np.sum([part[i] for part in parts], axis=0) for i in range(4))
    if intercepts is None:
        mean = np.zeros_like(mean)
    variance = square - mean**2
    for j, f in zip(*np.nonzero(variance < 1e-6 * square), strict=True):
        variance[j, f] = S[:, f] @ (X[:, j] - mean[j, f]) ** 2  # digits were lost
    spread = np.where(np.isinf(units), 0.0, np.sqrt(np.where(variance > CONSTANT**2 * square, variance, 0.0)).T)
    worst = np.full(sets, np.inf)
    for f, b in enumerate(coefficients):
        if not np.isfinite(b).all():
            continue
        base: FloatArray | float = 0.0 if intercepts is None else intercepts[f]
        measured = Measured.of(
            X, target, S[:, f], (mean[:, f], spread[f]), the_loss, penalty, units[f], intercept=intercepts is not None
        )
        found, slope, _ = measured.violated(np.array([lam]), gradient.reshape(p, sets, k)[None, :, f], total[None, f], b[None])
        eta_at = partial(_predictors, X, b / units[f][:, None], base)
        worst[f] = measured.with_gain(lam, slope[0], total[f], b, eta_at, float(found[0])) if gain else float(found[0])
    return worst


def _predictors(X: Matrix, coef: FloatArray, base: FloatArray | float) -> FloatArray:
    """Linear predictors at one point, (n, K)."""
    return np.asarray(X @ coef) + base


def _spread(X: Matrix, s: FloatArray, mean: FloatArray) -> FloatArray:
    """Weighted root mean square of every column about `mean`; zero where only rounding is left."""
    square = np.empty(X.shape[1])
    if sparse.issparse(X):
        whole = np.asarray(X.multiply(X).T @ s)
        square = whole - mean**2
        lost = np.flatnonzero(square < 1e-6 * whole)
        square[lost] = [s @ (X[:, [j]].toarray()[:, 0] - mean[j]) ** 2 for j in lost]
    else:
        step = max(1, 200_000 // len(s))
        for start in range(0, X.shape[1], step):
            part = slice(start, start + step)
            square[part] = s @ (X[:, part] - mean[part]) ** 2
    return np.sqrt(np.where(square > CONSTANT**2 * (mean**2 + square), square, 0.0))
