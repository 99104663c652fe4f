"""The model in which every penalised coefficient is zero: where grids start and what paths are measured against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.linear.objective.penalty import Penalty
from regcli.linear.sets.training_sets import TrainingSets
from regcli.linear.solvers.base import Task
from regcli.linear.solvers.choose import choose
from regcli.numerics.executor import Executor

if TYPE_CHECKING:
    from regcli.linear.objective.grid import Ending
    from regcli.linear.objective.path import PathFit
    from regcli.linear.objective.problem import Problem
    from regcli.linear.sets.statistics import Statistics
    from regcli.numerics.arrays import FloatArray

# A column whose correlation with the null residuals is below this is not correlated at all.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class NullFit:
    """The null model, refitted on the unpenalised columns where there are any.

    Attributes
    ----------
    eta : ndarray (n, K)
        Its linear predictors.
    objective : float
        Σ s ℓ: what a penalty leaves to be explained.
    gradient : ndarray (p, K)
        Σ s_i x_ij r_ik of its residuals. What is rounding beside the columns' and the residuals' sizes is zero, so that no grid
        starts from it.
    """

    eta: FloatArray
    objective: float
    gradient: FloatArray


def solve_path(
    problem: Problem, penalty: Penalty, lambdas: FloatArray, *, tol: float, max_iter: int, ending: Ending | None = None
) -> PathFit:
    """A path on one training set, by whichever solver serves it.

    Parameters
    ----------
    problem : Problem
    penalty : Penalty
    lambdas : ndarray (L,)
        Descending.
    tol, max_iter, ending : float, int, Ending or None
        As in `Task`.
    """
    sets, task, executor = TrainingSets.of_one(problem), Task(penalty, lambdas, tol, max_iter, ending), Executor(1)
    solver, reason = choose(sets, task, executor)
    if solver is None:
        raise ValueError(reason)
    return solver.solve(sets, task, executor)[0]


def null_fit(problem: Problem, penalty: Penalty, *, tol: float, max_iter: int, statistics: Statistics | None = None) -> NullFit:
    """Fit the model in which every penalised coefficient is zero to a training set.

    Where all are penalised, sums over the rows tell of its gradient: those of `statistics`, whose last set is that of `problem`.
    """
    free = np.flatnonzero(penalty.factors == 0)
    eta = np.broadcast_to(problem.null_intercept, problem.Y.shape)
    if len(free):
        small, alone = problem.narrow(free), Penalty(0.0, np.zeros(len(free)), penalty.positive)
        fit = solve_path(small, alone, np.zeros(1), tol=tol, max_iter=max_iter)
        eta = TrainingSets.of_one(small).predictors(0, fit)[0]
    if statistics is None or len(free):
        gradient = problem.tdot(problem.residual(eta))
    else:
        gradient = statistics.normal(statistics.count - 1).c[:, None]
    return NullFit(eta, problem.objective(eta), np.where(np.abs(gradient) > ROUNDING * problem.scale, gradient, 0.0))
