"""The certificate: how far a fit is from the optimum, from the rows alone.

Shares nothing with the solvers: neither their gradients, nor their centring, nor their stopping test. Every condition is judged
by its gradient. Where some columns are unpenalised, whose gradients may be small although much is to be gained, the Newton
decrement δ over these joins it: δ²/D with D the null model's deviance, both per unit of weight. A Newton step would gain half of
δ²: at a point that is let through no more than tol of what there is to explain is left to gain. Where classes are
separated by what is not penalised, the optimum lies at infinity, and no finite point is let through: `separation.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.objective.conditions import NEARLY, Columns, Tight, at_edge, distance
from regcli.linear.objective.decrement import MOST, ROUNDING, decrement, triangle
from regcli.linear.objective.losses import LOSSES
from regcli.linear.objective.separation import FAR, FLAT, newton_step
from regcli.numerics.constancy import CONSTANT
from regcli.numerics.executor import slices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from regcli.linear.objective.losses import Loss
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
    rms = _spread(X, s, mean)
    null_rms = _null_rms(the_loss, target, s, intercept=intercept is not None)
    own = np.ones(X.shape[1]) if unit is None else unit
    null = _null_deviance(the_loss, target, s, null_rms, intercept)
    free = _Free(X, target, s, mean, rms, null_rms, the_loss, penalty, null, {})
    unit = np.outer(rms / own, null_rms)
    # to take the active columns out of a tall design costs more than to multiply the others by zero
    tall = not sparse.issparse(X) and n > X.shape[1]
    live = X if tall or len(columns) == X.shape[1] else X[:, columns]
    worst = np.empty(len(lambdas))
    # as many grid points at a time as keep gradients, and as many rows as keep residuals, well below the size of the design
    k = target.shape[1]
    points = max(1, int((X.nnz if sparse.issparse(X) else X.size) / (SHARE * X.shape[1] * k)))
    if not sparse.issparse(X) and not tall:
        return _judge_wide(free, Columns(X, own, unit), lambdas, intercept, columns, coefficients)
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
            gradient = gradient.reshape(-1, len(b), k).transpose(1, 0, 2)
            gradient = (gradient - mean[:, None] * total[:, None]) / own[:, None]
            shrink = lambdas[part][:, None, None] * penalty.factors[:, None]
            away = distance(gradient, b, shrink, penalty)
        found = np.divide(away, unit, out=np.zeros_like(away), where=unit > 0).max(axis=(1, 2), initial=0.0)
        if intercept is not None:
            found = np.maximum(found, _of_intercepts(total, null_rms))
        finite = np.isfinite(b).all(axis=(1, 2)) & np.isfinite(base).all(axis=1)
        equal = at_edge(gradient, b, shrink, found[:, None, None] * unit, penalty)
        tight.append(Tight.of(equal & (finite & (found <= NEARLY))[:, None, None], gradient, start))
        for i in np.flatnonzero(finite).tolist():
            columns_free = free.columns(float(lambdas[part][i]), b[i])
            if len(columns_free):
                eta = np.asarray(live @ flat.reshape(live.shape[1], len(b), k)[:, i]) + base[i]
                slope = gradient[i] * own[:, None]
                found[i] = max(found[i], free.to_gain(columns_free, slope, total[i], b[i], eta, found[i]))
        worst[part] = np.where(finite, found, np.inf)
    return worst, Tight.joined(tight)


def _judge_wide(
    free: _Free,
    conditions: Columns,
    lambdas: FloatArray,
    intercept: FloatArray | None,
    columns: IntArray,
    coefficients: FloatArray,
) -> tuple[FloatArray, Tight]:
    """The same where most columns of a dense design take no part: these are looked at a few at a time, for all points."""
    X, s, k, penalty = free.X, free.s, free.target.shape[1], free.penalty
    live, own = X[:, columns], conditions.own
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
            residual = s[:, None, None] * (free.target[:, None, :] - free.loss.mean(eta.reshape(-1, k)).reshape(eta.shape))
            total = residual.sum(axis=0)
            # the mean of a column is its product with s: what centres the residuals centres the columns
            centred = residual if intercept is None else residual - s[:, None, None] * total
            found, of_part = conditions.look(centred, lambdas[points], columns, coefficients[points], penalty)
        if intercept is not None:
            found = np.maximum(found, _of_intercepts(total, free.null_rms))
        for i, point in enumerate(points.tolist()):
            if lambdas[point] * penalty.factors.min(initial=np.inf) > 0:
                continue
            b = np.zeros((X.shape[1], k))
            b[columns] = coefficients[point]
            of_free = free.columns(float(lambdas[point]), b)
            if len(of_free):
                slope = np.zeros_like(b)
                slope[of_free] = X[:, of_free].T @ residual[:, i] - free.mean[of_free, None] * total[i]
                found[i] = max(found[i], free.to_gain(of_free, slope, total[i], b, eta[:, i], found[i]))
        worst[points] = found
        tight.append(replace(of_part, point=points[of_part.point]))
    return worst, Tight.joined(tight)


@dataclass(frozen=True, slots=True)
class _Free:
    """The unpenalised columns of one training set, and what is gained in them by a Newton step.

    Attributes
    ----------
    X, target, s, mean, rms : Matrix (n, p), ndarray (n, K), (n,), (p,), (p,)
        Design, target, row weights, the columns' means (zero without an intercept) and root mean squares about them.
    null_rms : ndarray (K,)
    loss : Loss
    penalty : Penalty
    deviance : float
        Of the null model, per unit of weight; and whether there is an intercept.
    triangles : dict
        Those of squared loss, whose curvature is the same at every point, by columns.
    """

    X: Matrix
    target: FloatArray
    s: FloatArray
    mean: FloatArray
    rms: FloatArray
    null_rms: FloatArray
    loss: Loss
    penalty: Penalty
    deviance: tuple[float, bool]
    triangles: dict[bytes, FloatArray]

    def columns(self, lam: float, b: FloatArray) -> IntArray:
        """Those without a penalty at λ, (u,); none where they are too many."""
        free = (lam * self.penalty.factors == 0) & (self.rms > 0)
        if self.penalty.positive:
            free &= (b > 0).any(axis=1)
        found = np.flatnonzero(free)
        few: IntArray = found if min(len(found), len(self.s)) * b.shape[1] <= MOST else found[:0]
        return few

    def to_gain(
        self, columns: IntArray, slope: FloatArray, total: FloatArray, b: FloatArray, eta: FloatArray, found: float
    ) -> float:
        """δ²/D at one point; inf where its gradients have become small on the way to infinity.

        Parameters
        ----------
        columns : int ndarray (u,)
        slope, total : ndarray (p, K), (K,)
            Gradients of columns and intercepts.
        b, eta : ndarray (p, K), (n, K)
            Coefficients and linear predictors.
        found : float
            What the gradients violate.
        """
        null, intercept = self.deviance
        used = b[columns] > 0 if self.penalty.positive else np.ones((len(columns), b.shape[1]), dtype=bool)
        if intercept:
            used = np.vstack([np.ones(len(total), dtype=bool), used])
        scaled = self.X, columns, self.mean[columns], self.rms[columns], self.s
        if self.loss.name == "squared":
            key = columns.tobytes()
            if key not in self.triangles:
                self.triangles[key] = triangle(*scaled, intercept=intercept)
            R = self.triangles[key]
        else:
            R, change = newton_step(*scaled, self.target, eta, used, loss=self.loss.name, intercept=intercept)
            if change > FAR and found <= FLAT:
                return np.inf
        g = slope[columns] / self.rms[columns, None]
        g, wanted = np.vstack([total, g]) if intercept else g, used.T.ravel()
        noise = ROUNDING * float(np.sqrt((self.null_rms**2).sum()))
        return float(decrement(R[:, wanted], g.T.ravel()[None, wanted], noise)[0] ** 2 / null)


def _null_deviance(
    loss: Loss, target: FloatArray, s: FloatArray, null_rms: FloatArray, intercept: FloatArray | None
) -> tuple[float, bool]:
    """The null model's deviance per unit of weight, or where it has none the square of what residuals are measured in."""
    square = float((null_rms**2).sum())
    if loss.name == "squared":
        return square, intercept is not None
    share = s @ target if intercept is not None else np.full(target.shape[1], 1.0 / max(target.shape[1], 2))
    share = np.append(share, 1.0 - share) if len(share) == 1 else share
    from scipy.special import xlogy  # squared loss needs nothing of it

    found = -2.0 * float(xlogy(share, share).sum())
    return found if found > 0 else square, intercept is not None


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
    worst = np.empty(sets)
    for f, s in enumerate(S.T):
        null_rms = _null_rms(the_loss, target, s, intercept=intercepts is not None)
        slope = gradient.reshape(p, sets, k)[:, f]
        if intercepts is not None:
            slope = slope - mean[:, [f]] * total[f]
        away = distance(slope / units[f][:, None], coefficients[f], lam * penalty.factors[:, None], penalty)
        unit = np.outer(spread[f] / units[f], null_rms)
        found = np.divide(away, unit, out=np.zeros_like(away), where=unit > 0).max(initial=0.0)
        if intercepts is not None:
            found = max(found, float(_of_intercepts(total[f], null_rms)))
        free = _Free(
            X, target, s, mean[:, f], spread[f], null_rms, the_loss, penalty,
            _null_deviance(the_loss, target, s, null_rms, intercepts), {},
        )  # fmt: skip
        finite = np.isfinite(coefficients[f]).all()
        columns = free.columns(lam, coefficients[f]) if finite else np.zeros(0, dtype=int)
        if len(columns):
            eta = X @ (coefficients[f] / units[f][:, None]) + (0.0 if intercepts is None else intercepts[f])
            found = max(found, free.to_gain(columns, slope, total[f], coefficients[f], eta, found))
        worst[f] = found if finite else np.inf
    return worst


def _of_intercepts(total: FloatArray, null_rms: FloatArray) -> FloatArray:
    """The largest relative violation of any intercept's condition, (…), from residuals that are summed up, (…, K)."""
    return np.asarray(np.divide(np.abs(total), null_rms, out=np.zeros_like(total), where=null_rms > 0).max(axis=-1))


def _null_rms(loss: Loss, target: FloatArray, s: FloatArray, *, intercept: bool) -> FloatArray:
    """Weighted root mean square of the null model's residuals, (K,)."""
    null = loss.mean(np.broadcast_to(loss.link(s @ target) if intercept else np.zeros(target.shape[1]), target.shape))
    rms, target_rms = np.sqrt(s @ (target - null) ** 2), np.sqrt(s @ target**2)
    # a constant target leaves rounding alone, which is no unit to measure in
    return np.where(rms > CONSTANT * target_rms, rms, target_rms)


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
