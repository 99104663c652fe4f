"""One training set by itself, on some of its own columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.objective.problem import Problem
from regcli.linear.sets.training_sets import TrainingSets
from regcli.linear.solvers.choose import choose
from regcli.numerics.executor import Executor

if TYPE_CHECKING:
    from regcli.linear.objective.path import PathFit
    from regcli.linear.solvers.base import Task
    from regcli.numerics.arrays import FloatArray, IntArray


def alone(sets: TrainingSets, f: int, columns: IntArray) -> Problem:
    """What set f poses on some columns, in its own scaled columns: no row that it leaves out is in it."""
    if sets.shape[3] == 1:
        return sets.problem.narrow(columns)
    rows = np.flatnonzero(sets.S[:, f])
    unit, offset = sets.unit[f, columns], sets.offset[f, columns]
    dead = sets.rms[f, columns] == 0
    if sets.problem.is_sparse:
        X = sparse.csc_array(sets.X[rows][:, columns] @ sparse.diags_array(np.where(dead, 0.0, 1.0 / unit)))
    else:
        X = np.asfortranarray((sets.design[np.ix_(rows, columns)] - offset) / unit)
        X[:, dead] = 0.0
    weights = sets.S[rows, f] * sets.weight_sums[f]
    return Problem.build(X, sets.problem.y[rows], weights, sets.loss.name, intercept=sets.intercept)


def solved_alone(problem: Problem, task: Task) -> tuple[PathFit, FloatArray]:
    """A path on one training set and its certificates, by whichever solver serves it."""
    sets, executor = TrainingSets.of_one(problem), Executor(1)
    solver, reason = choose(sets, task, executor)
    if solver is None:
        raise ValueError(reason)
    return solver.settled(sets, task.penalty, solver.solve(sets, task, executor), executor)[0]
