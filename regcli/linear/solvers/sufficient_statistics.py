"""Paths of squared loss from sufficient statistics: their cost does not depend on the number of rows.

Ridge: one eigendecomposition of the Gram matrix serves every λ. With an ℓ1 term or a sign constraint: covariance-form
coordinate descent, a stretch of the path in one call of the compiled kernel (or one λ in one call of scikit-learn's); the
optimality conditions of many points are then checked at once, and points that miss them are solved on their support.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.linear.kernels import compiled, quadratic
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
# scikit-learn's kernel stops where its largest step is this share of the aim, relative to the largest coefficient.
LAST_STEP = 10.0
# Sweeps after which a point is left to the solver on its support.
PATIENCE = 100
# The length of the target, beside its own, that scikit-learn's kernel is told: it decides the gap which ends a point at once.
TARGET_LENGTH = 0.3


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
    length : float
        What scikit-learn's kernel is told as the length of the target.
    serves : bool
        Whether scikit-learn's kernel can serve: it knows one ℓ1 weight, which must not be zero where there is a sign constraint.
    """

    Q: FloatArray
    diagonal: FloatArray
    q: FloatArray
    weight: FloatArray
    ridge: FloatArray
    unit: FloatArray
    scale: FloatArray
    length: float
    serves: bool

    @classmethod
    def build(cls, normal: Normal, reduced: Reduced, penalty: Penalty) -> _Kernel:
        v, scale = penalty.factors[reduced.bound], normal.scale[reduced.bound]
        serves = bool(len(v) and (v > 0).all() and penalty.l1_ratio > 0)
        # u_j = v_j b_j makes the ℓ1 weights equal
        one = np.ones(len(v))
        unit, weight, ridge = (1.0 / v, one, 1.0 / v) if serves and not compiled.available else (one, v, v)
        Q = np.array(reduced.Q, order="C") if (unit == 1).all() else reduced.Q * np.outer(unit, unit)
        length = TARGET_LENGTH * float(np.sqrt(normal.yy))
        return cls(Q, np.diag(Q).copy(), reduced.q * unit, weight, ridge, unit, scale * unit, length, serves)

    def empty_at(self, l1: float, *, positive: bool) -> bool:
        """Whether zero is the solution: at the head of the grid rounding must not let in what is exactly on the edge."""
        pull = self.q if positive else np.abs(self.q)
        return bool((pull - TIGHTEST * self.scale <= l1 * self.weight).all())

    def set_diagonal(self, ridge: float) -> None:
        """Put the ridge term of weight `ridge` on the diagonal."""
        np.fill_diagonal(self.Q, self.diagonal + ridge * self.ridge)


@dataclass(frozen=True, slots=True)
class _Points:
    """What is walked, and what has been found.

    Attributes
    ----------
    lambdas : ndarray (L,)
    found : ndarray (L, m)
        In the kernel's variables.
    sweeps : int ndarray (L,)
    aim : float
        Violation of the optimality conditions that is accepted, in units of the kernel's `scale`.
    most : int
        The most sweeps at one λ.
    """

    lambdas: FloatArray
    found: FloatArray
    sweeps: IntArray
    aim: float
    most: int


def _descent(normal: Normal, penalty: Penalty, lambdas: FloatArray, tol: float, max_iter: int, ending: Ending | None) -> Walk:
    """Down the grid, a chunk at a time: descend, check all points of the chunk, repair those that need it."""
    p = len(normal.c)
    free = (penalty.factors == 0) & (not penalty.positive)
    aim = min(max(AIM * tol, TIGHTEST), LOOSEST)
    coefs, iterations, done, cut = [], [], 0, None
    objectives: list[float] = []
    walk = _by_kernel if compiled.available else _by_scikit_learn
    try:
        reduced = Reduced.build(normal, free)
        kernel = _Kernel.build(normal, reduced, penalty)
        m, length = len(kernel.q), len(lambdas)
        points = _Points(lambdas, np.zeros((length, m)), np.zeros(length, dtype=np.int64), aim, max_iter)
        for part in slices(length, CHUNK):
            walk(kernel, penalty, points, part)
            coefs.append(reduced.expand(points.found[part] * kernel.unit, p))
            iterations.append(points.sweeps[part])
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


def _by_kernel(kernel: _Kernel, penalty: Penalty, points: _Points, part: slice) -> None:
    """Find some points of a path by the compiled kernel, which knows when it has settled."""
    slack = np.where(np.isfinite(kernel.scale), points.aim * kernel.scale, np.inf)
    at, patience = part.start, min(PATIENCE, points.most)
    while at < part.stop:
        at = compiled.gram_path(
            kernel.Q, kernel.q, kernel.weight, slack=slack, positive=penalty.positive, l1_ratio=penalty.l1_ratio,
            lambdas=points.lambdas, part=slice(at, part.stop), most=patience, points=points.found, sweeps=points.sweeps,
        )  # fmt: skip
        if at < part.stop:
            _repair(kernel, penalty, points, at)
            at += 1


def _by_scikit_learn(kernel: _Kernel, penalty: Penalty, points: _Points, part: slice) -> None:
    """Find some points of a path by scikit-learn's kernel, then check them."""
    from sklearn.linear_model import _cd_fast

    found, sweeps, rho = points.found, points.sweeps, penalty.l1_ratio
    most, step, rng = min(PATIENCE, points.most), LAST_STEP * points.aim, np.random.RandomState(0)
    length = np.array([kernel.length])
    # equal ridge weights are applied by the kernel itself
    even = bool((kernel.ridge == kernel.ridge[:1]).all())
    for i in range(part.start, part.stop):
        lam = float(points.lambdas[i])
        found[i] = _start(found, points.lambdas, i)
        if not found[i].any() and kernel.empty_at(lam * rho, positive=penalty.positive):
            sweeps[i] = 0
        elif not kernel.serves or lam == 0:
            _repair(kernel, penalty, points, i)
        else:
            beta = lam * (1.0 - rho)
            kernel.set_diagonal(0.0 if even else beta)
            beta = beta * float(kernel.ridge[0]) if even else 0.0
            found[i], _, _, sweeps[i] = _cd_fast.enet_coordinate_descent_gram(
                found[i].copy(), lam * rho, beta, kernel.Q, kernel.q, length, most, step, rng, False, penalty.positive, False
            )
            if sweeps[i] == PATIENCE < points.most:
                _repair(kernel, penalty, points, i)
    kernel.set_diagonal(0.0)
    here, shrink = found[part], points.lambdas[part, None]
    pull = kernel.q - here @ kernel.Q - shrink * (1.0 - rho) * kernel.ridge * here
    missed = _violation(pull, here, shrink * rho * kernel.weight, penalty) > points.aim * kernel.scale
    late = missed.any(axis=1) & (sweeps[part] < most)
    for i in (part.start + np.flatnonzero(late)).tolist():
        _repair(kernel, penalty, points, i)


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


def _repair(kernel: _Kernel, penalty: Penalty, points: _Points, i: int) -> None:
    """One point from where it is, by descent and direct solves on the support."""
    lam = float(points.lambdas[i])
    kernel.set_diagonal(lam * (1.0 - penalty.l1_ratio))
    free = np.full(len(kernel.q), lam == 0 and not penalty.positive)
    slack = np.where(np.isfinite(kernel.scale), 0.5 * points.aim * kernel.scale, np.inf)
    points.found[i], more = quadratic.solve(
        kernel.Q, kernel.q, lam * penalty.l1_ratio * kernel.weight, free, positive=penalty.positive, start=points.found[i],
        slack=slack, max_sweeps=points.most - int(points.sweeps[i]),
    )  # fmt: skip
    points.sweeps[i] += more
    kernel.set_diagonal(0.0)
