"""Ridge and unpenalised paths of squared loss: closed forms, from the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg, sparse

from regcli.linear.kernels import quadratic
from regcli.linear.kernels.least_squares import conjugate_gradients, least_squares, lengths, orthonormal
from regcli.linear.solvers.base import Alone, Task, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from regcli.linear.objective.path import PathFit
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.objective.problem import Problem
    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import FloatArray
    from regcli.numerics.executor import Executor

# Up to this size a sparse ridge problem is diagonalised; beyond it conjugate gradients run with a diagonal preconditioner.
DIAGONALISED = 2000
# Ridge solutions are refined where column lengths differ by more than this.
UNEVEN = 1e3


class Direct(Alone):
    """Ridge and unpenalised fits to machine precision, whatever `tol` is.

    Dense: singular values of the weighted design, unpenalised columns projected out first. Sparse: conjugate gradients on
    the normal equations, preconditioned so well that they are a handful of refinement steps.
    """

    name = "direct"

    def suits(self, sets: TrainingSets, task: Task, executor: Executor) -> Verdict:  # noqa: ARG002
        if sets.loss.name != "squared" or not task.smooth:
            return Verdict(False, "")
        return Verdict(sets.shape[3] == 1, "closed form by singular values of the rows")

    def walk(self, sets: TrainingSets, task: Task, executor: Executor) -> list[PathFit]:
        # singular values see nearly dependent columns as they are
        return super().walk(sets, task, executor) if sparse.issparse(sets.X) else self.paths(sets, task, executor)

    def steps(self, problem: Problem, task: Task) -> Iterator[tuple[FloatArray, FloatArray, int]]:
        solve = (_sparse_solver if sparse.issparse(problem.X) else _dense_solver)(problem, task.penalty)
        for lam in task.lambdas:
            yield problem.null_intercept, solve(float(lam))[:, None], 1


def _dense_solver(problem: Problem, penalty: Penalty) -> Callable[[float], FloatArray]:
    root = np.sqrt(problem.s)
    A = problem.X * root[:, None]
    y = (problem.Y[:, 0] - problem.null_intercept[0]) * root
    shrunk = penalty.factors > 0
    rows = 1.0 / np.sqrt(penalty.factors[shrunk])
    U = A[:, ~shrunk]
    basis = orthonormal(U)
    P = A[:, shrunk] * rows
    P -= basis @ (basis.T @ P)
    unexplained = y - basis @ (basis.T @ y)
    u, d, vt = linalg.svd(P, full_matrices=False, check_finite=False)
    projected = u.T @ unexplained
    plain = least_squares(A, y) if not shrunk.any() else None
    long = lengths(P)
    uneven = len(long) > 0 and long.max() > UNEVEN * long.min()

    def solve(lam: float) -> FloatArray:
        if lam == 0 or plain is not None:
            return plain if plain is not None else least_squares(A, y)
        coef = np.zeros(A.shape[1])
        b = vt.T @ (d / (d**2 + lam) * projected)
        if uneven:
            # rounding in the long columns drowns the short ones: one step of refinement, (P'P + λ)⁻¹ on what is left over
            left = P.T @ (unexplained - P @ b) - lam * b
            along = vt @ left
            b += vt.T @ (along / (d**2 + lam)) + (left - vt.T @ along) / lam
        coef[shrunk] = rows * b
        if U.shape[1]:
            coef[~shrunk] = least_squares(U, y - A[:, shrunk] @ coef[shrunk])
        return coef

    return solve


def _sparse_solver(problem: Problem, penalty: Penalty) -> Callable[[float], FloatArray]:
    p = problem.shape[1]
    live = np.flatnonzero(problem.rms > 0)
    problem = problem.narrow(live)
    right = problem.tdot(problem.Y - problem.null_intercept)[:, 0]
    every = np.arange(len(live))
    gram = problem.gram(every, every, problem.s) if len(live) <= DIAGONALISED else None
    last = np.zeros(len(live))

    def solve(lam: float) -> FloatArray:
        nonlocal last
        ridge = lam * penalty.factors[live]

        def normal(b: FloatArray) -> FloatArray:
            return problem.tdot(problem.dot(b[:, None]))[:, 0] + ridge * b

        if gram is None:
            weights = 1.0 / (problem.rms**2 + ridge)
            last = conjugate_gradients(normal, right, last, lambda r: weights * r, most=20 * p)
        else:
            full = gram + np.diag(ridge)
            last = quadratic.solve_smooth(full, right)
            last = last + quadratic.solve_smooth(full, right - normal(last))
            if lam == 0:
                last = _smallest_norm(last, gram, problem.rms)
        coef = np.zeros(p)
        coef[live] = last
        return coef

    return solve


def _smallest_norm(b: FloatArray, gram: FloatArray, rms: FloatArray) -> FloatArray:
    """Take out of a least-squares solution what lies in the null space of the Gram matrix."""
    values, vectors = linalg.eigh(gram / np.outer(rms, rms), check_finite=False)
    null = vectors[:, values <= values.max(initial=0.0) * 10 * len(b) * np.finfo(float).eps] / rms[:, None]
    basis, _ = linalg.qr(null, mode="economic", check_finite=False)
    return np.asarray(b - basis @ (basis.T @ b))
