"""Composite quadratic problems on a Gram matrix: the small dense kernel under every penalised path.

    minimise  ½ b'Qb - q'b + Σ_j l1_j |b_j|     (b_j >= 0 where constrained)

Free coordinates (no ℓ1, no constraint: intercepts, unpenalised columns) are eliminated by a Schur complement. The others go
through coordinate descent until the signs settle; then one linear solve on the support gives the optimum to machine
precision (an active-set step in the manner of feature-sign search, Lee et al. 2006), with a line search to the first sign
change where the signs had not settled after all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg

from regcli.linear.kernels import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from regcli.numerics.arrays import FloatArray

FIRST_SWEEPS, MOST_SWEEPS = 8, 512
# On a large support a factorisation costs as much as many sweeps: so many are tried first.
LARGE_SUPPORT, PATIENCE = 150, 64
POLISH_ROUNDS = 25
# Cholesky factors of a matrix with unit diagonal are trusted while no pivot is smaller than this.
NEARLY_SINGULAR = 1e-6
# A singular system has no solution where more than this share of its right-hand side is left over.
SINGULAR = 1e-8
# scikit-learn's own stopping test is switched off by this: how long to descend is decided here, by the optimality conditions.
NEVER = 1e-300


def solve(
    Q: FloatArray,
    q: FloatArray,
    l1: FloatArray,
    free: NDArray[np.bool_],
    *,
    positive: bool,
    start: FloatArray,
    slack: FloatArray,
    max_sweeps: int,
) -> tuple[FloatArray, int]:
    """Minimise the composite quadratic.

    Parameters
    ----------
    Q : ndarray (m, m)
        Symmetric, positive semi-definite; any ridge term is already on its diagonal.
    q, l1 : ndarray (m,)
    free : bool ndarray (m,)
        Coordinates without ℓ1 term and constraint.
    positive : bool
        The coordinates that are not free must be >= 0.
    start : ndarray (m,)
    slack : ndarray (m,)
        Violation of the optimality condition that is accepted, in the units of q.
    max_sweeps : int
        The most passes of coordinate descent.

    Returns
    -------
    b : ndarray (m,)
    sweeps : int
        Passes of coordinate descent and polishing rounds taken.
    """
    if free.all():
        return solve_smooth(Q, q), 1
    if not free.any():
        return _descend(Q, q, l1, positive=positive, start=start, slack=slack, max_sweeps=max_sweeps)
    bound = ~free
    cross = Q[np.ix_(free, bound)]
    eliminated = solve_smooth(Q[np.ix_(free, free)], np.column_stack([cross, q[free]]))
    projection, shift = eliminated[:, :-1], eliminated[:, -1]
    b = np.empty_like(start)
    schur = np.ascontiguousarray(Q[np.ix_(bound, bound)] - cross.T @ projection)
    right = q[bound] - cross.T @ shift
    # what the free coordinates explain already leaves rounding, perhaps of the wrong sign: it stays at zero
    explained = np.diag(schur) <= NEARLY_SINGULAR**2 * np.diag(Q)[bound]
    schur[explained] = schur[:, explained] = right[explained] = 0.0
    b[bound], sweeps = _descend(
        schur,
        right,
        l1[bound],
        positive=positive,
        start=np.where(explained, 0.0, start[bound]),
        slack=slack[bound],
        max_sweeps=max_sweeps,
    )
    b[free] = shift - projection @ b[bound]
    return b, sweeps


def solve_smooth(Q: FloatArray, q: FloatArray) -> FloatArray:
    """Q⁻¹q for a symmetric positive semi-definite Q; the minimum-norm solution where it is singular.

    The diagonal is scaled to one first, so that columns of different units do not pass for singular.
    """
    if not len(Q):
        return np.zeros_like(q)
    d, unit = _unit_diagonal(Q)
    right = (q.T / d).T
    x = _solve_regular(unit, right)
    if x is None:
        values, vectors = linalg.eigh(unit, check_finite=False)
        keep = values > values[-1] * 10 * len(d) * np.finfo(float).eps
        vectors = vectors[:, keep]
        x = vectors @ ((vectors.T @ right).T / values[keep]).T
    return np.asarray((x.T / d).T)


def _unit_diagonal(Q: FloatArray) -> tuple[FloatArray, FloatArray]:
    """√diag(Q), with 1 in place of 0, and Q divided by it on both sides."""
    d = np.sqrt(np.maximum(np.diag(Q), 0.0))
    d[d == 0] = 1.0
    unit = Q / d
    unit /= d[:, None]
    return d, unit


def _solve_regular(unit: FloatArray, right: FloatArray) -> FloatArray | None:
    """By Cholesky factors with one step of refinement; None where the matrix (unit diagonal) is too near to singular."""
    try:
        factor = linalg.cho_factor(unit, check_finite=False)
    except linalg.LinAlgError:
        return None
    if np.abs(np.diag(factor[0])).min() <= NEARLY_SINGULAR:
        return None
    x = linalg.cho_solve(factor, right, check_finite=False)
    return np.asarray(x + linalg.cho_solve(factor, right - unit @ x, check_finite=False))


def _solve_near(Q: FloatArray, q: FloatArray, start: FloatArray) -> tuple[FloatArray, bool]:
    """Where to go from `start` to lower ½b'Qb - q'b, Q positive semi-definite and perhaps singular.

    Returns
    -------
    direction : ndarray (m,)
    bounded : bool
        Whether `start + direction` is a minimiser. Otherwise there is none in reach: the objective falls along the direction,
        which lies in the null space of Q.
    """
    d, unit = _unit_diagonal(Q)
    right, now = q / d, start * d
    x = _solve_regular(unit, right)
    if x is not None:
        return (x - now) / d, True
    # Pivoted Cholesky: columns I that are independent, columns D that depend on them and stay where they are.
    factor, pivots, rank, _ = linalg.lapack.dpstrf(unit, tol=NEARLY_SINGULAR**2)
    first, rest = pivots[:rank] - 1, pivots[rank:] - 1
    upper = factor[:rank, :rank]
    x = now.copy()
    for _ in range(2):  # the second time refines
        x[first] += linalg.cho_solve((upper, False), (right - unit @ x)[first], check_finite=False)
    beyond = (right - unit @ x)[rest]
    if not (np.abs(beyond) > SINGULAR * np.abs(right).max()).any():
        return (x - now) / d, True
    falling = np.empty_like(now)
    falling[rest] = beyond
    falling[first] = -linalg.solve_triangular(upper, factor[:rank, rank:] @ beyond, check_finite=False)
    return falling / d, False


def _violation(Q: FloatArray, q: FloatArray, l1: FloatArray, b: FloatArray, *, positive: bool) -> FloatArray:
    """Distance of every coordinate from its optimality condition, (m,)."""
    pull = q - Q @ b
    at_zero = np.maximum((pull if positive else np.abs(pull)) - l1, 0.0)
    return np.asarray(np.where(b == 0, at_zero, np.abs(pull - l1 * np.sign(b))))


def _descend(
    Q: FloatArray, q: FloatArray, l1: FloatArray, *, positive: bool, start: FloatArray, slack: FloatArray, max_sweeps: int
) -> tuple[FloatArray, int]:
    """Alternate coordinate descent and polishing until every coordinate is within its slack."""
    b, sweeps, chunk = start, 0, FIRST_SWEEPS
    patience = min(PATIENCE, max_sweeps) if np.count_nonzero(start) > LARGE_SUPPORT else 0
    descend = (_by_kernel if compiled.available else _by_scikit_learn)(Q, q, l1, positive=positive, slack=slack)
    while True:
        b, taken, settled = descend(b, min(chunk, max_sweeps - sweeps))
        sweeps += taken
        if settled:
            return b, sweeps
        if sweeps < patience:
            chunk = min(2 * chunk, patience - sweeps)
            continue
        polished, rounds = _polish(Q, q, l1, b, most=min(POLISH_ROUNDS, max_sweeps - sweeps))
        sweeps += rounds
        if (_violation(Q, q, l1, polished, positive=positive) <= slack).all():
            return polished, sweeps
        if sweeps >= max_sweeps:
            return b, sweeps
        b, chunk = polished, min(2 * chunk, MOST_SWEEPS)


# Takes a start and the most sweeps; returns b, the sweeps taken and whether all coordinates are within their slack.
Descend = Callable[["FloatArray", int], tuple["FloatArray", int, bool]]


def _by_kernel(Q: FloatArray, q: FloatArray, l1: FloatArray, *, positive: bool, slack: FloatArray) -> Descend:
    """Coordinate descent by the compiled kernel."""
    Q, q, l1, slack = (np.ascontiguousarray(a, dtype=np.float64) for a in (Q, q, l1, slack))
    none = np.zeros_like(q)
    return lambda b, most: compiled.gram_descend(Q, q, l1, none, slack=slack, positive=positive, start=b, most=most)


def _by_scikit_learn(Q: FloatArray, q: FloatArray, l1: FloatArray, *, positive: bool, slack: FloatArray) -> Descend:
    """Coordinate descent by scikit-learn's kernel, which knows a single ℓ1 weight.

    Where b >= 0 the ℓ1 term is linear and joins q. Otherwise the substitution u_j = (l1_j/α) b_j turns Σ l1_j|b_j| into
    α Σ|u_j|, with Q_ij → Q_ij α²/(l1_i l1_j) and q_j → q_j α/l1_j.
    """
    from sklearn.linear_model import _cd_fast

    if positive:
        alpha, unit, linear = 0.0, np.ones_like(l1), q - l1
    else:
        alpha = float(l1.max())
        # a coordinate whose own weight is zero but which is not free carries nothing; the floor keeps the scale finite
        unit, linear = alpha / np.maximum(l1, 1e-12 * alpha) if alpha > 0 else np.ones_like(l1), q
    kernel_Q = np.ascontiguousarray(Q if (unit == 1).all() else Q * np.outer(unit, unit))
    kernel_q = np.ascontiguousarray(linear * unit)
    # without effect on the result here
    y, rng = np.ones(1), np.random.RandomState(0)

    def descend(b: FloatArray, most: int) -> tuple[FloatArray, int, bool]:
        u, *_ = _cd_fast.enet_coordinate_descent_gram(
            b / unit, alpha, 0.0, kernel_Q, kernel_q, y, most, NEVER, rng, False, positive, False
        )
        b = np.asarray(u * unit)
        return b, most, bool((_violation(Q, q, l1, b, positive=positive) <= slack).all())

    return descend


def _polish(Q: FloatArray, q: FloatArray, l1: FloatArray, b: FloatArray, *, most: int) -> tuple[FloatArray, int]:
    """Solve on the support with the signs held; step to the first sign change and drop that coordinate where there is one.

    Among dependent columns the ℓ1 norm can be traded: the objective then falls linearly until a coordinate reaches zero.
    """
    b = b.copy()
    for rounds in range(1, most + 1):
        support = np.flatnonzero(b)
        if not len(support):
            return b, rounds
        current = b[support]
        right = q[support] - l1[support] * np.sign(current)
        direction, bounded = _solve_near(Q[np.ix_(support, support)], right, current)
        shrinking = direction * current < 0
        step = np.full(len(current), np.inf)
        step[shrinking] = -current[shrinking] / direction[shrinking]
        first = step.min()
        if bounded and first > 1.0:
            b[support] = current + direction
            return b, rounds
        if not np.isfinite(first):
            return b, rounds
        moved = current + first * direction
        moved[step == first] = 0.0
        b[support] = moved
    return b, most
