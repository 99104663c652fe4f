"""The first fit behind adaptive weights, made inside every training set: ridge, its λ chosen there, or least squares.

Ridge's λ minimises generalised cross-validation, RSS / (1 - df/n)² (Golub, Heath & Wahba 1979), or for classes AIC,
-2 log L + 2 df: both ask the set's own rows alone. df is that of the null model's curvature, as where ridge's grid is laid out.
Where the spectrum is dear (sparse, or more than 5,000 on the smaller side) the middle of the grid is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.linear.objective.penalty import Penalty
from regcli.linear.sets import quadratic_forms
from regcli.linear.sets.spectrum import by_columns, is_dear, squares
from regcli.linear.solvers.base import Task
from regcli.linear.solvers.choose import choose
from regcli.linear.stages.alone import alone, solved_alone

if TYPE_CHECKING:
    from regcli.linear.objective.path import PathFit
    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import FloatArray
    from regcli.numerics.executor import Executor

# Values of ridge's grid that are tried; weights ask for no more.
TRIED = 25


@dataclass(frozen=True, slots=True)
class First:
    """A first fit of one training set.

    Attributes
    ----------
    fit : PathFit
        One point, in the set's own scaled columns.
    kkt : float
    """

    fit: PathFit
    kkt: float


def initial(
    sets: TrainingSets, factors: FloatArray, lambdas: FloatArray, executor: Executor, *, tol: float, max_iter: int
) -> list[First]:
    """The first fit of every set.

    Parameters
    ----------
    sets : TrainingSets
    factors : ndarray (p,)
        Penalty factors: what is not penalised later is not penalised here.
    lambdas : ndarray (L,)
        Ridge's grid, descending; `[0]` is least squares.
    executor, tol, max_iter
    """
    task = Task(Penalty(0.0, factors), lambdas, tol, max_iter)
    solver, _ = choose(sets, task, executor)
    every, count = np.arange(sets.shape[1]), sets.shape[3]
    if solver is None:
        found = executor.map(lambda f: solved_alone(alone(sets, f, every), task), range(count))
    else:
        found = solver.settled(sets, task.penalty, solver.solve(sets, task, executor), executor)

    def one(f: int) -> First:
        fit, kkt = found[f]
        i = 0 if len(fit.lambdas) == 1 else _chosen(sets, f, fit, task.penalty, executor)
        return First(fit.at(slice(i, i + 1)), float(kkt[i]))

    return executor.map(one, range(count))


def _chosen(sets: TrainingSets, f: int, fit: PathFit, penalty: Penalty, executor: Executor) -> int:
    """The point of the least criterion; of equal ones that of the largest λ."""
    spectrum = _spectrum(sets, f, penalty, executor)
    if spectrum is None:
        return len(fit.lambdas) // 2
    k = sets.shape[2]
    lead = float(max(k - 1, 1)) * (sets.intercept + np.count_nonzero((penalty.factors == 0) & (sets.rms[f] > 0)))
    df = lead + (spectrum / (spectrum + fit.lambdas[:, None])).sum(axis=1)
    share = df / np.count_nonzero(sets.S[:, f])
    with np.errstate(divide="ignore", invalid="ignore"):
        if sets.loss.name == "squared":
            found = np.where(share < 1, _objectives(sets, f, fit) / (1.0 - share) ** 2, np.inf)
        else:
            found = _objectives(sets, f, fit) + share
    return int(np.argmin(np.where(np.isfinite(found), found, np.inf)))


def _spectrum(sets: TrainingSets, f: int, penalty: Penalty, executor: Executor) -> FloatArray | None:
    """The d² of set f's own columns; None where they are dear."""
    if is_dear(sets.problem):
        return None
    if sets.statistics is not None:
        return by_columns(sets.statistics.normal(f), penalty)
    problem = alone(sets, f, np.arange(sets.shape[1]))
    return squares(problem, penalty, np.broadcast_to(problem.null_intercept, problem.Y.shape), executor)


def _objectives(sets: TrainingSets, f: int, fit: PathFit) -> FloatArray:
    """Σ s ℓ on the set's own rows, (L,)."""
    if sets.statistics is not None:
        squared = 0.5 * quadratic_forms.squared_errors(sets.statistics, sets.statistics.train(f), f, fit)[0]
        if np.isfinite(squared).all():
            return squared
    found = np.zeros(len(fit.lambdas))
    for rows, points, eta in sets.pieces(f, fit):
        s, target = sets.S[rows, f], sets.Y[rows]
        found[points] += [float(s @ sets.loss.value(target, at)) for at in eta]
    return found
