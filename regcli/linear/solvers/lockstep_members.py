"""The training sets that walk in lockstep: each with its working columns, its point, and the path it has come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.kernels import newton, newton_compiled, newton_sparse

if TYPE_CHECKING:
    from regcli.linear.objective.path import PathFit
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, Matrix

# What is aimed at, as a share of `tol`.
GOAL = 0.7
# Working sets with fewer numbers are solved one after the other: what holds the interpreter's lock gains later from threads.
WORTH_THREADS, WORTH_THREADS_COMPILED = 1_000_000, 20_000


class Member:
    """One training set: its working columns, and the path it has come.

    Attributes
    ----------
    columns : int ndarray (m,)
        Working columns, in the order in which they joined.
    """

    def __init__(self, sets: TrainingSets, penalty: Penalty, f: int) -> None:
        self._sets, self._penalty, self._f = sets, penalty, f
        self.columns: IntArray = np.zeros(0, dtype=np.int64)
        self._taken: BoolArray = np.zeros(sets.shape[1], dtype=np.bool_)
        self._points: list[tuple[FloatArray, FloatArray, int]] = []

    @property
    def worth_threads(self) -> bool:
        """Whether a point is so much work that sets gain from being solved side by side."""
        raise NotImplementedError

    @property
    def loss(self) -> float:
        """The loss at the present point."""
        raise NotImplementedError

    @property
    def in_use(self) -> IntArray:
        """Columns with a coefficient at the present point."""
        return self.columns[self._here()[1].any(axis=1)]

    def _here(self) -> tuple[FloatArray, FloatArray]:
        """The present point: linear predictor where the shared columns are zero (K,), coefficients (m, K)."""
        raise NotImplementedError

    def _join(self, new: IntArray) -> None:
        """Add columns to the working ones."""
        raise NotImplementedError

    def _try(self, level: FloatArray, coef: FloatArray, lam: float) -> None:
        """Go to a point where that is nearer to the solution at λ."""
        raise NotImplementedError

    def converge(self, lam: float, tol: float, max_iter: int) -> int:
        """Newton steps on the working columns at one λ."""
        raise NotImplementedError

    def residual(self, out: FloatArray) -> None:
        """Weighted residuals on the set's rows, zero on others, into (n, K)."""
        raise NotImplementedError

    def include(self, wanted: IntArray) -> None:
        """Add columns to the working ones; those that are in already stay where they are."""
        new = wanted[~self._taken[wanted]]
        self._taken[new] = True
        if len(new):
            self._join(new)

    def forecast(self, lam: float, ratio: float) -> None:
        """Go on from the last two points of the path as far again (× ratio), where that is nearer to the next one.

        A coefficient that would change its sign stops at zero, where it will most likely leave.
        """
        if len(self._points) < 2 or ratio == 0:
            return
        level, coef = self._here()
        before, last = self._points[-2][0], np.zeros_like(coef)
        last[: len(self._points[-2][1])] = self._points[-2][1]
        ahead = coef + ratio * (coef - last)
        ahead[ahead * coef <= 0] = 0.0
        self._try(level + ratio * (level - before), ahead, lam)

    def remember(self, steps: int) -> None:
        """Keep the present point as the next of the path."""
        self._points.append((*self._here(), steps))

    def path(self, lambdas: FloatArray) -> PathFit:
        """What was remembered, in the set's own scaled columns as they came."""
        sets, f = self._sets, self._f
        length, order = len(self._points), np.argsort(self.columns)
        coef = np.zeros((length, len(self.columns), sets.shape[2]))
        for i, (_, b, _) in enumerate(self._points):
            coef[i, : len(b)] = b
        live = order[(coef != 0).any(axis=(0, 2))[order]]
        columns, coef = self.columns[live], coef[:, live]
        steps = np.array([point[2] for point in self._points])
        return sets.fit(f, lambdas, np.array([point[0] for point in self._points]), columns, coef, steps)


class Compiled(Member):
    """A set with one output and dense columns in the compiled kernel: its columns stay in the shared design."""

    def __init__(self, sets: TrainingSets, penalty: Penalty, f: int) -> None:
        super().__init__(sets, penalty, f)
        self._problem = replace(
            sets.problem, s=sets.S[:, f], weight_sum=float(sets.weight_sums[f]), null_intercept=sets.null_intercept[f],
            null_rms=sets.null_rms[f],
        )  # fmt: skip
        level, unit = float(sets.null_intercept[f, 0]), float(sets.null_rms[f, 0])
        self._point = newton_compiled.Point(sets.X, sets.problem, sets.S[:, f], level=level, unit=unit, positive=penalty.positive)

    @property
    def worth_threads(self) -> bool:
        return len(self._problem.s) * len(self.columns) > WORTH_THREADS_COMPILED

    @property
    def loss(self) -> float:
        return self._point.loss

    def _here(self) -> tuple[FloatArray, FloatArray]:
        return np.array([self._point.level]), self._point.coef[:, None].copy()

    def _join(self, new: IntArray) -> None:
        sets, f = self._sets, self._f
        unit = sets.unit[f, new]
        scale = sets.rms[f, new] / unit * sets.null_rms[f, 0]
        self._point.include(new, 1.0 / unit, np.where(scale > 0, scale, np.inf))
        self.columns = self._point.columns

    def _try(self, level: FloatArray, coef: FloatArray, lam: float) -> None:
        point, penalty = self._point, self._own_penalty()
        here, before = self._here(), point.loss + penalty.value(point.coef[:, None], lam)
        point.place(float(level[0]), coef[:, 0])
        if point.loss + penalty.value(coef, lam) >= before:
            point.place(float(here[0][0]), here[1][:, 0])

    def _own_penalty(self) -> Penalty:
        return replace(self._penalty, factors=self._penalty.factors[self.columns])

    def converge(self, lam: float, tol: float, max_iter: int) -> int:
        penalty = self._own_penalty()
        l1, l2 = penalty.l1(lam)[:, 0], penalty.l2(lam)[:, 0]
        steps, settled = self._point.converge(l1, l2, goal=GOAL * tol, tol=tol, most=max_iter)
        return steps if settled or steps >= max_iter else steps + self._by_hand(penalty, lam, tol, max_iter - steps)

    def _by_hand(self, penalty: Penalty, lam: float, tol: float, max_iter: int) -> int:
        """The method that knows how to deal with dependent columns, from where the kernel got stuck."""
        sets, f, columns = self._sets, self._f, self.columns
        unit, rms = sets.unit[f, columns], sets.rms[f, columns]
        problem = replace(
            self._problem, design=np.asfortranarray(sets.X[:, columns] / unit), center=np.zeros(len(columns)), rms=rms / unit
        )
        level, coef = self._here()
        state = newton.State.at(problem, level, coef)
        state, steps = newton.converge(problem, penalty, lam, state, tol, max_iter, goal=GOAL * tol)
        self._point.place(float(state.intercept[0]), state.coef[:, 0])
        return steps

    def residual(self, out: FloatArray) -> None:
        out[:, 0] = self._problem.s * (self._problem.Y[:, 0] - self._point.mean)


class Plain(Member):
    """A set in the Newton method of `newton.py`, with its rows of its working columns in its own scale."""

    def __init__(self, sets: TrainingSets, penalty: Penalty, f: int) -> None:
        super().__init__(sets, penalty, f)
        problem = sets.problem
        k = sets.shape[2]
        rows = np.flatnonzero(sets.S[:, f] > 0)
        self._sparse = sparse.issparse(sets.X)
        # rows of a compressed sparse column matrix are dear to select: there the others stay, with weight zero and no entries
        self.rows = np.arange(sets.shape[0]) if self._sparse else rows
        self._room = np.empty((len(rows), 0), order="F")
        self._units = newton_sparse.l1_units(penalty)
        signs = newton_sparse.intercept_signs(problem, penalty)
        self._growing = newton_sparse.Growing(sets.shape[0], rows, signs, uniform=bool((self._units == 1).all()))
        self.problem = replace(
            problem,
            design=self._growing.matrix() if self._sparse else self._room,
            y=problem.y[self.rows],
            Y=sets.Y[self.rows],
            s=sets.S[self.rows, f],
            weight_sum=float(sets.weight_sums[f]),
            center=np.zeros(0),
            rms=np.zeros(0),
            null_intercept=sets.null_intercept[f],
            null_rms=sets.null_rms[f],
        )
        self.penalty = replace(penalty, factors=np.zeros(0))
        self.state = newton.State.at(self.problem, sets.null_intercept[f], np.zeros((0, k)))

    @property
    def worth_threads(self) -> bool:
        return self._sparse or int(self.problem.X.size) > WORTH_THREADS

    @property
    def loss(self) -> float:
        return self.state.value

    def _here(self) -> tuple[FloatArray, FloatArray]:
        # at zero of the shared columns, which sparse ones are not centred at
        return self.state.intercept - self.problem.center @ self.state.coef, self.state.coef

    def _append(self, new: IntArray) -> tuple[Matrix, Matrix]:
        """Design with more columns, and these alone, in the set's own scale."""
        sets, f = self._sets, self._f
        if self._sparse:
            fresh = self._growing.append(sets.X, new, 1.0 / sets.unit[f, new], self._units[new])
            return self._growing.matrix(), fresh
        old, size = len(self.columns), len(self.columns) + len(new)
        if size > self._room.shape[1]:
            room = np.empty((len(self.rows), size + size // 2), order="F")
            room[:, :old] = self._room[:, :old]
            self._room = room
        self._room[:, old:size] = sets.X[np.ix_(self.rows, new)]
        self._room[:, old:size] /= sets.unit[f, new]
        return self._room[:, :size], self._room[:, old:size]

    def _join(self, new: IntArray) -> None:
        sets, f, old = self._sets, self._f, len(self.columns)
        X, fresh = self._append(new)
        self.columns = np.concatenate([self.columns, new])
        self.problem = replace(
            self.problem, design=X, center=sets.center(f, self.columns), rms=(sets.rms[f] / sets.unit[f])[self.columns]
        )
        self.penalty = replace(self.penalty, factors=self._penalty.factors[self.columns])
        coef = np.concatenate([self.state.coef, np.zeros((len(new), sets.shape[2]))])
        alone = replace(self.problem, design=fresh, center=self.problem.center[old:])
        gradient = np.concatenate([self.state.gradient, alone.tdot(self.problem.Y - self.state.mean)])
        self.state = replace(self.state, coef=coef, gradient=gradient)

    def _try(self, level: FloatArray, coef: FloatArray, lam: float) -> None:
        there = newton.State.at(self.problem, level + self.problem.center @ coef, coef)
        if there.value + self.penalty.value(coef, lam) < self.state.value + self.penalty.value(self.state.coef, lam):
            self.state = there

    def converge(self, lam: float, tol: float, max_iter: int) -> int:
        columns = self._growing.columns() if self._sparse else None
        self.state, steps = newton.converge(
            self.problem, self.penalty, lam, self.state, tol, max_iter, goal=GOAL * tol, columns=columns
        )
        return steps

    def residual(self, out: FloatArray) -> None:
        out[:] = 0.0
        out[self.rows] = self.problem.s[:, None] * (self.problem.Y - self.state.mean)


def members_of(sets: TrainingSets, penalty: Penalty) -> list[Member]:
    """All training sets, in the compiled kernel where there is one for them."""
    kind = Compiled if newton_compiled.serves(sets.X, sets.loss.name) else Plain
    return [kind(sets, penalty, f) for f in range(sets.shape[3])]
