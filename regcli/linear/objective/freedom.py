"""Effective degrees of freedom of a fit (Zou, Hastie & Tibshirani 2007; Tibshirani & Taylor 2012)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg, sparse

from regcli.linear.kernels.least_squares import independent, not_independent, orthonormal
from regcli.linear.kernels.newton import hessian
from regcli.linear.kernels.quadratic import solve_smooth

if TYPE_CHECKING:
    from regcli.linear.objective.path import PathFit
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.objective.problem import Problem
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray

# Beyond this size the trace would cost more than the fit; it is left undefined there.
LARGEST = 2500
# Share of a column's variance that the columns before it must leave unexplained for it to count as independent without a look
# at the spectrum.
SURE = 1e-8


def degrees_of_freedom(problem: Problem, penalty: Penalty, fit: PathFit) -> FloatArray:
    """Trace of the hat matrix at every grid point, (L,).

    ridge: 1 + Σ d²/(d²+λ) with d² the eigenvalues of the weighted Gram matrix (weights summing to one); lasso: 1 + the rank
    of the active set; elastic net: 1 + tr[H_A (H_A + λ(1-ρ)V)⁻¹] on the active columns A. For logistic and multinomial loss
    H carries the curvature at the fit. The 1 is the intercept's (K - 1 for K classes).

    NaN where the matrix would be larger than 2,500 on its smaller side.
    """
    ridge_like = penalty.l1_ratio == 0 and not penalty.positive
    if problem.loss.name == "squared" and ridge_like:
        return _ridge_squared(problem, penalty, fit.lambdas)
    if penalty.l1_ratio == 1:
        return _lasso(problem, penalty, fit)
    return np.array([_at(problem, penalty, fit, i) for i in range(len(fit.lambdas))])


def _lasso(problem: Problem, penalty: Penalty, fit: PathFit) -> FloatArray:
    """Ranks of the active sets: their sizes, wherever the columns are independent beyond doubt.

    Row weights above zero change no rank, so that one Gram matrix of all columns of the path tells it for every point. Where a
    column is active for all of several classes, one of its coefficients follows from the others.
    """
    k = fit.coef.shape[2]
    lead = 0 if not problem.intercept else max(k - 1, 1)
    active = fit.coef != 0
    sizes = active.sum(axis=2)
    finite: BoolArray = np.asarray(np.isfinite(fit.coef).all(axis=(1, 2)))
    used = (sizes > 0) & finite[:, None]
    if len(fit.columns) <= LARGEST:
        doubtful = not_independent(_correlations(problem, fit.columns), used, SURE, problem.shape[0])
    else:
        few = [i for i, use in enumerate(used) if np.count_nonzero(use) <= LARGEST]
        doubtful = [i for i in few if not independent(_correlations(problem, fit.columns[used[i]]), SURE)]
    out: FloatArray = lead + np.minimum(sizes, max(k - 1, 1)).sum(axis=1, dtype=np.float64)
    for i in {*doubtful, *np.flatnonzero(~finite).tolist()}:
        out[i] = _at(problem, penalty, fit, i)
    out[(sizes > 0).sum(axis=1) > LARGEST] = np.nan
    return out


def _correlations(problem: Problem, columns: IntArray) -> FloatArray:
    """Weighted Gram matrix of some columns with a unit diagonal."""
    H = problem.gram(columns, columns, problem.s)
    root = np.sqrt(np.maximum(np.diag(H), 1e-300))
    return np.asarray(H / np.outer(root, root))


def _ridge_squared(problem: Problem, penalty: Penalty, lambdas: FloatArray) -> FloatArray:
    lead = float(problem.intercept)
    shrunk = penalty.factors > 0
    n, p, _ = problem.shape
    if min(n, p) > LARGEST:
        return np.full(len(lambdas), np.nan)
    rest = 0
    if sparse.issparse(problem.X):
        every = np.arange(p)
        if p > LARGEST:
            return np.full(len(lambdas), np.nan)
        H = problem.gram(every, every, problem.s)
        if not shrunk.all():
            free = ~shrunk
            rest = int(np.linalg.matrix_rank(H[np.ix_(free, free)]))
            cross = H[np.ix_(free, shrunk)]
            H = H[np.ix_(shrunk, shrunk)] - cross.T @ np.linalg.pinv(H[np.ix_(free, free)]) @ cross
        root = np.sqrt(penalty.factors[shrunk])
        squares = np.maximum(linalg.eigvalsh(H / np.outer(root, root)), 0.0) if shrunk.any() else np.zeros(0)
    else:
        A = problem.X * np.sqrt(problem.s)[:, None]
        P = A[:, shrunk] / np.sqrt(penalty.factors[shrunk])
        if not shrunk.all():
            u = orthonormal(A[:, ~shrunk])
            rest = u.shape[1]
            P = P - u @ (u.T @ P)
        squares = linalg.svdvals(P, check_finite=False) ** 2 if P.shape[1] else np.zeros(0)
    return np.array([lead + (rest + (squares / (squares + lam)).sum() if lam > 0 else _rank(problem)) for lam in lambdas])


def _rank(problem: Problem) -> int:
    """Rank of the design: columns brought to unit length first, so that units do not decide it."""
    live = np.flatnonzero(problem.rms > 0)
    if not len(live):
        return 0
    if sparse.issparse(problem.X):
        values = linalg.eigvalsh(problem.gram(live, live, problem.s) / np.outer(problem.rms[live], problem.rms[live]))
        return int(np.count_nonzero(values > 1e-12 * values[-1]))
    return int(orthonormal(problem.X[:, live] * np.sqrt(problem.s)[:, None]).shape[1])


def _at(problem: Problem, penalty: Penalty, fit: PathFit, index: int) -> float:
    """By the Hessian of the objective on the active coordinates, intercepts eliminated."""
    lam, coef = float(fit.lambdas[index]), fit.coef[index]
    k = coef.shape[1]
    columns = [fit.columns[coef[:, j] != 0] for j in range(k)]
    lead = 0.0 if not problem.intercept else float(max(k - 1, 1))
    size = sum(map(len, columns))
    if not size:
        return lead
    if not np.isfinite(coef).all():
        return float("nan")
    base = fit.intercept[index] + problem.center[fit.columns] @ coef
    mean = problem.loss.mean(base + problem.dot(coef, fit.columns))
    shrink = np.concatenate([penalty.l2(lam)[c, 0] for c in columns])
    if k == 1 and problem.shape[0] < size and problem.shape[0] <= LARGEST and (shrink > 0).all():
        return _by_rows(problem, mean, columns[0], shrink, lead)
    if size > LARGEST:
        return float("nan")
    H = hessian(problem, mean, columns)
    cut = k if problem.intercept else 0
    H = H[cut:, cut:] - H[cut:, :cut] @ np.linalg.pinv(H[:cut, :cut]) @ H[:cut, cut:] if cut else H
    if shrink.any():
        return lead + float(np.trace(solve_smooth(H + np.diag(shrink), H)))
    unit = np.sqrt(np.maximum(np.diag(H), 1e-300))
    values = linalg.eigvalsh(H / np.outer(unit, unit))
    return lead + int(np.count_nonzero(values > 1e-12 * size * values[-1]))


def _by_rows(problem: Problem, mean: FloatArray, columns: IntArray, shrink: FloatArray, lead: float) -> float:
    """The same trace through the n × n matrix, where the active columns outnumber the rows."""
    h = problem.s * problem.loss.curvature(mean, 0, 0)
    X = problem.X[:, columns]
    X = X.toarray() if sparse.issparse(X) else X
    A = (X - (h @ X) / h.sum()) if problem.intercept else X
    A = A * np.sqrt(h)[:, None] / np.sqrt(shrink)
    squares = np.maximum(linalg.eigvalsh(A @ A.T), 0.0)
    return lead + float((squares / (squares + 1.0)).sum())
