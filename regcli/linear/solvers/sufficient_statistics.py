"""Paths of squared loss from sufficient statistics: their cost does not depend on the number of rows.

Ridge: one eigendecomposition of the Gram matrix serves every λ. With an ℓ1 term or a sign constraint: covariance-form
coordinate descent by scikit-learn's compiled kernel, one call a λ; the optimality conditions of many points are then checked
at once, and points that miss them are solved on their support.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import _cd_fast

from regcli.linear.kernels import quadratic
from regcli.linear.objective.path import PathFit
from regcli.numerics.executor import slices
from regcli.pace import fitted

if TYPE_CHECKING:
    from regcli.linear.objective.grid import Ending
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.sets.statistics import Normal, Statistics
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray
    from regcli.numerics.executor import Executor

# Points walked between two checks of the optimality conditions.
CHUNK = 10
# What is aimed at, as a share of `tol`, and the bounds it is kept within.
AIM, LOOSEST, TIGHTEST = 1e-2, 1e-8, 1e-12
# The kernel stops where its largest step is this share of the aim, relative to the largest coefficient.
LAST_STEP = 10.0
# Sweeps after which a point is left to the solver on its support.
PATIENCE = 100
# The length of the target, beside its own, that the kernel is told: it decides the duality gap which ends a point at once.
TARGET_LENGTH = 0.3
_UNUSED_RNG = np.random.RandomState(0)


@dataclass(frozen=True, slots=True)
class Walk:
    """A path of one set, in its own scaled columns, about their means.

    Attributes
    ----------
    coef : ndarray (L, p)
        NaN where the walk failed.
    n_iter : int ndarray (L,)
    failure : str
    """

    coef: FloatArray
    n_iter: IntArray
    failure: str = ""


def paths(
    stats: Statistics,
    penalty: Penalty,
    lambdas: FloatArray,
    *,
    tol: float,
    max_iter: int,
    ending: Ending | None,
    executor: Executor,
) -> list[PathFit]:
    """Every set's path; the full set's comes last and decides where they all end.

    Parameters
    ----------
    stats : Statistics
    penalty : Penalty
    lambdas : ndarray (L,)
    tol : float
        Violation of the optimality conditions that the certificate will accept.
    max_iter : int
        The most sweeps at one λ.
    ending : Ending or None
        Where the full set's path is saturated; None: nowhere.
    executor : Executor
    """
    last = stats.sets - 1

    def walk(f: int, grid: FloatArray, ending: Ending | None = None) -> PathFit:
        normal = stats.normal(f)
        walker = _ridge if penalty.l1_ratio == 0 and not penalty.positive else _descent
        return _as_fit(stats, f, grid, walker(normal, penalty, grid, tol, max_iter, ending))

    if ending is None:
        return executor.map(lambda f: walk(f, lambdas), range(stats.sets))
    full = walk(last, lambdas, ending)
    return [*executor.map(lambda f: walk(f, full.lambdas), range(last)), full]


def _as_fit(stats: Statistics, f: int, lambdas: FloatArray, walk: Walk) -> PathFit:
    joint, length = stats.joint, len(walk.coef)
    columns = np.flatnonzero((walk.coef != 0).any(axis=0))
    coef = np.ascontiguousarray(walk.coef[:, columns])
    intercept = np.zeros(length)
    if joint.intercept:
        middle = ((joint.mean[f] - joint.offset[f]) / joint.unit[f])[columns]
        intercept = joint.null_intercept[f, 0] - coef @ middle
    return PathFit(
        lambdas[:length],
        intercept[:, None],
        columns,
        coef[:, :, None],
        joint.shape[1],
        walk.n_iter,
        length < len(lambdas),
        walk.failure,
    )


def _objectives(normal: Normal, coef: FloatArray) -> list[float]:
    """½ Σ s r² at coefficients (L, p)."""
    rest = normal.yy - 2.0 * (coef @ normal.c) + np.einsum("lp,lp->l", coef @ normal.C, coef)
    return [float(x) for x in 0.5 * rest]


@dataclass(frozen=True, slots=True)
class Reduced:
    """Normal equations on the penalised columns, the unpenalised ones eliminated by a Schur complement.

    Attributes
    ----------
    Q, q : ndarray (m, m), (m,)
    bound, free : int ndarray (m,), (k,)
    shift, projection : ndarray (k,), (k, m)
        Coefficients of the free columns are shift - projection b.
    """

    Q: FloatArray
    q: FloatArray
    bound: IntArray
    free: IntArray
    shift: FloatArray
    projection: FloatArray

    @classmethod
    def build(cls, normal: Normal, free: BoolArray) -> Reduced:
        """Eliminate the live columns that are free; dead columns are left out."""
        f, b = np.flatnonzero(free & normal.live), np.flatnonzero(~free & normal.live)
        if not len(f):
            Q = normal.C if len(b) == len(normal.c) else normal.C[np.ix_(b, b)]
            return cls(Q, normal.c[b], b, f, np.zeros(0), np.zeros((0, len(b))))
        cross = normal.C[np.ix_(f, b)]
        solved = quadratic.solve_smooth(normal.C[np.ix_(f, f)], np.column_stack([cross, normal.c[f]]))
        projection, shift = solved[:, :-1], solved[:, -1]
        Q = normal.C[np.ix_(b, b)] - cross.T @ projection
        q = normal.c[b] - cross.T @ shift
        # what the free columns explain already leaves rounding, perhaps of the wrong sign: it stays at zero
        gone = np.diag(Q) <= quadratic.NEARLY_SINGULAR**2 * np.diag(normal.C)[b]
        Q[gone] = Q[:, gone] = q[gone] = 0.0
        return cls(Q, q, b, f, shift, projection)

    def expand(self, b: FloatArray, p: int) -> FloatArray:
        """Coefficients (L, p) of all columns for those of the bound ones (L, m)."""
        coef = np.zeros((len(b), p))
        coef[:, self.bound] = b
        coef[:, self.free] = self.shift - b @ self.projection.T
        return coef


def _ridge(normal: Normal, penalty: Penalty, lambdas: FloatArray, tol: float, max_iter: int, ending: Ending | None) -> Walk:  # noqa: ARG001
    """Every λ from one eigendecomposition, refined once."""
    p, once = len(normal.c), np.ones(len(lambdas), dtype=np.int64)
    try:
        coef = _ridge_coefficients(normal, penalty, lambdas)
    except np.linalg.LinAlgError as error:
        return Walk(np.full((len(lambdas), p), np.nan), 0 * once, f"LinAlgError: {error}")
    fitted(len(lambdas))
    cut = ending.point(_objectives(normal, coef)) if ending is not None else None
    return Walk(coef[:cut], once[:cut])


def _ridge_coefficients(normal: Normal, penalty: Penalty, lambdas: FloatArray) -> FloatArray:
    p = len(normal.c)
    coef = np.zeros((len(lambdas), p))
    reduced = Reduced.build(normal, penalty.factors == 0)
    some = lambdas > 0
    if not some.all():
        live = np.flatnonzero(normal.live)
        coef[np.ix_(~some, live)] = quadratic.solve_smooth(normal.C[np.ix_(live, live)], normal.c[live])
    if some.any():
        Q, root = scaled_gram(reduced, penalty)
        # numpy's, since scipy's holds the interpreter's lock
        values, vectors = np.linalg.eigh(Q)
        damped = 1.0 / (np.maximum(values, 0.0) + lambdas[some, None])
        q = reduced.q / root
        u = (damped * (q @ vectors)) @ vectors.T
        left = q - u @ Q - lambdas[some, None] * u
        u += (damped * (left @ vectors)) @ vectors.T
        coef[some] = reduced.expand(u / root, p)
    return coef


def scaled_gram(reduced: Reduced, penalty: Penalty) -> tuple[FloatArray, FloatArray]:
    """The Gram matrix of x_j/√v_j, (m, m), and √v, (m,)."""
    root = np.sqrt(penalty.factors[reduced.bound])
    return reduced.Q if (root == 1).all() else reduced.Q / np.outer(root, root), root


@dataclass(frozen=True, slots=True)
class _Kernel:
    """A problem in the variables of the kernel: minimise ½u'Qu - q'u + λρ Σ weight_j|u_j| + ½λ(1-ρ) Σ ridge_j u_j².

    Attributes
    ----------
    Q : ndarray (m, m), C order
        Its own copy: the ridge term is written to the diagonal.
    diagonal, q, weight, ridge, unit, scale : ndarray (m,)
        Coefficients are u × unit; `scale` is the unit of the gradient.
    length : ndarray (1,)
    compiled : bool
        Whether the kernel can serve: it knows one ℓ1 weight, which must not be zero where there is a sign constraint.
    even : bool
        Whether all ridge weights are equal, so that the kernel can apply them itself.
    """

    Q: FloatArray
    diagonal: FloatArray
    q: FloatArray
    weight: FloatArray
    ridge: FloatArray
    unit: FloatArray
    scale: FloatArray
    length: FloatArray
    compiled: bool
    even: bool

    @classmethod
    def build(cls, normal: Normal, reduced: Reduced, penalty: Penalty) -> _Kernel:
        v, scale = penalty.factors[reduced.bound], normal.scale[reduced.bound]
        # u_j = v_j b_j makes the ℓ1 weights equal
        one = np.ones(len(v))
        unit, weight, ridge = (1.0 / v, one, 1.0 / v) if (v > 0).all() else (one, v, v)
        Q = np.array(reduced.Q, order="C") if (unit == 1).all() else reduced.Q * np.outer(unit, unit)
        length = TARGET_LENGTH * np.sqrt([normal.yy])
        compiled = bool(len(v) and (v > 0).all() and penalty.l1_ratio > 0)
        even = bool((ridge == ridge[:1]).all())
        return cls(Q, np.diag(Q).copy(), reduced.q * unit, weight, ridge, unit, scale * unit, length, compiled, even)

    def empty_at(self, l1: float, *, positive: bool) -> bool:
        """Whether zero is the solution: at the head of the grid rounding must not let in what is exactly on the edge."""
        pull = self.q if positive else np.abs(self.q)
        return bool((pull - TIGHTEST * self.scale <= l1 * self.weight).all())

    def set_diagonal(self, ridge: float) -> None:
        """Put the ridge term of weight `ridge` on the diagonal."""
        np.fill_diagonal(self.Q, self.diagonal + ridge * self.ridge)


def _descent(normal: Normal, penalty: Penalty, lambdas: FloatArray, tol: float, max_iter: int, ending: Ending | None) -> Walk:
    """Down the grid, a chunk at a time: descend, check all points of the chunk, repair those that need it."""
    p = len(normal.c)
    free = (penalty.factors == 0) & (not penalty.positive)
    aim = min(max(AIM * tol, TIGHTEST), LOOSEST)
    coefs, iterations, done, cut = [], [], 0, None
    objectives: list[float] = []
    try:
        reduced = Reduced.build(normal, free)
        kernel = _Kernel.build(normal, reduced, penalty)
        points, sweeps = np.zeros((len(lambdas), len(kernel.q))), np.zeros(len(lambdas), dtype=np.int64)
        for part in slices(len(lambdas), CHUNK):
            _chunk(kernel, penalty, lambdas, part, points, sweeps, aim, max_iter)
            coefs.append(reduced.expand(points[part] * kernel.unit, p))
            iterations.append(sweeps[part])
            fitted(part.stop - done)
            done = part.stop
            if ending is not None:
                objectives += _objectives(normal, coefs[-1])
                cut = ending.point(objectives)
                if cut is not None:
                    break
    except np.linalg.LinAlgError as error:
        coefs.append(np.full((len(lambdas) - done, p), np.nan))
        iterations.append(np.zeros(len(lambdas) - done, dtype=np.int64))
        return Walk(np.concatenate(coefs), np.concatenate(iterations), f"LinAlgError: {error}")
    return Walk(np.concatenate(coefs)[:cut], np.concatenate(iterations)[:cut])


def _chunk(
    kernel: _Kernel,
    penalty: Penalty,
    lambdas: FloatArray,
    part: slice,
    points: FloatArray,
    sweeps: IntArray,
    aim: float,
    max_iter: int,
) -> None:
    """Write some points of a path, in the kernel's variables, to `points` (L, m) and their sweeps to `sweeps` (L,)."""
    most, rho = min(PATIENCE, max_iter), penalty.l1_ratio
    step = LAST_STEP * aim
    for i in range(part.start, part.stop):
        lam = float(lambdas[i])
        start = _start(points, lambdas, i)
        if not start.any() and kernel.empty_at(lam * rho, positive=penalty.positive):
            points[i], sweeps[i] = 0.0, 0
        elif not kernel.compiled or lam == 0:
            points[i], sweeps[i] = _exact(kernel, penalty, lam, start, aim, max_iter)
        else:
            beta = lam * (1.0 - rho)
            if kernel.even:
                beta *= kernel.ridge[0]
            else:
                kernel.set_diagonal(beta)
                beta = 0.0
            u, _, _, taken = _cd_fast.enet_coordinate_descent_gram(
                start, lam * rho, beta, kernel.Q, kernel.q, kernel.length, most, step, _UNUSED_RNG, False, penalty.positive, False
            )
            if taken == PATIENCE < max_iter:
                u, more = _exact(kernel, penalty, lam, u, aim, max_iter - taken)
                taken += more
            points[i], sweeps[i] = u, taken
    kernel.set_diagonal(0.0)
    found, shrink = points[part], lambdas[part, None]
    pull = kernel.q - found @ kernel.Q - shrink * (1.0 - rho) * kernel.ridge * found
    missed = _violation(pull, found, shrink * rho * kernel.weight, penalty) > aim * kernel.scale
    late = missed.any(axis=1) & (sweeps[part] < most)
    for i in (part.start + np.flatnonzero(late)).tolist():
        points[i], more = _exact(kernel, penalty, float(lambdas[i]), points[i], aim, max_iter - int(sweeps[i]))
        sweeps[i] += more


def _start(points: FloatArray, lambdas: FloatArray, i: int) -> FloatArray:
    """Where to start at point i: on the line through the two points before it, the path being nearly straight in λ."""
    if i < 2:
        return points[i - 1].copy() if i else np.zeros(points.shape[1])
    last, gap = points[i - 1], float(lambdas[i - 2] - lambdas[i - 1])
    # far beyond the two points the line is no guide
    ahead = min(float(lambdas[i - 1] - lambdas[i]) / gap, 1.0) if gap > 0 else 0.0
    start = last + ahead * (last - points[i - 2])
    # what changes its sign on the way, or has not entered yet, starts from zero
    return np.asarray(start * (start * last > 0))


def _violation(pull: FloatArray, u: FloatArray, l1: FloatArray, penalty: Penalty) -> FloatArray:
    """Distance of every coordinate from its optimality condition, (l, m); `pull` is the negative gradient, ridge included."""
    at_zero = np.maximum((pull if penalty.positive else np.abs(pull)) - l1, 0.0)
    return np.asarray(np.where(u == 0, at_zero, np.abs(pull - l1 * np.sign(u))))


def _exact(kernel: _Kernel, penalty: Penalty, lam: float, start: FloatArray, aim: float, max_iter: int) -> tuple[FloatArray, int]:
    """One point by descent and direct solves on the support; (m,) and the sweeps taken."""
    kernel.set_diagonal(lam * (1.0 - penalty.l1_ratio))
    l1 = lam * penalty.l1_ratio * kernel.weight
    free = np.full(len(start), lam == 0 and not penalty.positive)
    slack = np.where(np.isfinite(kernel.scale), 0.5 * aim * kernel.scale, np.inf)
    found = quadratic.solve(
        kernel.Q, kernel.q, l1, free, positive=penalty.positive, start=start, slack=slack, max_sweeps=max_iter
    )
    kernel.set_diagonal(0.0)
    return found
