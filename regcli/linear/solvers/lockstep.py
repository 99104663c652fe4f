"""Squared loss with an ℓ1 term or a sign constraint: the paths of all training sets together, for designs of many columns.

The cost of such a path is looking at the columns that take no part in it. All sets walk down together: one product of the
design with the residuals of all of them serves every set, and only for the columns that can matter (`screening.py`). Each set is
solved on the Gram matrix of its own few columns by `ActiveSet`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.kernels import compiled
from regcli.linear.kernels.homotopy import GROWTH, ActiveSet
from regcli.linear.objective.penalty import target_violation
from regcli.linear.solvers.base import Going, RowSolver, Task, Verdict, descend
from regcli.linear.solvers.screening import Scale, Screen
from regcli.numerics.executor import PIECE, slices

if TYPE_CHECKING:
    from regcli.linear.objective.path import PathFit
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, Matrix
    from regcli.numerics.executor import Executor

# Columns that violate their condition join the worst first, no more than this many or this share of those in use at a time.
JOINING, JOINING_SHARE = 200, 0.5
# Columns of a product with the working columns that are worth a thread.
THIN = 32
# The walks of sets with fewer columns in their support are too short for threads, or where they are not compiled hold the
# interpreter: threads would only wait for one another.
LIGHT, LARGE = 20, 800


class _Columns:
    """The columns any set works with, side by side as they stand in the design."""

    def __init__(self, sets: TrainingSets) -> None:
        n, p = sets.X.shape
        self._sets, self._sparse = sets, sparse.issparse(sets.X)
        self._held = np.zeros(0, dtype=np.int64)
        self._room = np.empty((n, 0), order="F")
        self.place = np.full(p, -1)
        self.matrix: Matrix = sets.X[:, self._held]

    def include(self, wanted: IntArray) -> None:
        """Add the wanted columns that are not in yet."""
        new = wanted[self.place[wanted] < 0]
        if not len(new):
            return
        old, size = len(self._held), len(self._held) + len(new)
        self.place[new] = np.arange(old, size)
        self._held = np.concatenate([self._held, new])
        if self._sparse:
            self.matrix = self._sets.X[:, self._held]
            return
        if size > self._room.shape[1]:
            room = np.empty((len(self._room), int(GROWTH * size)), order="F")
            room[:, :old] = self._room[:, :old]
            self._room = room
        self._room[:, old:size] = self._sets.X[:, new]
        self.matrix = self._room[:, :size]

    def combined(self, columns: IntArray, b: FloatArray) -> FloatArray:
        """Σ b x of some columns, (n,)."""
        if compiled.available and not self._sparse:
            return compiled.combined(self._room.T, self.place[columns], b)
        every = np.zeros(len(self._held))
        every[self.place[columns]] = b
        return np.asarray(self.matrix @ every)

    def grams(self, working: list[IntArray], joining: list[IntArray], scale: Scale, executor: Executor) -> list[FloatArray]:
        """Gram matrices of the columns that work in a set, new ones last, with the new ones; one product for all sets."""
        n = len(self._sets.S)
        blocks = [np.empty((len(left), len(right))) for left, right in zip(working, joining, strict=True)]
        every = np.concatenate(joining)
        owner = np.repeat(np.arange(len(joining)), [len(right) for right in joining])
        starts = np.concatenate([[0], np.cumsum([len(right) for right in joining])])

        def work(part: slice) -> None:
            some, owners = every[part], owner[part]
            x = self.matrix[:, self.place[some]]
            x = (x.toarray() if self._sparse else x) - scale.center[owners, some]
            x *= self._sets.S[:, owners]
            x *= scale.inverse[owners, some]
            cross, total = np.asarray(self.matrix.T @ x), x.sum(axis=0)
            for f in np.unique(owners).tolist():
                here, left = np.flatnonzero(owners == f), working[f]
                first = part.start + int(here[0]) - int(starts[f])
                block = cross[np.ix_(self.place[left], here)] - np.outer(scale.center[f, left], total[here])
                blocks[f][:, first : first + len(here)] = block * scale.inverse[f, left][:, None]

        executor.map(work, slices(len(every), min(PIECE // n, THIN)))
        return blocks


class _Member:
    """One training set: its working columns, and where its path has got to."""

    def __init__(self, f: int, scale: Scale, q: FloatArray, slack: FloatArray, penalty: Penalty, tolerable: float) -> None:
        self._f, self._scale, self._q, self._slack, self._penalty = f, scale, q, slack, penalty
        self.solver = ActiveSet(positive=penalty.positive, tolerable=tolerable)
        self.failure = ""
        # the first point that a failure spoils
        self._lost = 0
        self._points: list[tuple[IntArray, FloatArray, int]] = []

    def include(self, new: IntArray, block: FloatArray) -> None:
        """Work with more columns; `block` is their Gram matrix with all of them."""
        self.solver.extend(new, block, self._q[new], self._penalty.factors[new], self._slack[new])

    def solve(self, start: float | None, end: float, ridge: float, most: int) -> int:
        """Move to the optimum on the working columns; breaks and sweeps taken."""
        if self.failure:
            return 0
        try:
            return self.solver.solve(max(end, self.solver.bound()) if start is None else start, end, ridge, most)
        except (np.linalg.LinAlgError, FloatingPointError) as error:
            self.failure = f"{type(error).__name__}: {error}"
            return 0

    def shared(self) -> tuple[IntArray, FloatArray]:
        """Columns with coefficients, and these in the shared columns."""
        live = np.flatnonzero(self.solver.coef)
        columns = self.solver.columns[live]
        return columns, self.solver.coef[live] * self._scale.inverse[self._f, columns]

    def remember(self, taken: int) -> None:
        """Keep the present point as the next of the path."""
        live = np.flatnonzero(self.solver.coef)
        self._points.append((self.solver.columns[live], self.solver.coef[live], taken))
        self._lost += not self.failure

    def path(self, sets: TrainingSets, lambdas: FloatArray) -> PathFit:
        """What was remembered, in the set's own scaled columns as they came."""
        columns = np.unique(np.concatenate([point[0] for point in self._points]))
        coef = np.zeros((len(self._points), len(columns), 1))
        for i, (here, b, _) in enumerate(self._points):
            coef[i, np.searchsorted(columns, here), 0] = b
        f = self._f
        scale = sets.mean[f, columns] * self._scale.inverse[f, columns]
        intercept = sets.null_intercept[f] - np.tensordot(coef, scale, axes=(1, 0))
        fit = sets.fit(f, lambdas, intercept, columns, coef, np.array([point[2] for point in self._points]))
        if not sets.intercept:
            fit = replace(fit, intercept=np.zeros_like(fit.intercept))
        if self.failure:
            fit.intercept[self._lost :] = np.nan
            fit.coef[self._lost :] = np.nan
            fit = replace(fit, failure=self.failure)
        return fit


class _Walk:
    """All sets on their way down."""

    def __init__(self, sets: TrainingSets, penalty: Penalty, tol: float, executor: Executor) -> None:
        self.sets, self.penalty, self.executor = sets, penalty, executor
        self.scale = Scale.of(sets)
        slack = target_violation(tol) * self.scale.rms * sets.null_rms
        self.store = _Columns(sets)
        self._roots = np.sqrt(sets.S).T
        self._target = self._roots * (sets.Y[:, 0] - sets.null_intercept)
        self.residual = self._target.copy()
        self.screen = Screen(sets, self.scale, penalty, slack, executor)
        self.screen.violations(self.residual, 0.0, [np.zeros(0, dtype=np.int64)] * len(slack))
        q = self.screen.gradient.copy()
        tolerable = max(0.5 * tol / target_violation(tol), 1.0)
        self.members = [_Member(f, self.scale, q[f], slack[f], penalty, tolerable) for f in range(len(q))]

    def violations(self, tau: float, going: BoolArray | None = None) -> FloatArray:
        """By how much columns outside the working sets violate their conditions, (F, p); of those that go on."""
        every = np.arange(self.sets.shape[1])
        working = [member.solver.columns for member in self.members]
        if going is not None and not going.all():
            working = [mine if goes else every for mine, goes in zip(working, going.tolist(), strict=True)]
        return self.screen.violations(self.residual, tau, working)

    def solve(self, joining: list[IntArray], start: float | None, end: float, ridge: float, budget: IntArray) -> IntArray:
        """Let columns join and solve every set that has a budget; breaks and sweeps taken, (F,)."""
        self.store.include(np.unique(np.concatenate(joining)))
        working = [np.concatenate([member.solver.columns, new]) for member, new in zip(self.members, joining, strict=True)]
        for member, new, block in zip(
            self.members, joining, self.store.grams(working, joining, self.scale, self.executor), strict=True
        ):
            member.include(new, block)

        def work(f: int) -> int:
            if not budget[f]:
                return 0
            taken = self.members[f].solve(start, end, ridge, int(budget[f]))
            self._renew(f)
            return taken

        heavy = max(member.solver.support for member in self.members) > (LIGHT if compiled.available else LARGE)
        every = range(len(self.members))
        return np.array(self.executor.map(work, every) if heavy else [work(f) for f in every])

    def point(self, before: float | None, lam: float, max_iter: int, going: BoolArray) -> None:
        """All sets that go on at their optimum at the next λ after `before`, which is remembered."""
        tau, ridge = lam * self.penalty.l1_ratio, lam * (1.0 - self.penalty.l1_ratio)
        taken = np.zeros(len(self.members), dtype=np.int64)
        gradient = self.screen.gradient if self.penalty.positive else np.abs(self.screen.gradient)
        found = np.maximum(gradient - tau * self.penalty.factors, 0.0)
        start = None if before is None else before * self.penalty.l1_ratio
        todo = going
        while True:
            joining = []
            for f, member in enumerate(self.members):
                found[f, slice(None) if member.failure or not going[f] else member.solver.columns] = 0.0
                joining.append(_worst(found[f], len(member.solver.columns)))
            taken += self.solve(joining, start, tau, ridge, np.where(todo, max_iter - taken, 0))
            found = self.violations(tau, going)
            todo = found.any(axis=1) & (taken < max_iter) & [not member.failure for member in self.members]
            if not todo.any():
                break
            start = tau
        for f in np.flatnonzero(going).tolist():
            self.members[f].remember(int(taken[f]))

    def _renew(self, f: int) -> None:
        """The residual of a set."""
        columns, b = self.members[f].shared()
        eta = self.store.combined(columns, b) - self.scale.center[f, columns] @ b
        self.residual[f] = self._target[f] - self._roots[f] * eta


def _worst(violation: FloatArray, in_use: int) -> IntArray:
    """The columns that join: those that violate their condition, if there are too many the worst."""
    found = np.flatnonzero(violation)
    most = max(JOINING, int(JOINING_SHARE * in_use))
    if len(found) <= most:
        return found
    return np.sort(found[np.argsort(-violation[found], kind="stable")[:most]])


class Lockstep(RowSolver):
    """All sets walk down together, one product with the design per check."""

    name = "lockstep"

    def suits(self, sets: TrainingSets, task: Task, executor: Executor) -> Verdict:  # noqa: ARG002
        if sets.loss.name != "squared" or sets.shape[3] == 1 or task.smooth:
            return Verdict(False, "")
        return Verdict(True, "all folds walk down together, one product with the design per check")

    def paths(self, sets: TrainingSets, task: Task, executor: Executor) -> list[PathFit]:
        walk, penalty = _Walk(sets, task.penalty, task.tol, executor), task.penalty
        free = (penalty.factors == 0) & (not penalty.positive)
        count = len(walk.members)
        if free.any():
            alive = [np.flatnonzero(free & (walk.scale.inverse[f] > 0)) for f in range(count)]
            walk.solve(alive, 0.0, 0.0, 0.0, np.full(count, task.max_iter))
            walk.violations(0.0)

        going = Going(task, count)

        def step(part: slice) -> None:
            at = part.start
            walk.point(float(task.lambdas[at - 1]) if at else None, float(task.lambdas[at]), task.max_iter, going.on.copy())
            for f, member in enumerate(walk.members):
                going.note(f, member.shared()[0])

        def objective(_: slice) -> list[float]:
            return [0.5 * float(walk.residual[-1] @ walk.residual[-1])]

        descend(step, task.lambdas, task.ending, objective, sets=count, going=going)
        return [member.path(sets, task.lambdas) for member in walk.members]
