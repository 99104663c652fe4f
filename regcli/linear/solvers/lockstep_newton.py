"""Logistic and multinomial paths of all training sets together, for wide or sparse designs.

Every set holds a compact copy of the few columns that ever take part in its own path, and is solved there by the guarded Newton
method. What is shared is the expensive part: one product of the design with the residuals of all sets tells which columns must
join, at every λ for all of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.kernels import newton, newton_sparse
from regcli.linear.sets.statistics import LARGEST_GRAM
from regcli.linear.sets.training_sets import products
from regcli.linear.solvers.base import RowSolver, Task, Verdict, descend
from regcli.numerics.executor import Executor

# Dense working sets with fewer numbers are solved one after the other.
WORTH_THREADS = 1_000_000

if TYPE_CHECKING:
    from regcli.linear.objective.path import PathFit
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, Matrix

# What is aimed at, as a share of `tol`.
GOAL = 0.7
# Columns join whose gradient is forecast to reach this share of the penalty's edge.
NEAR = 0.97


class _Set:
    """One training set: its rows, its working columns in its own scale, and where its path has got to."""

    def __init__(self, joint: TrainingSets, penalty: Penalty, f: int) -> None:
        problem = joint.problem
        self._joint, self._penalty, self._f = joint, penalty, f
        k = joint.shape[2]
        rows = np.flatnonzero(joint.S[:, f] > 0)
        self._sparse = sparse.issparse(joint.X)
        # rows of a compressed sparse column matrix are dear to select: there the others stay, with weight zero and no entries
        self.rows = np.arange(joint.shape[0]) if self._sparse else rows
        self.columns: IntArray = np.zeros(0, dtype=np.int64)
        self._taken = np.zeros(joint.shape[1], dtype=np.bool_)
        self._room = np.empty((len(rows), 0), order="F")
        self._units = newton_sparse.l1_units(penalty)
        signs = newton_sparse.intercept_signs(problem, penalty)
        self._growing = newton_sparse.Growing(joint.shape[0], rows, signs, uniform=bool((self._units == 1).all()))
        self.problem = replace(
            problem,
            X=self._growing.matrix() if self._sparse else self._room,
            y=problem.y[self.rows],
            Y=joint.Y[self.rows],
            s=joint.S[self.rows, f],
            weight_sum=float(joint.weight_sums[f]),
            center=np.zeros(0),
            rms=np.zeros(0),
            null_intercept=joint.null_intercept[f],
            null_rms=joint.null_rms[f],
        )
        self.penalty = replace(penalty, factors=np.zeros(0))
        self.state = newton.State.at(self.problem, joint.null_intercept[f], np.zeros((0, k)))
        self._points: list[tuple[FloatArray, FloatArray, FloatArray, int]] = []

    def _append(self, new: IntArray) -> tuple[Matrix, Matrix]:
        """Design with more columns, and these alone, in the set's own scale."""
        joint, f = self._joint, self._f
        if self._sparse:
            fresh = self._growing.append(joint.X, new, 1.0 / joint.unit[f, new], self._units[new])
            return self._growing.matrix(), fresh
        old, size = len(self.columns), len(self.columns) + len(new)
        if size > self._room.shape[1]:
            room = np.empty((len(self.rows), size + size // 2), order="F")
            room[:, :old] = self._room[:, :old]
            self._room = room
        self._room[:, old:size] = joint.X[np.ix_(self.rows, new)]
        self._room[:, old:size] /= joint.unit[f, new]
        return self._room[:, :size], self._room[:, old:size]

    def include(self, wanted: IntArray) -> None:
        """Add columns to the working ones; those that are in already stay where they are."""
        new = wanted[~self._taken[wanted]]
        self._taken[new] = True
        if not len(new):
            return
        joint, f, old = self._joint, self._f, len(self.columns)
        X, fresh = self._append(new)
        self.columns = np.concatenate([self.columns, new])
        self.problem = replace(
            self.problem, X=X, center=joint.center(f, self.columns), rms=(joint.rms[f] / joint.unit[f])[self.columns]
        )
        self.penalty = replace(self.penalty, factors=self._penalty.factors[self.columns])
        coef = np.concatenate([self.state.coef, np.zeros((len(new), joint.shape[2]))])
        alone = replace(self.problem, X=fresh, center=self.problem.center[old:])
        gradient = np.concatenate([self.state.gradient, alone.tdot(self.problem.Y - self.state.mean)])
        self.state = replace(self.state, coef=coef, gradient=gradient)

    def forecast(self, lam: float, ratio: float) -> None:
        """Go on from the last two points of the path as far again (× ratio), where that is nearer to the next one.

        A coefficient that would change its sign stops at zero, where it will most likely leave.
        """
        if len(self._points) < 2 or ratio == 0:
            return
        coef, intercept = self.state.coef, self.state.intercept
        last, last_intercept = np.zeros_like(coef), self._points[-2][1]
        last[: len(self._points[-2][2])] = self._points[-2][2]
        ahead = coef + ratio * (coef - last)
        ahead[ahead * coef <= 0] = 0.0
        there = newton.State.at(self.problem, intercept + ratio * (intercept - last_intercept), ahead)
        if there.value + self.penalty.value(ahead, lam) < self.state.value + self.penalty.value(coef, lam):
            self.state = there

    def converge(self, lam: float, tol: float, max_iter: int) -> int:
        """Newton steps on the working columns at one λ."""
        columns = self._growing.columns() if self._sparse else None
        self.state, steps = newton.converge(
            self.problem, self.penalty, lam, self.state, tol, max_iter, goal=GOAL * tol, columns=columns
        )
        return steps

    def residual(self, out: FloatArray) -> None:
        """Weighted residuals on the set's rows, zero on others, into (n, K)."""
        out[:] = 0.0
        out[self.rows] = self.problem.s[:, None] * (self.problem.Y - self.state.mean)

    def remember(self, steps: int) -> None:
        """Keep the present point as the next of the path."""
        # at zero of the shared columns, which sparse ones are not centred at
        state = self.state
        self._points.append((state.intercept - self.problem.center @ state.coef, state.intercept, state.coef, steps))

    def path(self, lambdas: FloatArray) -> PathFit:
        """What was remembered, in the set's own scaled columns as they came."""
        joint, f = self._joint, self._f
        length, order = len(self._points), np.argsort(self.columns)
        coef = np.zeros((length, len(self.columns), joint.shape[2]))
        for i, (_, _, b, _) in enumerate(self._points):
            coef[i, : len(b)] = b
        live = order[(coef != 0).any(axis=(0, 2))[order]]
        columns, coef = self.columns[live], coef[:, live]
        return joint.fit(
            f,
            lambdas,
            np.array([point[0] for point in self._points]),
            columns,
            coef,
            np.array([point[3] for point in self._points]),
        )


class _Walk:
    """All sets on their way down."""

    def __init__(self, sets: TrainingSets, penalty: Penalty, tol: float, executor: Executor) -> None:
        n, p, k, count = sets.shape
        self._sets, self._penalty, self._tol, self._executor = sets, penalty, tol, executor
        self.members = [_Set(sets, penalty, f) for f in range(count)]
        self._residual = np.zeros((n, count, k))
        self._scale = (sets.rms / sets.unit)[:, :, None] * sets.null_rms[:, None, :]
        self._free = (penalty.factors == 0) & (not penalty.positive)
        self._gradient = np.empty((count, p, k))
        self._look(np.arange(count))
        self._before = self._gradient.copy()

    def _look(self, which: IntArray) -> None:
        """Gradients of some sets in their own columns: one product of the design with their residuals."""
        for place, f in enumerate(which.tolist()):
            self.members[f].residual(self._residual[:, place])
        some = replace(self._sets, S=self._sets.S[:, which])
        found = products(some, self._residual[:, : len(which)], self._executor)
        self._gradient[which] = found / self._sets.unit[which, :, None]

    def point(self, lam: float, ratio: float, max_iter: int) -> None:
        """All sets at their optimum at the next λ, which is remembered; `ratio` as in `_ratio`."""
        penalty, scale, gradient, members = self._penalty, self._scale, self._gradient, self.members
        l1, every = penalty.l1(lam), np.arange(len(members))
        # gradients move as steadily along the path as coefficients do: who will be at the edge, is seen from two points
        ahead = gradient + ratio * (gradient - self._before)
        self._before[:] = gradient
        taken = np.zeros(len(members), dtype=np.int64)
        wanted: BoolArray = np.asarray(_pull(ahead, penalty) > (NEAR if ratio else 1.0) * l1)
        wanted |= self._free[:, None]
        todo, fresh = every, True
        while len(todo):
            joining = [np.flatnonzero(of_set.any(axis=1)) for of_set in wanted & (scale > 0)]

            def work(f: int) -> int:
                members[f].include(joining[f])  # noqa: B023 - used at once
                if fresh:  # noqa: B023
                    members[f].forecast(lam, ratio)
                return members[f].converge(lam, self._tol, max_iter - int(taken[f]))

            taken[todo] += np.array(self._crew().map(work, todo.tolist()))
            self._look(todo)
            wanted = _pull(gradient, penalty) - l1 > GOAL * self._tol * scale
            for f, member in enumerate(members):
                wanted[f, member.columns] = False
            wanted &= scale > 0
            todo, fresh = np.flatnonzero(wanted.any(axis=(1, 2)) & (taken < max_iter)), False
        for member, steps in zip(members, taken.tolist(), strict=True):
            member.remember(steps)

    def _crew(self) -> Executor:
        # on small working sets the interpreter is most of the time, and its lock leaves threads nothing to share
        largest = max(member.problem.X.size for member in self.members)
        return self._executor if sparse.issparse(self._sets.X) or largest > WORTH_THREADS else Executor(1)


class LockstepNewton(RowSolver):
    """Proximal Newton on the working columns of every set; one product with the design screens the columns for all sets.

    For losses that are not squares, and for sparse designs whose Gram matrix would be too large to form.
    """

    name = "lockstep-newton"

    def suits(self, sets: TrainingSets, task: Task, executor: Executor) -> Verdict:  # noqa: ARG002
        p, is_sparse = sets.shape[1], sparse.issparse(sets.X)
        if sets.shape[3] == 1:
            return Verdict(False, "")
        if sets.loss.name == "squared":
            what = f"sparse design of {p:,} columns: descent on the columns themselves, screened for all folds"
            return Verdict(True, what) if is_sparse and p > LARGEST_GRAM and not task.smooth else Verdict(False, "")
        if task.smooth:
            return Verdict(False, f"a ridge-type penalty on {p:,} columns keeps them all in use")
        kind = "sparse" if is_sparse else "wide"
        return Verdict(True, f"{kind} design: one product with it screens the columns for all folds")

    def paths(self, sets: TrainingSets, task: Task, executor: Executor) -> list[PathFit]:
        walk = _Walk(sets, task.penalty, task.tol, executor)

        def step(part: slice) -> None:
            walk.point(float(task.lambdas[part.start]), _ratio(task.lambdas, part.start), task.max_iter)

        descend(step, task.lambdas, task.ending, lambda _: [walk.members[-1].state.value], sets=sets.shape[3])
        return [member.path(task.lambdas) for member in walk.members]


def _pull(gradient: FloatArray, penalty: Penalty) -> FloatArray:
    """What draws coefficients away from zero."""
    return gradient if penalty.positive else np.asarray(np.abs(gradient))


def _ratio(lambdas: FloatArray, number: int) -> float:
    """Length of the step to a grid point over that of the step before, in log λ; 0 where there is nothing to go by."""
    if number < 2 or lambdas[number] <= 0:
        return 0.0
    first, second, third = np.log(lambdas[number - 2 : number + 1]).tolist()
    return min((second - third) / (first - second), 2.0) if first > second else 0.0
