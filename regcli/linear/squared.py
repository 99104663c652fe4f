"""Paths for squared loss: a direct solve where there is no ℓ1 term, working sets on a growing Gram matrix where there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg, sparse

from regcli.linear import quadratic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from regcli.data.types import FloatArray, IntArray
    from regcli.linear.penalty import Penalty
    from regcli.linear.problem import Problem

# Designs of up to this many columns have their whole Gram matrix formed at once.
WHOLE_GRAM = 1500
# Up to this size a sparse ridge problem is diagonalised; beyond it conjugate gradients run with a diagonal preconditioner.
DIAGONALISED = 2000
# Ridge solutions are refined where column lengths differ by more than this.
UNEVEN = 1e3


def direct_path(
    problem: Problem,
    penalty: Penalty,
    lambdas: FloatArray,
    tol: float,  # noqa: ARG001
    max_iter: int,  # noqa: ARG001
) -> Iterator[tuple[FloatArray, int]]:
    """Ridge and unpenalised fits to machine precision, whatever `tol` is; yields (coef (p, 1), 1) for every λ.

    Dense: singular values of the weighted design, unpenalised columns projected out first. Sparse: conjugate gradients on
    the normal equations, preconditioned so well that they are a handful of refinement steps.
    """
    solve = _sparse_solver(problem, penalty) if sparse.issparse(problem.X) else _dense_solver(problem, penalty)
    for lam in lambdas:
        yield solve(float(lam))[:, None], 1


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
    plain = _least_squares(A, y) if not shrunk.any() else None
    lengths = _lengths(P)
    uneven = len(lengths) > 0 and lengths.max() > UNEVEN * lengths.min()

    def solve(lam: float) -> FloatArray:
        if lam == 0 or plain is not None:
            return plain if plain is not None else _least_squares(A, y)
        coef = np.zeros(A.shape[1])
        b = vt.T @ (d / (d**2 + lam) * projected)
        if uneven:
            # rounding in the long columns drowns the short ones: one step of refinement, (P'P + λ)⁻¹ on what is left over
            left = P.T @ (unexplained - P @ b) - lam * b
            along = vt @ left
            b += vt.T @ (along / (d**2 + lam)) + (left - vt.T @ along) / lam
        coef[shrunk] = rows * b
        if U.shape[1]:
            coef[~shrunk] = _least_squares(U, y - A[:, shrunk] @ coef[shrunk])
        return coef

    return solve


def orthonormal(U: FloatArray) -> FloatArray:
    """An orthonormal basis of the columns of U, (n, rank); their lengths have no say in the rank."""
    if not U.shape[1]:
        return np.zeros((len(U), 0))
    return _truncated_svd(U / _lengths(U))[0]


def _lengths(A: FloatArray) -> FloatArray:
    """Lengths of the columns, 1 for a column of zeros; (p,)."""
    # the largest entry is taken out first: the square of 1e-170 is zero
    largest = np.abs(A).max(axis=0, initial=0.0)
    largest[largest == 0] = 1.0
    length = np.sqrt(((A / largest) ** 2).sum(axis=0))
    return np.asarray(np.where(length > 0, largest * length, 1.0))


def _least_squares(A: FloatArray, y: FloatArray) -> FloatArray:
    """Argmin ‖y - Ab‖, one step of refinement; the minimum-norm solution where columns are dependent.

    Columns are brought to unit length first, so that their units do not spoil the conditioning (Longley's data in raw units
    have a condition number of 5e9, in unit columns of 4e4). Only where they are dependent is the norm to be the one of the
    columns as given, and the scaling is left out, unless their units differ so much that some would be lost.
    """
    unit = _lengths(A)
    u, d, vt = _truncated_svd(A / unit)
    if len(d) < A.shape[1]:
        plain = _truncated_svd(A)
        if len(plain[1]) >= len(d):
            unit, (u, d, vt) = np.ones(A.shape[1]), plain
    b = vt.T @ ((u.T @ y) / d) / unit
    return np.asarray(b + vt.T @ ((u.T @ (y - A @ b)) / d) / unit)


def _truncated_svd(A: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Singular value decomposition without the singular values that are zero but for rounding."""
    u, d, vt = linalg.svd(A, full_matrices=False, check_finite=False)
    keep = d > d.max(initial=0.0) * max(A.shape) * np.finfo(float).eps
    return u[:, keep], d[keep], vt[keep]


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


def conjugate_gradients(
    operator: Callable[[FloatArray], FloatArray],
    right: FloatArray,
    start: FloatArray,
    precondition: Callable[[FloatArray], FloatArray],
    *,
    most: int,
    relative: float = 1e-14,
) -> FloatArray:
    """Solve operator(x) = right for a symmetric positive semi-definite operator (Hestenes & Stiefel 1952)."""
    x = start.copy()
    r = right - operator(x)
    z = precondition(r)
    direction, rz = z, float(np.vdot(r, z))
    goal = relative**2 * float(np.vdot(right, precondition(right)))
    for _ in range(most):
        if rz <= goal:
            break
        product = operator(direction)
        step = rz / float(np.vdot(direction, product))
        x = x + step * direction
        r = r - step * product
        z = precondition(r)
        rz, before = float(np.vdot(r, z)), rz
        direction = z + (rz / before) * direction
    return x


class _Gram:
    """The Gram matrix of a growing list of columns, with room to spare so that growth is amortised."""

    def __init__(self, problem: Problem) -> None:
        p = problem.shape[1]
        self._problem = problem
        self.columns: IntArray = np.arange(p if p <= WHOLE_GRAM else 0)
        self._room = problem.gram(self.columns, self.columns, problem.s)
        self._member = np.zeros(p, dtype=bool)
        self._member[self.columns] = True

    def include(self, wanted: IntArray) -> None:
        """Add those of the wanted columns that are not in yet."""
        new = wanted[~self._member[wanted]]
        if not len(new):
            return
        old, size = self.columns, len(self.columns) + len(new)
        if size > len(self._room):
            room = np.empty((2 * size, 2 * size))
            room[: len(old), : len(old)] = self.matrix
            self._room = room
        self.columns = np.concatenate([old, new])
        block = self._problem.gram(self.columns, new, self._problem.s)
        self._room[:size, len(old) : size] = block
        self._room[len(old) : size, :size] = block.T
        self._member[new] = True

    @property
    def matrix(self) -> FloatArray:
        """Gram matrix in the order of `columns`."""
        return self._room[: len(self.columns), : len(self.columns)]


def working_set_path(
    problem: Problem, penalty: Penalty, lambdas: FloatArray, tol: float, max_iter: int
) -> Iterator[tuple[FloatArray, int]]:
    """Lasso, elastic net and positive fits; yields (coef (p, 1), sweeps) for every λ, warm started.

    At every λ the quadratic problem is solved on the columns in use, the gradient of all columns is taken from the rows,
    and columns that violate their condition join, until none does.
    """
    p = problem.shape[1]
    gram = _Gram(problem)
    centred = problem.Y - problem.null_intercept
    right = problem.tdot(centred)[:, 0]
    scale = problem.scale[:, 0]
    slack = np.where(np.isfinite(scale), target_violation(tol) * scale, np.inf)
    coef = np.zeros(p)
    gradient = right
    for lam in lambdas:
        l1 = penalty.l1(lam)[:, 0]
        l2 = penalty.l2(lam)[:, 0]
        free = (l1 == 0) & (problem.rms > 0) & (not penalty.positive)
        sweeps = 0
        while True:
            violation = penalty.violation(gradient[:, None], coef[:, None], lam)[:, 0]
            violation[problem.rms == 0] = 0.0
            if (violation <= slack).all() or sweeps >= max_iter:
                break
            gram.include(np.flatnonzero((violation > slack) | (coef != 0) | free))
            columns = gram.columns
            Q = gram.matrix + np.diag(l2[columns])
            coef = coef.copy()
            coef[columns], taken = quadratic.solve(
                Q,
                right[columns],
                l1[columns],
                free[columns],
                positive=penalty.positive,
                start=coef[columns],
                slack=0.1 * slack[columns],
                max_sweeps=max_iter - sweeps,
            )
            sweeps += taken
            stalled = violation.max()
            gradient = problem.tdot(centred - problem.dot(coef[:, None]))[:, 0]
            violation = penalty.violation(gradient[:, None], coef[:, None], lam)[:, 0]
            # rounding in the Gram matrix may leave a little more than asked for: enough is enough where `tol` holds
            if violation.max() >= 0.5 * stalled and (violation <= 0.5 * tol * scale).all():
                break
        yield coef[:, None], sweeps


def target_violation(tol: float) -> float:
    """What solvers aim at: well below `tol`, so that the certificate holds with room and numbers agree to more digits."""
    return min(0.1 * tol, 1e-10)
