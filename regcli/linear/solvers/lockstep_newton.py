"""Logistic and multinomial paths of all training sets together, for wide or sparse designs.

Every set is solved by the guarded Newton method on the few columns that ever take part in its own path. What is shared is the
expensive part: one product of the design with the residuals of all sets tells which columns must join, at every λ for all of
them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.sets.statistics import LARGEST_GRAM
from regcli.linear.sets.training_sets import products
from regcli.linear.solvers.base import Going, RowSolver, Task, Verdict, descend
from regcli.linear.solvers.lockstep_members import GOAL, members_of
from regcli.numerics.executor import Executor

if TYPE_CHECKING:
    from regcli.linear.objective.path import PathFit
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray

# Columns join whose gradient is forecast to reach this share of the penalty's edge.
NEAR = 0.97


class _Walk:
    """All sets on their way down."""

    def __init__(self, sets: TrainingSets, penalty: Penalty, tol: float, executor: Executor) -> None:
        n, p, k, count = sets.shape
        self._sets, self._penalty, self._tol, self._executor = sets, penalty, tol, executor
        self.members = members_of(sets, penalty)
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

    def point(self, lam: float, ratio: float, max_iter: int, going: BoolArray) -> None:
        """All sets that go on at their optimum at the next λ, which is remembered; `ratio` as in `_ratio`."""
        penalty, scale, gradient, members = self._penalty, self._scale, self._gradient, self.members
        l1 = penalty.l1(lam)
        # gradients move as steadily along the path as coefficients do: who will be at the edge, is seen from two points
        ahead = gradient + ratio * (gradient - self._before)
        self._before[:] = gradient
        taken = np.zeros(len(members), dtype=np.int64)
        wanted: BoolArray = np.asarray(_pull(ahead, penalty) > (NEAR if ratio else 1.0) * l1)
        wanted |= self._free[:, None]
        todo, fresh = np.flatnonzero(going), True
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
            todo, fresh = np.flatnonzero(wanted.any(axis=(1, 2)) & (taken < max_iter) & going), False
        for f in np.flatnonzero(going).tolist():
            members[f].remember(int(taken[f]))

    def _crew(self) -> Executor:
        return self._executor if any(member.worth_threads for member in self.members) else Executor(1)


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
        walk, going = _Walk(sets, task.penalty, task.tol, executor), Going(task, sets.shape[3])

        def step(part: slice) -> None:
            ratio = _ratio(task.lambdas, part.start)
            walk.point(float(task.lambdas[part.start]), ratio, task.max_iter, going.on.copy())
            for f, member in enumerate(walk.members):
                going.note(f, member.in_use)

        descend(step, task.lambdas, task.ending, lambda _: [walk.members[-1].loss], sets=sets.shape[3], going=going)
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
