"""Lasso, elastic net and positive paths of squared loss on one training set: working sets on a growing Gram matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regcli.linear.kernels import quadratic
from regcli.linear.objective.penalty import target_violation
from regcli.linear.solvers.base import Alone, Task, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.linear.objective.problem import Problem
    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.numerics.executor import Executor

# Designs of up to this many columns have their whole Gram matrix formed at once.
WHOLE_GRAM = 1500


class _Gram:
    """The Gram matrix of a growing list of columns, with room to spare so that growth is amortised."""

    def __init__(self, problem: Problem) -> None:
        p = problem.shape[1]
        self._problem = problem
        self.columns: IntArray = np.arange(p if p <= WHOLE_GRAM else 0)
        self._room = problem.gram(self.columns, self.columns, problem.s)
        self._member = np.zeros(p, dtype=bool)
        self._member[self.columns] = True

    def include(self, wanted: IntArray) -> None:
        """Add those of the wanted columns that are not in yet."""
        new = wanted[~self._member[wanted]]
        if not len(new):
            return
        old, size = self.columns, len(self.columns) + len(new)
        if size > len(self._room):
            room = np.empty((2 * size, 2 * size))
            room[: len(old), : len(old)] = self.matrix
            self._room = room
        self.columns = np.concatenate([old, new])
        block = self._problem.gram(self.columns, new, self._problem.s)
        self._room[:size, len(old) : size] = block
        self._room[len(old) : size, :size] = block.T
        self._member[new] = True

    @property
    def matrix(self) -> FloatArray:
        """Gram matrix in the order of `columns`."""
        return self._room[: len(self.columns), : len(self.columns)]


class WorkingSet(Alone):
    """Lasso, elastic net and positive fits.

    At every λ the quadratic problem is solved on the columns in use, the gradient of all columns is taken from the rows,
    and columns that violate their condition join, until none does.
    """

    name = "working-set"

    def suits(self, sets: TrainingSets, task: Task, executor: Executor) -> Verdict:  # noqa: ARG002
        if sets.loss.name != "squared" or sets.shape[3] > 1:
            return Verdict(False, "")
        what = "squared loss with an ℓ1 term or a sign constraint"
        return Verdict(True, f"{what}: coordinate descent on the Gram matrix of the columns in use")

    def steps(self, problem: Problem, task: Task) -> Iterator[tuple[FloatArray, FloatArray, int]]:
        penalty, tol, max_iter = task.penalty, task.tol, task.max_iter
        p = problem.shape[1]
        gram = _Gram(problem)
        centred = problem.Y - problem.null_intercept
        right = problem.tdot(centred)[:, 0]
        scale = problem.scale[:, 0]
        slack = np.where(np.isfinite(scale), target_violation(tol) * scale, np.inf)
        coef = np.zeros(p)
        gradient = right
        for lam in task.lambdas:
            l1 = penalty.l1(lam)[:, 0]
            l2 = penalty.l2(lam)[:, 0]
            free = (l1 == 0) & (problem.rms > 0) & (not penalty.positive)
            sweeps = 0
            while True:
                violation = penalty.violation(gradient[:, None], coef[:, None], lam)[:, 0]
                violation[problem.rms == 0] = 0.0
                if (violation <= slack).all() or sweeps >= max_iter:
                    break
                gram.include(np.flatnonzero((violation > slack) | (coef != 0) | free))
                columns = gram.columns
                Q = gram.matrix + np.diag(l2[columns])
                coef = coef.copy()
                coef[columns], taken = quadratic.solve(
                    Q,
                    right[columns],
                    l1[columns],
                    free[columns],
                    positive=penalty.positive,
                    start=coef[columns],
                    slack=0.1 * slack[columns],
                    max_sweeps=max_iter - sweeps,
                )
                sweeps += taken
                stalled = violation.max()
                gradient = problem.tdot(centred - problem.dot(coef[:, None]))[:, 0]
                violation = penalty.violation(gradient[:, None], coef[:, None], lam)[:, 0]
                # rounding in the Gram matrix may leave a little more than asked for: enough is enough where `tol` holds
                if violation.max() >= 0.5 * stalled and (violation <= 0.5 * tol * scale).all():
                    break
            yield problem.null_intercept, coef[:, None], sweeps
