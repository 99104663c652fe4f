"""The fit without a penalty on the columns in use, point by point of a path, inside every training set.

Supports repeat along a path: each is fitted once. Squared loss on many training sets: from sums over the rows of the columns in
use where these are well conditioned, else from the rows, as all else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from regcli.linear.kernels import quadratic
from regcli.linear.objective.penalty import Penalty
from regcli.linear.sets.normal import Normal
from regcli.linear.sets.quadratic_forms import condition_of, decrement
from regcli.linear.solvers.base import Task
from regcli.linear.solvers.sufficient_statistics import SAFE
from regcli.linear.stages.alone import alone, compressed, solved_alone
from regcli.pace import fitted

if TYPE_CHECKING:
    from regcli.linear.objective.path import PathFit
    from regcli.linear.objective.problem import Problem
    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray
    from regcli.numerics.executor import Executor

# Beyond so many columns in use sums of products are not taken of all of them together.
LARGEST = 2500
# Intercept (K,), coefficients (a, K) and certificate of one refit.
Found = tuple["FloatArray", "FloatArray", float]


def refitted(sets: TrainingSets, fits: list[PathFit], task: Task, executor: Executor) -> list[tuple[PathFit, FloatArray]]:
    """Every set's path with the columns in use fitted without a penalty, and the refits' certificates.

    Parameters
    ----------
    sets : TrainingSets
    fits : list of PathFit
        A path of each set.
    task : Task
        That of the paths: its sign constraint, tolerance and iterations hold for the refits, too.
    executor : Executor
    """
    return executor.map(lambda f: _of_set(_Set(sets, f, fits[f].columns, task), fits[f]), range(len(fits)))


def _of_set(one: _Set, fit: PathFit) -> tuple[PathFit, FloatArray]:
    finite: BoolArray = np.asarray(np.isfinite(fit.coef).all(axis=(1, 2)))
    active = (fit.coef != 0).any(axis=2) & finite[:, None]
    supports, which = np.unique(active, axis=0, return_inverse=True)
    which = which.reshape(-1)
    intercept, coef, kkt = np.empty_like(fit.intercept), np.zeros_like(fit.coef), np.empty(len(fit.lambdas))
    for number, support in enumerate(supports):
        here = which == number
        columns = np.flatnonzero(support)
        at, b, violated = one.fit(columns)
        intercept[here], kkt[here] = at, violated
        coef[np.ix_(here, columns)] = b
    intercept[~finite], coef[~finite], kkt[~finite] = np.nan, np.nan, np.inf
    return replace(fit, intercept=intercept, coef=coef, lambdas=fit.lambdas), kkt


@dataclass(frozen=True)
class _Set:
    """Set f on the columns that its path uses anywhere, in its own scaled columns."""

    sets: TrainingSets
    f: int
    columns: IntArray
    task: Task

    @cached_property
    def problem(self) -> Problem:
        """What it poses, by its rows."""
        return alone(self.sets, self.f, self.columns)

    @cached_property
    def small(self) -> Problem:
        """The same on few rows, where these can be exchanged."""
        return compressed(self.problem) if self._exchangeable else self.problem

    @property
    def _exchangeable(self) -> bool:
        return self.sets.loss.name == "squared" and not self.sets.problem.is_sparse

    @cached_property
    def normal(self) -> Normal | None:
        """Its normal equations, where sums may serve; whoever has one set alone keeps to its rows."""
        sets, positive = self.sets, self.task.penalty.positive
        if not self._exchangeable or positive or sets.shape[3] == 1 or len(self.columns) > LARGEST:
            return None
        at = self.columns
        if sets.statistics is not None:
            whole = sets.statistics.normal(self.f)
            return Normal(whole.C[np.ix_(at, at)], whole.c[at], whole.yy, whole.live[at], whole.scale[at])
        problem, every = self.problem, np.arange(len(at))
        right = problem.tdot(problem.Y - problem.null_intercept)[:, 0]
        return Normal(problem.gram(every, every, problem.s), right, 0.0, problem.rms > 0, problem.scale[:, 0])

    @cached_property
    def middle(self) -> FloatArray:
        """Means of the own columns as they came, zeros without an intercept."""
        sets, f, at = self.sets, self.f, self.columns
        return (sets.mean[f, at] - sets.offset[f, at]) / sets.unit[f, at] if sets.intercept else np.zeros(len(at))

    def fit(self, columns: IntArray) -> Found:
        """Without a penalty on some of its columns."""
        k = self.sets.shape[2]
        if not len(columns):
            none: FloatArray = self.sets.null_intercept[self.f] if self.sets.intercept else np.zeros(k)
            return none, np.zeros((0, k)), 0.0
        return self._from_sums(columns) or self._from_rows(columns)

    def _from_sums(self, columns: IntArray) -> Found | None:
        normal = self.normal
        if normal is None or np.count_nonzero(self.sets.S[:, self.f]) <= len(columns) + self.sets.intercept:
            return None
        C, c = normal.C[np.ix_(columns, columns)], normal.c[columns]
        if condition_of(C) > SAFE:
            return None
        b = quadratic.solve_smooth(C, c)
        b += quadratic.solve_smooth(C, c - C @ b)
        force, size = c - C @ b, float(self.sets.null_rms[self.f, 0])
        some = replace(normal, C=C, c=c, live=normal.live[columns], scale=normal.scale[columns])
        found = max(float(np.abs(force / some.scale).max()), decrement(some, np.arange(len(columns)), force) ** 2 / size**2)
        fitted()
        return self._base(columns, b), b[:, None], found

    def _base(self, columns: IntArray, b: FloatArray) -> FloatArray:
        """The intercept of the columns as they came."""
        return self.sets.null_intercept[self.f] - self.middle[columns] @ b if self.sets.intercept else np.zeros(1)

    def _from_rows(self, columns: IntArray) -> Found:
        task = Task(
            Penalty(0.0, np.zeros(len(columns)), self.task.penalty.positive), np.zeros(1), self.task.tol, self.task.max_iter
        )  # fmt: skip
        fit, kkt = solved_alone(self.small.narrow(columns), task)
        b = fit.dense(0)
        return (self._base(columns, b[:, 0]) if self._exchangeable else fit.intercept[0]), b, float(kkt[0])
