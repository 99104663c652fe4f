"""One training set by itself, on some of its own columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg, sparse

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


def last(sets: TrainingSets) -> TrainingSets:
    """The last set by itself, with its sums where they have been taken."""
    rows = {
        name: getattr(sets, name)[-1:] for name in ("weight_sums", "unit", "offset", "mean", "rms", "null_intercept", "null_rms")
    }
    one = replace(sets, S=sets.S[:, -1:], statistics=None, **rows)
    if sets.statistics is None:
        return TrainingSets.of_one(sets.problem)
    none = np.zeros(0, dtype=bool)
    return replace(one, statistics=replace(sets.statistics, sets=one, rows=(), blocks=(), complement=none, own={}))


def compressed(problem: Problem) -> Problem:
    """The same problem of squared loss about its means on no more rows than columns, and so without an intercept.

    A triangle is an orthogonal map of the rows: lengths and products of columns and target stay to all their digits.
    """
    n, p, _ = problem.shape
    if problem.loss.name != "squared" or problem.is_sparse:
        raise ValueError("only dense rows of squared loss can be exchanged for a triangle")
    rows = np.column_stack([problem.X, problem.Y - problem.null_intercept]) * np.sqrt(problem.s)[:, None]
    R = rows if n <= p + 1 else linalg.qr(rows, mode="r", overwrite_a=True, check_finite=False)[0][: p + 1]
    R = R * np.sqrt(len(R))
    return replace(
        problem, design=np.asfortranarray(R[:, :p]), y=R[:, p].copy(), Y=R[:, p:].copy(), s=np.full(len(R), 1.0 / len(R)),
        intercept=False, center=np.zeros(p), null_intercept=np.zeros(1),
    )  # fmt: skip


def solved_alone(problem: Problem, task: Task) -> tuple[PathFit, FloatArray]:
    """A path on one training set and its certificates, by whichever solver serves it."""
    sets, executor = TrainingSets.of_one(problem), Executor(1)
    solver, reason = choose(sets, task, executor)
    if solver is None:
        raise ValueError(reason)
    return solver.settled(sets, task.penalty, solver.solve(sets, task, executor), executor)[0]
