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

from regcli.linear.kernels import newton_sparse, quadratic
from regcli.linear.kernels.least_squares import conjugate_gradients
from regcli.linear.objective.penalty import target_violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from regcli.linear.kernels.newton_sparse import Columns
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.objective.problem import Problem
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray

# Beyond this many coordinates a smooth Newton system is solved by conjugate gradients instead of by factorisation.
FACTORISED = 2500
BACKTRACKING = 40
# Beyond this many sparse columns coordinate descent works on them and not on their Gram matrix.
LARGE = 600
# Sweeps over them for one direction: so many at first, twice as many where a step did not bring the violation down by PROGRESS.
FIRST_SWEEPS, MOST_SWEEPS, PROGRESS = 8, 512, 0.3
# Where more sweeps than this were asked for, a problem of at most FACTORISED coordinates gets its Hessian.
PATIENT_SWEEPS = 64
# Accuracy of an inner solution as a share of the squared violation.
INEXACT = 0.01
SUFFICIENT = 1e-4


@dataclass(frozen=True, slots=True)
class State:
    """A point of the path: intercept (K,), coef (p, K), linear predictor (n, K), what follows from them, and the loss."""

    intercept: FloatArray
    coef: FloatArray
    eta: FloatArray
    mean: FloatArray
    gradient: FloatArray
    gradient0: FloatArray
    value: float

    @classmethod
    def at(cls, problem: Problem, intercept: FloatArray, coef: FloatArray) -> State:
        """Everything from the coefficients."""
        eta = intercept + _slope(problem, coef)
        return cls.of(problem, intercept, coef, eta, problem.objective(eta))

    @classmethod
    def of(cls, problem: Problem, intercept: FloatArray, coef: FloatArray, eta: FloatArray, value: float) -> State:
        """The same where the linear predictor and the loss are known."""
        mean = problem.loss.mean(eta)
        residual = problem.Y - mean
        return cls(intercept, coef, eta, mean, problem.tdot(residual), problem.s @ residual, value)


def _slope(problem: Problem, coef: FloatArray) -> FloatArray:
    """X b, (n, K): on the columns that take part alone where these are few, which else cost more to pick than to multiply."""
    live = np.flatnonzero(coef.any(axis=1))
    return problem.dot(coef[live], live) if 4 * len(live) < len(coef) else problem.dot(coef)


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
    small = replace(problem, design=X, rms=rms, center=np.zeros(X.shape[1]))
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
        # from the coefficients again, so that rounding does not add up along the path
        state = State.at(problem, state.intercept, state.coef)
        yield state.intercept, state.coef, steps


def converge(
    problem: Problem,
    penalty: Penalty,
    lam: float,
    state: State,
    tol: float,
    max_iter: int,
    goal: float | None = None,
    columns: Columns | None = None,
) -> tuple[State, int]:
    """Newton steps at one λ until every condition holds to the goal, or nothing improves any more below `tol`.

    `columns` are those of the problem as the kernel of `newton_sparse` takes them, where somebody keeps them.
    """
    # convergence is quadratic: two digits to spare cost a step less than machine precision would
    goal = 0.01 * tol if goal is None else goal
    mark, last, stale, sweeps = np.inf, np.inf, 0, FIRST_SWEEPS
    for step in range(max_iter):
        violation = _violation(problem, penalty, lam, state)
        worst = violation.max(initial=0.0)
        if problem.intercept:
            worst = max(worst, float((np.abs(state.gradient0) / problem.null_rms).max()))
        stale, mark = (0, worst) if worst < 0.5 * mark else (stale + 1, mark)
        if worst <= goal or (worst <= 0.5 * tol and stale >= 2) or stale >= 50:
            return state, step
        sweeps = sweeps if worst < PROGRESS * last else min(2 * sweeps, MOST_SWEEPS)
        last = worst
        # the expansion errs by the square of the distance: solving it more exactly than that is wasted
        accuracy = min(max(INEXACT * worst**2, 0.1 * target_violation(1.0)), 1e-2)
        moved = _newton_step(problem, penalty, lam, state, violation > goal, accuracy, sweeps, columns)
        if moved is state:
            return state, step + 1
        state = moved
    return state, max_iter


def _violation(problem: Problem, penalty: Penalty, lam: float, state: State) -> FloatArray:
    """Relative violation of every coefficient, (p, K)."""
    return penalty.violation(state.gradient, state.coef, lam) / problem.scale


def _newton_step(
    problem: Problem,
    penalty: Penalty,
    lam: float,
    state: State,
    violating: BoolArray,
    accuracy: float,
    sweeps: int,
    columns: Columns | None,
) -> State:
    """One step; returns the same state where no step along the direction lowers the objective."""
    k = state.coef.shape[1]
    if k == 1 and not violating.any() and sparse.issparse(problem.X):
        # what is left is the intercept's, which columns hardly feel
        h = problem.s @ problem.loss.curvature(state.mean, 0, 0)
        return _line_search(problem, penalty, lam, state, state.gradient0 / h, np.zeros_like(state.coef))
    free = (penalty.l1(lam) == 0) & (not penalty.positive) & (problem.rms > 0)[:, None]
    wanted = violating | (state.coef != 0) | free
    if wanted.sum() > FACTORISED and np.broadcast_to(free, wanted.shape)[wanted].all():
        return _line_search(problem, penalty, lam, state, *_direction_by_iteration(problem, penalty, lam, state))
    if k == 1 or wanted.sum() <= FACTORISED:
        return _step_in(problem, penalty, lam, state, wanted, free, accuracy, sweeps, columns)
    # The Hessian of all outputs would be too large: one output after the other, each guarded by its own line search.
    for j in range(k):
        mine = np.zeros_like(wanted)
        mine[:, j] = wanted[:, j]
        state = _step_in(problem, penalty, lam, state, mine, free, accuracy, sweeps, columns)
    return state


def _step_in(
    problem: Problem,
    penalty: Penalty,
    lam: float,
    state: State,
    wanted: BoolArray,
    free: BoolArray,
    accuracy: float,
    sweeps: int,
    columns: Columns | None,
) -> State:
    """One step in the wanted coordinates and the intercepts."""
    outputs, count = np.flatnonzero(wanted.any(axis=0)), wanted.sum()
    many = sparse.issparse(problem.X) and len(outputs) == 1 and count > LARGE
    by_columns = many and (penalty.positive or penalty.l1(lam).any())
    # Where descent crawls on a problem that can be factorised it is.
    if by_columns and not (sweeps > PATIENT_SWEEPS and count <= FACTORISED):
        direction = _direction_by_columns(problem, penalty, lam, state, wanted[:, outputs[0]], int(outputs[0]), sweeps, columns)
    else:
        direction = _direction_by_quadratic(problem, penalty, lam, state, wanted, free, accuracy)
    return _line_search(problem, penalty, lam, state, *direction)


def _direction_by_columns(
    problem: Problem,
    penalty: Penalty,
    lam: float,
    state: State,
    wanted: BoolArray,
    output: int,
    sweeps: int,
    columns: Columns | None,
) -> tuple[FloatArray, FloatArray]:
    """On sparse columns themselves, in one output; all columns of the problem where somebody keeps them ready."""
    if columns is None:
        picked = np.flatnonzero(wanted)
        penalty = replace(penalty, factors=penalty.factors[picked], unit=np.broadcast_to(penalty.unit, len(wanted))[picked])
        columns = newton_sparse.Columns.of(
            sparse.csc_array(problem.X[:, picked]),
            newton_sparse.l1_units(penalty),
            np.flatnonzero(problem.s > 0),
            newton_sparse.intercept_signs(problem, penalty),
        )
    else:
        picked = np.arange(len(wanted))
    d_intercept, d_coef = np.zeros_like(state.intercept), np.zeros_like(state.coef)
    d_intercept[output], d_coef[picked, output] = newton_sparse.direction(
        problem,
        penalty,
        lam,
        columns,
        now=(float(state.intercept[output]), state.coef[picked, output]),
        output=output,
        eta=state.eta,
        mean=state.mean,
        center=problem.center[picked],
        sweeps=sweeps,
    )
    return d_intercept, d_coef


def _direction_by_quadratic(
    problem: Problem,
    penalty: Penalty,
    lam: float,
    state: State,
    wanted: BoolArray,
    free: BoolArray,
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
        unpenalised = np.flatnonzero(
            np.concatenate([np.ones(lead, bool), is_free[lead:] & (pick(penalty.factors[:, None]) == 0)])
        )
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
    d_eta = d_intercept + _slope(problem, d_coef)
    paid = penalty.value(state.coef, lam)
    before = state.value + paid
    falls = float((state.gradient * d_coef).sum() + (state.gradient0 * d_intercept).sum())
    promised = penalty.value(state.coef + d_coef, lam) - paid - falls
    step = 1.0
    for _ in range(BACKTRACKING):
        coef, eta = state.coef + step * d_coef, state.eta + step * d_eta
        value = problem.objective(eta)
        # within rounding of the objective a full step is taken on trust: the gradient decides whether it was right
        allowed = before + SUFFICIENT * step * min(promised, 0.0) + 4 * np.finfo(float).eps * abs(before)
        if value + penalty.value(coef, lam) <= allowed:
            return State.of(problem, state.intercept + step * d_intercept, coef, eta, value)
        step *= 0.5
    return state
