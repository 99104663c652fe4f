"""Paths for logistic and multinomial loss: proximal Newton, certified column by column.

At every λ the loss is replaced by its exact second-order expansion on the columns in use; the composite quadratic problem is
solved by `quadratic.solve`; a backtracking line search on the true objective guards the step (Lee, Sun & Saunders 2014);
columns outside that violate their condition join. Convergence is quadratic, so a tight target costs one step more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import linalg, sparse
from sklearn.linear_model import _cd_fast

from regcli.linear import quadratic
from regcli.linear.squared import conjugate_gradients, target_violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from regcli.data.types import FloatArray, IntArray
    from regcli.linear.penalty import Penalty
    from regcli.linear.problem import Problem

# Beyond this many coordinates a smooth Newton system is solved by conjugate gradients instead of by factorisation.
FACTORISED = 2500
BACKTRACKING = 40
# Beyond this many sparse columns coordinate descent works on them and not on their Gram matrix.
LARGE = 600
SWEEPS = 8
# Stands for a penalty factor of zero where one must be positive.
UNPENALISED = 1e-8
# Accuracy of an inner solution as a share of the squared violation.
INEXACT = 0.01
SUFFICIENT = 1e-4


@dataclass(frozen=True, slots=True)
class State:
    """A point of the path: intercept (K,), coef (p, K), linear predictor (n, K), and what follows from them."""

    intercept: FloatArray
    coef: FloatArray
    eta: FloatArray
    mean: FloatArray
    gradient: FloatArray
    gradient0: FloatArray

    @classmethod
    def at(cls, problem: Problem, intercept: FloatArray, coef: FloatArray) -> State:
        live = np.flatnonzero(coef.any(axis=1))
        eta = intercept + problem.dot(coef[live], live)
        mean = problem.loss.mean(eta)
        residual = problem.Y - mean
        return cls(intercept, coef, eta, mean, problem.tdot(residual), problem.s @ residual)


def newton_path(
    problem: Problem, penalty: Penalty, lambdas: FloatArray, tol: float, max_iter: int
) -> Iterator[tuple[FloatArray, FloatArray, int]]:
    """Walk down the path; yields (intercept (K,), coef (p, K), Newton steps) for every λ, warm started."""
    n, p, _ = problem.shape
    if penalty.l1_ratio == 0 and not penalty.positive and p > n and not sparse.issparse(problem.X):
        yield from _rotated_path(problem, penalty, lambdas, tol, max_iter)
        return
    yield from _walk(problem, penalty, lambdas, tol, max_iter)


def _rotated_path(
    problem: Problem, penalty: Penalty, lambdas: FloatArray, tol: float, max_iter: int
) -> Iterator[tuple[FloatArray, FloatArray, int]]:
    """Ridge with p > n: the solution lies in the row space of the penalised columns, which has at most n dimensions.

    With D = diag(√v) and X D⁻¹ = U S V' the problem in γ, b = D⁻¹ V γ, has the design U S and unit penalty factors.
    """
    shrunk = penalty.factors > 0
    root = np.sqrt(penalty.factors[shrunk])
    u, d, vt = linalg.svd(problem.X[:, shrunk] / root, full_matrices=False, check_finite=False)
    X = np.asfortranarray(np.column_stack([u * d, problem.X[:, ~shrunk]]))
    rms = np.sqrt(np.einsum("ij,ij,i->j", X, X, problem.s))
    small = replace(problem, X=X, rms=rms, center=np.zeros(X.shape[1]))
    factors = np.concatenate([np.ones(len(d)), np.zeros(X.shape[1] - len(d))])
    for intercept, coef, steps in _walk(small, replace(penalty, factors=factors), lambdas, tol, max_iter):
        full = np.zeros((problem.shape[1], coef.shape[1]))
        full[shrunk] = (vt.T @ coef[: len(d)]) / root[:, None]
        full[~shrunk] = coef[len(d) :]
        yield intercept, full, steps


def _walk(
    problem: Problem, penalty: Penalty, lambdas: FloatArray, tol: float, max_iter: int
) -> Iterator[tuple[FloatArray, FloatArray, int]]:
    _, p, k = problem.shape
    state = State.at(problem, problem.null_intercept, np.zeros((p, k)))
    for lam in lambdas:
        state, steps = converge(problem, penalty, float(lam), state, tol, max_iter)
        yield state.intercept, state.coef, steps


def converge(
    problem: Problem, penalty: Penalty, lam: float, state: State, tol: float, max_iter: int, goal: float | None = None
) -> tuple[State, int]:
    """Newton steps at one λ until every condition holds to the goal, or nothing improves any more below `tol`."""
    # convergence is quadratic: two digits to spare cost a step less than machine precision would
    goal = 0.01 * tol if goal is None else goal
    best, stale = np.inf, 0
    for step in range(max_iter):
        violation = _violation(problem, penalty, lam, state)
        worst = violation.max(initial=0.0)
        if problem.intercept:
            worst = max(worst, float((np.abs(state.gradient0) / problem.null_rms).max()))
        stale = 0 if worst < 0.5 * best else stale + 1
        best = min(best, worst)
        if worst <= goal or (worst <= 0.5 * tol and stale >= 2) or stale >= 50:
            return state, step
        # the expansion errs by the square of the distance: solving it more exactly than that is wasted
        accuracy = min(max(INEXACT * worst**2, 0.1 * target_violation(1.0)), 1e-2)
        moved = _newton_step(problem, penalty, lam, state, violation > goal, accuracy)
        if moved is state:
            return state, step + 1
        state = moved
    return state, max_iter


def _violation(problem: Problem, penalty: Penalty, lam: float, state: State) -> FloatArray:
    """Relative violation of every coefficient, (p, K)."""
    return penalty.violation(state.gradient, state.coef, lam) / problem.scale


def _newton_step(
    problem: Problem, penalty: Penalty, lam: float, state: State, violating: NDArray[np.bool_], accuracy: float
) -> State:
    """One step; returns the same state where no step along the direction lowers the objective."""
    l1 = penalty.l1(lam)
    free = (l1 == 0) & (not penalty.positive) & (problem.rms > 0)[:, None]
    wanted = violating | (state.coef != 0) | free
    smooth = bool(np.broadcast_to(free, wanted.shape)[wanted].all())
    if smooth and wanted.sum() > FACTORISED:
        d_intercept, d_coef = _direction_by_iteration(problem, penalty, lam, state)
    elif state.coef.shape[1] == 1 and wanted.sum() > LARGE and sparse.issparse(problem.X) and penalty.l1_ratio > 0:
        d_intercept, d_coef = _direction_by_columns(problem, penalty, lam, state, np.flatnonzero(wanted), accuracy)
    else:
        d_intercept, d_coef = _direction_by_quadratic(problem, penalty, lam, state, wanted, free, accuracy)
    return _line_search(problem, penalty, lam, state, d_intercept, d_coef)


def _direction_by_quadratic(
    problem: Problem,
    penalty: Penalty,
    lam: float,
    state: State,
    wanted: NDArray[np.bool_],
    free: NDArray[np.bool_],
    accuracy: float,
) -> tuple[FloatArray, FloatArray]:
    """To the minimiser of the second-order expansion plus penalty on the wanted coordinates, to a relative accuracy."""
    k = state.coef.shape[1]
    columns = [np.flatnonzero(wanted[:, j]) for j in range(k)]
    H = hessian(problem, state.mean, columns)
    lead = k if problem.intercept else 0

    def pick(full: NDArray[Any]) -> NDArray[Any]:
        """Coordinates in the order of H, intercepts left out."""
        full = np.broadcast_to(full, state.coef.shape)
        return np.concatenate([full[c, j] for j, c in enumerate(columns)])

    now = np.concatenate([state.intercept[:lead], pick(state.coef)])
    l2 = np.concatenate([np.zeros(lead), pick(penalty.l2(lam))])
    l1 = np.concatenate([np.zeros(lead), pick(penalty.l1(lam))])
    is_free = np.concatenate([np.ones(lead, dtype=bool), pick(free)])
    gradient = np.concatenate([state.gradient0[:lead], pick(state.gradient)])
    if k > 1:
        unpenalised = np.flatnonzero(np.concatenate([np.ones(lead, bool), is_free[lead:] & (pick(penalty.factors[:, None]) == 0)]))
        fix_gauge(H, unpenalised, np.concatenate([np.zeros(lead, dtype=int), 1 + np.concatenate(columns)]))
    right = H @ now + gradient
    scale = np.concatenate([np.ones(lead), pick(problem.scale)])
    slack = accuracy * scale
    target, _ = quadratic.solve(
        np.ascontiguousarray(H + np.diag(l2)),
        right,
        l1,
        is_free,
        positive=penalty.positive,
        start=now,
        slack=slack,
        max_sweeps=2000,
    )
    step = target - now
    d_coef = np.zeros_like(state.coef)
    at = lead
    for j, c in enumerate(columns):
        d_coef[c, j] = step[at : at + len(c)]
        at += len(c)
    d_intercept = np.zeros_like(state.intercept)
    d_intercept[:lead] = step[:lead]
    return d_intercept, d_coef


def _direction_by_columns(
    problem: Problem, penalty: Penalty, lam: float, state: State, columns: IntArray, accuracy: float
) -> tuple[FloatArray, FloatArray]:
    """The same on sparse columns themselves, whose Gram matrix would be large: scikit-learn's weighted coordinate descent.

    With v_j b_j for b_j the ℓ1 weights are equal. Intercept and unpenalised columns take part as columns in a unit so large that
    their penalty is nothing. A ridge part that is not the same for all is rows below the design.
    """
    n, now = problem.shape[0], state.coef[columns, 0]
    h = problem.s * problem.loss.curvature(state.mean, 0, 0)
    h = np.maximum(h, 1e-12 * h.max())
    factors = np.maximum(penalty.factors[columns], UNPENALISED)
    design = [problem.X[:, columns].multiply(1.0 / factors)]
    start = now * factors
    level = state.intercept[0] - problem.center[columns] @ now
    if problem.intercept:
        design.append(sparse.csc_array(np.full((n, 1), 1.0 / UNPENALISED)))
        start = np.append(start, level * UNPENALISED)
    Z = sparse.hstack(design, format="csc")
    # the working response: what the linear predictor would have to be, less nothing
    target = state.eta[:, 0] + problem.s * (problem.Y - state.mean)[:, 0] / h
    weight = h
    shrink = lam * (1.0 - penalty.l1_ratio)
    ridge = shrink / factors
    uniform = bool((ridge == ridge[0]).all()) and shrink == 0
    if not uniform:
        rows = sparse.diags_array(np.sqrt(ridge), shape=(len(columns), Z.shape[1]))
        Z = sparse.vstack([Z, rows], format="csc")
        target, weight = np.append(target, np.zeros(len(columns))), np.append(h, np.ones(len(columns)))
    moved, *_ = _cd_fast.sparse_enet_coordinate_descent(
        w=start, alpha=lam * penalty.l1_ratio, beta=0.0, X_data=Z.data, X_indices=Z.indices.astype(np.int32), X_indptr=Z.indptr.astype(np.int32),
        y=target, sample_weight=weight, X_mean=np.zeros(Z.shape[1]), max_iter=SWEEPS, tol=1e-3 * accuracy, rng=np.random.RandomState(0), random=False, positive=penalty.positive, do_screening=False,
    )  # fmt: skip
    d_coef = np.zeros_like(state.coef)
    d_coef[columns, 0] = moved[: len(columns)] / factors - now
    d_intercept = np.zeros(1)
    if problem.intercept:
        d_intercept[0] = moved[-1] / UNPENALISED - level + problem.center[columns] @ d_coef[columns, 0]
    return d_intercept, d_coef


def hessian(problem: Problem, mean: FloatArray, columns: list[IntArray]) -> FloatArray:
    """Second derivative of the objective in (intercepts, columns of output 0, columns of output 1, …), dense."""
    k = mean.shape[1]
    lead = k if problem.intercept else 0
    sizes = [len(c) for c in columns]
    starts = lead + np.concatenate([[0], np.cumsum(sizes)]).astype(int)
    H = np.empty((starts[-1], starts[-1]))
    for i in range(k):
        for j in range(i, k):
            h = problem.s * problem.loss.curvature(mean, i, j)
            rows, cols = slice(starts[i], starts[i + 1]), slice(starts[j], starts[j + 1])
            H[rows, cols] = problem.gram(columns[i], columns[j], h)
            if lead:
                H[i, j] = H[j, i] = h.sum()
                H[i, cols] = H[cols, i] = problem.column_sums(columns[j], h)
                H[j, rows] = H[rows, j] = problem.column_sums(columns[i], h)
            if i != j:
                H[cols, rows] = H[rows, cols].T
    return H


def fix_gauge(H: FloatArray, unpenalised: IntArray, labels: IntArray) -> None:
    """Remove the singularity of a symmetric softmax's Hessian, in place.

    Adding the same to every class's intercept, or unpenalised coefficient of one column, changes nothing: their sums are held
    fixed. The added rank-one terms are zero at the present point (the sums are). Coefficients that must be positive have no such
    freedom: their sum is let go.

    Parameters
    ----------
    H : ndarray (N, N)
    unpenalised : int ndarray
        Coordinates with that freedom.
    labels : int ndarray (N,)
        Coordinates that are one column's, or the intercepts, share a label.
    """
    mine = labels[unpenalised]
    for label in np.unique(mine):
        rows = unpenalised[mine == label]
        H[np.ix_(rows, rows)] += np.trace(H[np.ix_(rows, rows)]) / len(rows) ** 2


def _direction_by_iteration(problem: Problem, penalty: Penalty, lam: float, state: State) -> tuple[FloatArray, FloatArray]:
    """The smooth Newton direction by conjugate gradients on Hessian products, diagonal preconditioner."""
    p, k = state.coef.shape
    l2 = penalty.l2(lam)
    s, mean = problem.s[:, None], state.mean
    diagonal = np.column_stack(
        [np.asarray((problem.loss.curvature(mean, j, j) * problem.s).sum()) * problem.rms**2 for j in range(k)]
    )
    weights = np.zeros((p + 1, k))
    weights[1:] = 1.0 / np.maximum(diagonal + l2, 1e-300)
    weights[1:][problem.rms == 0] = 0.0
    if problem.intercept:
        weights[0] = 1.0 / np.maximum((s * mean * (1 - mean)).sum(axis=0), 1e-300)

    def product(v: FloatArray) -> FloatArray:
        slope = problem.dot(v[1:]) + (v[0] if problem.intercept else 0.0)
        change = mean * (1 - mean) * slope if k == 1 else mean * (slope - (mean * slope).sum(axis=1, keepdims=True))
        out = np.empty_like(v)
        out[1:] = problem.tdot(change) + l2 * v[1:]
        out[0] = (s * change).sum(axis=0) if problem.intercept else 0.0
        return out

    right = np.vstack([state.gradient0 if problem.intercept else np.zeros(k), state.gradient - l2 * state.coef])
    step = conjugate_gradients(product, right, np.zeros_like(right), lambda r: weights * r, most=5000, relative=1e-5)
    return step[0], step[1:]


def _line_search(
    problem: Problem, penalty: Penalty, lam: float, state: State, d_intercept: FloatArray, d_coef: FloatArray
) -> State:
    """Backtrack until the objective falls by a fraction of what the model promised (Tseng & Yun 2009)."""
    live = np.flatnonzero(d_coef.any(axis=1))
    d_eta = d_intercept + problem.dot(d_coef[live], live)
    before = problem.objective(state.eta) + penalty.value(state.coef, lam)
    promised = (
        penalty.value(state.coef + d_coef, lam)
        - penalty.value(state.coef, lam)
        - float((state.gradient * d_coef).sum() + (state.gradient0 * d_intercept).sum())
    )
    step = 1.0
    for _ in range(BACKTRACKING):
        coef = state.coef + step * d_coef
        after = problem.objective(state.eta + step * d_eta) + penalty.value(coef, lam)
        # within rounding of the objective a full step is taken on trust: the gradient decides whether it was right
        if after <= before + SUFFICIENT * step * min(promised, 0.0) + 4 * np.finfo(float).eps * abs(before):
            return State.at(problem, state.intercept + step * d_intercept, coef)
        step *= 0.5
    return state
