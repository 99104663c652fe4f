"""Paths of squared loss from sufficient statistics: their cost does not depend on the number of rows.

Ridge: one eigendecomposition of the Gram matrix serves every λ. With an ℓ1 term or a sign constraint: covariance-form
coordinate descent, a stretch of the path in one call of the compiled kernel (or one λ in one call of scikit-learn's); the
optimality conditions of many points are then checked at once, and points that miss them are solved on their support.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from regcli.linear.kernels import compiled, quadratic
from regcli.linear.objective.path import PathFit
from regcli.linear.sets import quadratic_forms
from regcli.linear.sets.normal import Reduced, scaled_gram
from regcli.linear.solvers.base import Going, Solver, Task, Verdict, descend
from regcli.pace import fitted

if TYPE_CHECKING:
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.sets.normal import Normal
    from regcli.linear.sets.statistics import Statistics
    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.numerics.executor import Executor

# Sums of squares and products are used up to this condition number of the correlations: they leave twelve digits then.
SAFE = 1e4
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


class SufficientStatistics(Solver):
    """Normal equations of every set from sums over blocks of rows."""

    name = "sufficient-statistics"
    from_rows = False
    unique = True  # columns are well conditioned

    def suits(self, sets: TrainingSets, task: Task, executor: Executor) -> Verdict:
        if sets.statistics is None:
            return Verdict(False, "")
        n, p = sets.shape[:2]
        condition = quadratic_forms.condition(sets.statistics, task.penalty, task.lambdas, executor)
        if condition > SAFE:
            return Verdict(False, f"condition number {condition:.2g} > {SAFE:.0e}, sums of squares would lose digits")
        what = f"{n:,} rows × {p:,} columns, condition number {condition:.2g}"
        return Verdict(True, f"{what}: sums of squares and products serve all folds")

    def walk(self, sets: TrainingSets, task: Task, executor: Executor) -> list[PathFit]:
        stats = _taken(sets)

        def one(f: int, task: Task) -> PathFit:
            walker = _ridge if task.smooth else _descent
            return _as_fit(stats, f, task.lambdas, walker(stats.normal(f), task))

        last = stats.count - 1
        if task.ending is None:
            return executor.map(lambda f: one(f, task), range(stats.count))
        # the full set decides where all end
        full = one(last, task)
        rest = replace(task, lambdas=full.lambdas, ending=None)
        return [*executor.map(lambda f: one(f, rest), range(last)), full]

    def settled(
        self, sets: TrainingSets, penalty: Penalty, fits: list[PathFit], executor: Executor
    ) -> list[tuple[PathFit, FloatArray]]:
        # well-conditioned columns alone are served: their solutions are unique
        return list(zip(fits, quadratic_forms.certificates(_taken(sets), penalty, fits, executor), strict=True))

    def squared_errors(self, sets: TrainingSets, f: int, fit: PathFit) -> FloatArray | None:
        stats = _taken(sets)
        return np.array([quadratic_forms.squared_errors(stats, side, f, fit) for side in (stats.train(f), stats.validation(f))])

    def degrees_of_freedom(self, sets: TrainingSets, penalty: Penalty, fit: PathFit, executor: Executor) -> FloatArray:
        return quadratic_forms.degrees_of_freedom(_taken(sets), penalty, fit, executor)


def _taken(sets: TrainingSets) -> Statistics:
    """The sums, which are there for whoever is served."""
    if sets.statistics is None:
        raise ValueError("sums of squares and products have not been taken")
    return sets.statistics


def _as_fit(stats: Statistics, f: int, lambdas: FloatArray, walk: Walk) -> PathFit:
    sets, length = stats.sets, len(walk.coef)
    columns = np.flatnonzero((walk.coef != 0).any(axis=0))
    coef = np.ascontiguousarray(walk.coef[:, columns])
    intercept = np.zeros(length)
    if sets.intercept:
        middle = ((sets.mean[f] - sets.offset[f]) / sets.unit[f])[columns]
        intercept = sets.null_intercept[f, 0] - coef @ middle
    return PathFit(
        lambdas[:length],
        intercept[:, None],
        columns,
        coef[:, :, None],
        sets.shape[1],
        walk.n_iter,
        length < len(lambdas),
        walk.failure,
    )


def _objectives(normal: Normal, coef: FloatArray) -> list[float]:
    """½ Σ s r² at coefficients (L, p)."""
    rest = normal.yy - 2.0 * (coef @ normal.c) + np.einsum("lp,lp->l", coef @ normal.C, coef)
    return [float(x) for x in 0.5 * rest]


def _ridge(normal: Normal, task: Task) -> Walk:
    """Every λ from one eigendecomposition, refined once."""
    penalty, lambdas, ending = task.penalty, task.lambdas, task.ending
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


def _descent(normal: Normal, task: Task) -> Walk:
    """Down the grid, a chunk at a time: descend, check all points of the chunk, repair those that need it."""
    penalty, p, length = task.penalty, len(normal.c), len(task.lambdas)
    free = (penalty.factors == 0) & (not penalty.positive)
    aim = min(max(AIM * task.tol, TIGHTEST), LOOSEST)
    coef, sweeps = np.full((length, p), np.nan), np.zeros(length, dtype=np.int64)
    walk = _by_kernel if compiled.available else _by_scikit_learn
    try:
        reduced = Reduced.build(normal, free)
        kernel = _Kernel.build(normal, reduced, penalty)
        points = _Points(task.lambdas, np.zeros((length, len(kernel.q))), sweeps, aim, task.max_iter)

        going = Going(task, 1)

        def step(part: slice) -> None:
            walk(kernel, penalty, points, part)
            coef[part] = reduced.expand(points.found[part] * kernel.unit, p)
            for b in coef[part]:
                going.note(0, np.flatnonzero(b))

        def objectives(part: slice) -> list[float]:
            return _objectives(normal, coef[part])

        walked = descend(step, task.lambdas, task.ending, objectives, chunk=CHUNK, going=going)
    except np.linalg.LinAlgError as error:
        return Walk(coef, sweeps, f"LinAlgError: {error}")
    return Walk(coef[:walked], sweeps[:walked])


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
    found, sweeps, rho = points.found, points.sweeps, penalty.l1_ratio
    from sklearn.linear_model import _cd_fast

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
