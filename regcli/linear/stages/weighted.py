"""Training sets whose columns are multiplied by weights of their own: weight zero excludes a column.

A lasso on columns x_j w_j with coefficients b_j / w_j penalises |b_j| / w_j: a second stage with weights, and one on columns that
a first has selected, is a plain path on such sets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.sets.training_sets import TrainingSets
from regcli.linear.solvers.base import Alone
from regcli.linear.stages.alone import alone, solved_alone

if TYPE_CHECKING:
    from regcli.linear.objective.path import PathFit
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.objective.problem import Problem
    from regcli.linear.solvers.base import Solver, Task
    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.numerics.executor import Executor


@dataclass(frozen=True, slots=True)
class Weighted:
    """The sets with weighted columns, and the way back.

    Attributes
    ----------
    sets : TrainingSets
        As solvers take them: excluded columns carry nothing.
    judged : TrainingSets
        As certificates take them, which measure columns on the rows: excluded ones are divided by infinity.
    columns : int ndarray (a,)
        Those that any set keeps.
    weights : ndarray (F, a)
    n_columns : int
        p of the sets as they were.
    """

    sets: TrainingSets
    judged: TrainingSets
    columns: IntArray
    weights: FloatArray
    n_columns: int

    @classmethod
    def of(cls, sets: TrainingSets, weights: FloatArray) -> Weighted:
        """With weights (F, p) >= 0."""
        p = sets.shape[1]
        columns = np.flatnonzero(weights.any(axis=0))
        # where nothing is left a column without weight stands for it
        columns = columns if len(columns) else np.zeros(min(p, 1), dtype=np.int64)
        if sets.statistics is not None:
            columns = np.arange(p)  # sums cost nothing for columns that are not in use
        weights = weights[:, columns]
        if sets.shape[3] == 1:
            one = TrainingSets.of_one(_scaled(sets.problem.narrow(columns), weights[0]))
            return cls(one, one, columns, weights, p)
        some = sets if len(columns) == p else _narrowed(sets, columns)
        used = weights > 0
        finite = np.divide(some.unit, weights, out=some.unit.copy(), where=used)
        rms = np.where(used, some.rms, 0.0)
        made, judged = (_with_units(some, unit, rms) for unit in (finite, np.where(used, finite, np.inf)))
        return cls(made, judged, columns, weights, p)

    def penalty(self, penalty: Penalty) -> Penalty:
        """A penalty of the columns as they were, for those that are left."""
        return replace(penalty, factors=penalty.factors[self.columns])

    def solve(self, solver: Solver, task: Task, executor: Executor) -> list[tuple[PathFit, FloatArray]]:
        """Every set's path and its certificates, in the columns as they were."""
        task = replace(task, penalty=self.penalty(task.penalty))
        if isinstance(solver, Alone) and self.sets.shape[3] > 1:
            return [(self.back(f, fit), kkt) for f, (fit, kkt) in enumerate(self._one_by_one(task, executor))]
        fits = solver.solve(self.sets, task, executor)
        judged = solver.settled(self.judged, task.penalty, fits, executor)
        return [(self.back(f, fit), kkt) for f, (fit, kkt) in enumerate(judged)]

    def _one_by_one(self, task: Task, executor: Executor) -> list[tuple[PathFit, FloatArray]]:
        """Sets that no solver takes together, each on the columns that it keeps; the last one decides where all end."""

        def one(f: int, task: Task) -> tuple[PathFit, FloatArray]:
            live = np.flatnonzero(self.weights[f])
            live = live if len(live) else np.zeros(1, dtype=np.int64)
            some = replace(task, penalty=replace(task.penalty, factors=task.penalty.factors[live]))
            fit, kkt = solved_alone(alone(self.sets, f, live), some)
            return replace(fit, columns=live[fit.columns], n_columns=len(self.columns)), kkt

        *folds, last = range(self.sets.shape[3])
        full = one(last, task)
        rest = replace(task, lambdas=full[0].lambdas, ending=None)
        return [*executor.map(lambda f: one(f, rest), folds), full]

    def back(self, f: int, fit: PathFit) -> PathFit:
        """A path of set f in the columns as they were."""
        coef = fit.coef * self.weights[f, fit.columns][:, None]
        return replace(fit, columns=self.columns[fit.columns], coef=coef, n_columns=self.n_columns)

    def forth(self, f: int, fit: PathFit) -> PathFit:
        """A path of set f in the weighted columns."""
        place = np.full(self.n_columns, -1)
        place[self.columns] = np.arange(len(self.columns))
        here = np.flatnonzero(place[fit.columns] >= 0)
        columns = place[fit.columns[here]]
        weights = self.weights[f, columns]
        coef = fit.coef[:, here] * np.divide(1.0, weights, out=np.zeros_like(weights), where=weights > 0)[:, None]
        return replace(fit, columns=columns, coef=coef, n_columns=len(self.columns))


def _scaled(problem: Problem, weights: FloatArray) -> Problem:
    """One set's columns, multiplied."""
    X = sparse.csc_array(problem.X @ sparse.diags_array(weights)) if problem.is_sparse else problem.X * weights
    return replace(problem, design=X, center=problem.center * weights, rms=problem.rms * weights)


def _narrowed(sets: TrainingSets, columns: IntArray) -> TrainingSets:
    """The sets on some of the columns."""
    unit, offset, mean, rms = (values[:, columns] for values in (sets.unit, sets.offset, sets.mean, sets.rms))
    return replace(sets, problem=sets.problem.narrow(columns), unit=unit, offset=offset, mean=mean, rms=rms)


def _with_units(sets: TrainingSets, unit: FloatArray, rms: FloatArray) -> TrainingSets:
    """The sets with other units, their sums too."""
    made = replace(sets, unit=unit, rms=rms, statistics=None)
    return made if sets.statistics is None else replace(made, statistics=replace(sets.statistics, sets=made))
