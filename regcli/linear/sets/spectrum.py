"""Where ridge's grid starts and ends: by effective degrees of freedom (Hastie, Tibshirani & Friedman, ESL 3.4.1).

Ridge's coefficients are never exactly zero, and its λ has no unit of y: no gradient tells where its grid starts. What does is
how much of the design a λ lets through, df(λ) = Σ d²/(d² + λ), the d² being the eigenvalues of X̃'SX̃/S.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg

from regcli.linear.kernels.least_squares import orthonormal
from regcli.linear.sets.normal import Normal, Reduced, scaled_gram
from regcli.linear.sets.statistics import ROWS_A_COLUMN
from regcli.numerics.executor import PIECE, slices

if TYPE_CHECKING:
    from collections.abc import Callable

    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.objective.problem import Problem
    from regcli.linear.sets.statistics import Statistics
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray
    from regcli.numerics.executor import Executor

# Degrees of freedom at the top, beside the intercept's and the unpenalised columns'; share of the rank at the bottom.
FIRST, LAST = 0.05, 0.999
# Eigenvalues below this share of the largest are rounding.
RANK = 1e-12
# Beyond so many on the smaller side the spectrum would cost more than the fit: the ends then lie at these multiples of the
# largest eigenvalue. A full decomposition of so few columns is as cheap as the search for one eigenvalue.
DEAR, ABOVE, BELOW, FEW = 5000, 10.0, 1e-8, 100


def ridge_ends(
    problem: Problem, penalty: Penalty, eta: FloatArray, executor: Executor, statistics: Statistics | None = None
) -> tuple[float, float]:
    """The largest and the smallest λ of ridge's default grid.

    Parameters
    ----------
    problem : Problem
        The full training data.
    penalty : Penalty
        Of which the factors count: unpenalised columns are projected out, the others divided by √v_j.
    eta : ndarray (n, K)
        Linear predictors of the null model: with logistic loss its p(1-p) weigh the rows. With several classes the spectrum
        is that of the whole curvature W ⊗ X̃'SX̃/S, W the mean over rows of diag(p) - pp': all products of the two's eigenvalues.
    executor : Executor
    statistics : Statistics, optional
        Sums over the rows, where they have been taken.

    Returns
    -------
    top, bottom : float
        Both zero where no penalised column varies.
    """
    if is_dear(problem):
        rows, outputs = _curvature(problem, eta)
        size = _largest(problem, penalty) * float(np.trace(outputs)) / len(outputs) * float(rows.sum())
        return ABOVE * size, BELOW * size
    every = squares(problem, penalty, eta, executor, statistics)
    return (lambda_for_df(every, FIRST), lambda_for_df(every, LAST * len(every))) if len(every) else (0.0, 0.0)


def is_dear(problem: Problem) -> bool:
    """Whether the spectrum would cost more than the fit."""
    return problem.is_sparse or min(problem.shape[:2]) > DEAR


def squares(
    problem: Problem, penalty: Penalty, eta: FloatArray, executor: Executor, statistics: Statistics | None = None
) -> FloatArray:
    """The d² of a design, those of the whole curvature where there are several classes; parameters as of `ridge_ends`."""
    rows, outputs = _curvature(problem, eta)
    if statistics is not None:
        found = by_columns(statistics.normal(statistics.count - 1), penalty)
    elif problem.shape[1] <= problem.shape[0]:
        found = by_columns(_normal(problem, rows, executor), penalty)
    else:
        found = _by_rows(problem, penalty, rows, executor)
    if not len(found):
        return found
    weights = linalg.eigvalsh(outputs)
    return np.outer(weights[weights > RANK * weights[-1]], found).ravel()


def lambda_for_df(squares: FloatArray, df: float) -> float:
    """The λ with Σ d²/(d² + λ) = df, by bisection in log λ.

    Parameters
    ----------
    squares : ndarray (m,)
        d² > 0.
    df : float
        Above 0 and below m.
    """
    # were all d² equal, this would be the solution
    low, high = np.log(np.array([squares.min(), squares.max()]) * (len(squares) / df - 1.0)).tolist()
    while True:
        middle = 0.5 * (low + high)
        if not low < middle < high:
            return float(np.exp(middle))
        if (squares / (squares + np.exp(middle))).sum() > df:
            low = middle
        else:
            high = middle


def _curvature(problem: Problem, eta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Second derivatives of the loss: weights of the rows, (n,), and of the outputs, (K, K)."""
    mean, k = problem.loss.mean(eta), problem.shape[2]
    if k == 1:
        return problem.s * problem.loss.curvature(mean, 0, 0), np.ones((1, 1))
    W = [[float(problem.s @ problem.loss.curvature(mean, a, b)) for b in range(k)] for a in range(k)]
    return problem.s, np.array(W)


def _normal(problem: Problem, h: FloatArray, executor: Executor) -> Normal:
    """Σ h x x' of all columns, about their means under these weights where there is an intercept."""
    n, p, _ = problem.shape
    even = bool((h == h[0]).all())

    def work(rows: slice) -> FloatArray:
        x = problem.X[rows]
        rooted = x if even else x * np.sqrt(h[rows])[:, None]
        return np.asarray(rooted.T @ rooted)

    C = _summed(work, slices(n, max(ROWS_A_COLUMN * p, PIECE // p)), executor)
    if even:
        C *= h[0]
    if problem.intercept:
        sums = np.asarray(problem.X.T @ h)
        C -= np.outer(sums, sums / h.sum())
    live = problem.rms > 0
    C[~live] = C[:, ~live] = 0.0
    return Normal(C, np.zeros(p), 0.0, live, np.ones(p))


def by_columns(normal: Normal, penalty: Penalty) -> FloatArray:
    """d² from the Gram matrix of the columns."""
    reduced = Reduced.build(normal, penalty.factors == 0)
    if not len(reduced.bound):
        return np.zeros(0)
    size = (np.diag(normal.C)[reduced.bound] / penalty.factors[reduced.bound]).max()
    return _above_rounding(linalg.eigvalsh(scaled_gram(reduced, penalty)[0]), size)


def _by_rows(problem: Problem, penalty: Penalty, h: FloatArray, executor: Executor) -> FloatArray:
    """The same d² from the Gram matrix of the rows, where these are fewer."""
    n = problem.shape[0]
    bound, free = _split(problem, penalty)
    if not len(bound):
        return np.zeros(0)
    root, unit = np.sqrt(h), np.sqrt(penalty.factors[bound])

    def work(part: slice) -> FloatArray:
        x = problem.X[:, bound[part]] / unit[part]
        return np.asarray(x @ x.T)

    K = _summed(work, slices(len(bound), max(ROWS_A_COLUMN * n, PIECE // n)), executor)
    K *= np.outer(root, root)
    size = np.diag(K).max()
    fixed = root[:, None] * (np.column_stack([np.ones(n), problem.X[:, free]]) if problem.intercept else problem.X[:, free])
    u = orthonormal(fixed)
    K -= u @ (u.T @ K)
    K -= (K @ u) @ u.T
    return _above_rounding(linalg.eigvalsh(K), size)


def _summed(work: Callable[[slice], FloatArray], pieces: list[slice], executor: Executor) -> FloatArray:
    """Sum over pieces of work, in their order."""
    first, *rest = executor.map(work, pieces)
    for part in rest:
        first += part
    return first


def _above_rounding(squares: FloatArray, size: float) -> FloatArray:
    """Eigenvalues that are more than rounding beside the largest, or beside what the projection began with."""
    return np.asarray(squares[squares > RANK * max(float(squares[-1]), size)])


def _split(problem: Problem, penalty: Penalty) -> tuple[IntArray, IntArray]:
    """Penalised and unpenalised columns that vary."""
    live: BoolArray = problem.rms > 0
    return np.flatnonzero(live & (penalty.factors > 0)), np.flatnonzero(live & (penalty.factors == 0))


def _largest(problem: Problem, penalty: Penalty) -> float:
    """The largest eigenvalue of X̃'SX̃/S over the penalised columns, each divided by √v_j."""
    bound, _ = _split(problem, penalty)
    m = len(bound)
    if not m:
        return 0.0
    unit = np.sqrt(penalty.factors[bound])[:, None]

    def product(v: FloatArray) -> FloatArray:
        v = v.reshape(m, -1)
        return small.tdot(small.dot(v / unit)) / unit

    small = problem.narrow(bound)
    if m <= FEW:
        return float(linalg.eigvalsh(product(np.eye(m)))[-1])
    start = np.random.default_rng(0).standard_normal(m)  # so that the same design has the same λ
    from scipy.sparse.linalg import LinearOperator, eigsh  # only large designs need it

    operator = LinearOperator((m, m), matvec=product, matmat=product, dtype=np.float64)
    return float(eigsh(operator, k=1, which="LA", v0=start, tol=1e-10, return_eigenvectors=False)[0])
