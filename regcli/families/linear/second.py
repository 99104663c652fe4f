"""Second stages of linear paths: what the first fit left in every training set, and the fits that start from there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from regcli import linear
from regcli.linear.stages.initial import First, initial
from regcli.linear.stages.refit import refitted
from regcli.linear.stages.weighted import Weighted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.families.linear.paths import PathSpec
    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.numerics.executor import Executor


@dataclass(frozen=True, slots=True)
class Second:
    """The second stage of a path.

    Attributes
    ----------
    name : {"relaxed", "adaptive", "refit none", "refit ridge", "refit elasticnet"}
    gamma : float
        Share of the first fit in the mixture, exponent of the weights, or the screen's λ divided by λ_max.
    lambdas : ndarray (m,)
        What the first fit is made at, for y in its own unit: ridge's grid (`[0]`: least squares), or the screens of all paths
        of the entry; empty where the path itself is the first fit.
    place : int
        Which of the screens is this path's.
    """

    name: str
    gamma: float
    lambdas: FloatArray
    place: int = 0

    @property
    def mixes(self) -> bool:
        """The path is a mixture of its own first fit and of a refit on that one's columns."""
        return self.name in {"relaxed", "refit none"}

    @property
    def screens(self) -> bool:
        """A lasso at one λ selects the columns of the whole path."""
        return self.name in {"refit ridge", "refit elasticnet"}


@dataclass(frozen=True, slots=True)
class Before:
    """What the first stage left in one training set.

    Attributes
    ----------
    fit : PathFit
        The first fit in the set's own scaled columns: a path where it is mixed with a refit, else a point.
    weights : ndarray (p,) or (0,)
        Of the columns in the second stage, zero for what is excluded; without entries where the first fit's own points say that.
    """

    fit: linear.PathFit
    weights: FloatArray


# A path of one set, its certificates (L,), and what it started from.
Judged = tuple[linear.PathFit, "FloatArray", Before | None]


def judged(
    sets: linear.TrainingSets, specs: Sequence[PathSpec], tasks: Sequence[linear.Task], executor: Executor
) -> list[list[Judged]]:
    """The paths of an entry that share their first stage, on every set: path by path, set by set.

    A point's certificate is the worst of its first and its second stage.
    """
    spec, task = specs[0], tasks[0]
    second = spec.second
    if second is None or second.mixes:
        firsts = spec.solver.settled(sets, task.penalty, spec.solver.solve(sets, task, executor), executor)
        if second is None:
            return [[(fit, kkt, None) for fit, kkt in firsts]]
        return _mixed(sets, [_second(each) for each in specs], task, firsts, executor)
    if second.screens:
        screens = _screens(sets, task, second.lambdas, executor)
        weighed = [_screened(screens, _second(each).place, task.penalty) for each in specs]
    else:
        found = initial(sets, task.penalty.factors, second.lambdas, executor, tol=task.tol, max_iter=task.max_iter)
        weighed = [adapted(found, task.penalty, _second(each).gamma, each.unit) for each in specs]
    return [_weighed(sets, *one, executor) for one in zip(specs, tasks, weighed, strict=True)]


def _second(spec: PathSpec) -> Second:
    if spec.second is None:
        raise ValueError(f"{spec.label} has no second stage")
    return spec.second


def _mixed(
    sets: linear.TrainingSets,
    seconds: Sequence[Second],
    task: linear.Task,
    firsts: list[tuple[linear.PathFit, FloatArray]],
    executor: Executor,
) -> list[list[Judged]]:
    """γ × the first fit + (1 - γ) × the fit without a penalty on its columns."""
    none = np.zeros(0)
    refits = refitted(sets, [fit for fit, _ in firsts], task, executor) if any(s.gamma < 1 for s in seconds) else firsts
    return [
        [
            (mixture(first, refit, second.gamma), kkt if second.gamma == 1 else np.maximum(kkt, its), Before(first, none))
            for (first, kkt), (refit, its) in zip(firsts, refits, strict=True)
        ]
        for second in seconds
    ]


def mixture(first: linear.PathFit, refit: linear.PathFit, gamma: float) -> linear.PathFit:
    """Of two paths on the same columns."""
    if gamma in {0.0, 1.0}:
        return first if gamma else refit
    intercept = gamma * first.intercept + (1.0 - gamma) * refit.intercept
    return replace(first, intercept=intercept, coef=gamma * first.coef + (1.0 - gamma) * refit.coef)


def unmixed(fit: linear.PathFit, first: linear.PathFit, gamma: float) -> linear.PathFit:
    """The refit in a mixture with γ < 1."""
    return mixture(first, fit, -gamma / (1.0 - gamma)) if gamma else fit


def _screens(
    sets: linear.TrainingSets, task: linear.Task, lambdas: FloatArray, executor: Executor
) -> list[tuple[linear.PathFit, FloatArray]]:
    """Every set's lasso at the λ of the screens."""
    wanted = replace(task, penalty=replace(task.penalty, l1_ratio=1.0), lambdas=lambdas, ending=None)
    solver, reason = linear.choose(sets, wanted, executor)
    if solver is None:
        raise ValueError(reason)
    return solver.settled(sets, wanted.penalty, solver.solve(sets, wanted, executor), executor)


def _screened(
    firsts: list[tuple[linear.PathFit, FloatArray]], place: int, penalty: linear.Penalty
) -> list[tuple[First, FloatArray]]:
    """Weight one for what a screen has selected and for what is not penalised."""
    point = slice(place, place + 1)
    return [
        (First(fit.at(point), float(kkt[place])), np.where((penalty.factors == 0) | fit.dense(place).any(axis=1), 1.0, 0.0))
        for fit, kkt in firsts
    ]


def adapted(firsts: list[First], penalty: linear.Penalty, gamma: float, unit: float) -> list[tuple[First, FloatArray]]:
    """Weights |β|^γ of the columns, β for y in units of `unit`; of several classes the root mean square."""
    out = []
    for first in firsts:
        size = np.sqrt((first.fit.dense(0) ** 2).mean(axis=1)) / unit
        # what did not converge is marked as such
        weights = np.where(np.isfinite(size), size, 0.0) ** gamma
        out.append((first, np.where(penalty.factors == 0, 1.0, weights)))
    return out


def _weighed(
    sets: linear.TrainingSets,
    spec: PathSpec,
    task: linear.Task,
    firsts: list[tuple[First, FloatArray]],
    executor: Executor,
) -> list[Judged]:
    """The path on columns that a first fit has weighed."""
    found = Weighted.of(sets, np.array([weights for _, weights in firsts])).solve(spec.solver, task, executor)
    return [
        (fit, np.maximum(kkt, first.kkt), Before(first.fit, weights))
        for (fit, kkt), (first, weights) in zip(found, firsts, strict=True)
    ]


def certified_from_rows(
    sets: linear.TrainingSets,
    spec: PathSpec,
    penalty: linear.Penalty,
    found: Sequence[tuple[linear.PathFit, Before]],
    index: int,
    executor: Executor,
) -> FloatArray:
    """The certificates of both stages of one point on dense sets, gradients from the rows; (F,).

    What a Newton step over a refit's columns promises is known from when it was made: from sums over well-conditioned columns, or
    from the rows.
    """
    second = _second(spec)
    here = slice(index, index + 1)
    points, befores = [fit.at(here) for fit, _ in found], [before for _, before in found]
    if second.mixes:
        firsts = [before.fit.at(here) for before in befores]
        kkt = sets.certify_at(penalty, firsts, 0, executor)
        if second.gamma == 1:
            return kkt
        refits = [unmixed(fit, first, second.gamma) for fit, first in zip(points, firsts, strict=True)]
        points = [replace(fit, lambdas=np.zeros(1)) for fit in refits]
        used = np.array([first.dense(0).any(axis=1) for first in firsts], dtype=float)
        free = replace(penalty, l1_ratio=0.0, factors=np.zeros_like(penalty.factors))
        return np.maximum(kkt, _certified(Weighted.of(sets, used), free, points, executor, gain=False))
    shape = replace(penalty, l1_ratio=1.0 if second.screens else 0.0, positive=penalty.positive and second.screens)
    firsts = [before.fit for before in befores]
    strengths = np.array([fit.lambdas[0] for fit in firsts])
    kkt = np.empty(len(firsts))
    for lam in np.unique(strengths):  # every set has chosen its own
        at = [replace(fit, lambdas=np.array([lam])) for fit in firsts]
        kkt = np.where(strengths == lam, sets.certify_at(shape, at, 0, executor), kkt)
    weighted = Weighted.of(sets, np.array([before.weights for before in befores]))
    return np.maximum(kkt, _certified(weighted, penalty, points, executor))


def _certified(
    weighted: Weighted, penalty: linear.Penalty, points: list[linear.PathFit], executor: Executor, *, gain: bool = True
) -> FloatArray:
    there = [weighted.forth(f, fit) for f, fit in enumerate(points)]
    return weighted.judged.certify_at(weighted.penalty(penalty), there, 0, executor, gain=gain)


def degrees_of_freedom(
    sets: linear.TrainingSets, full: linear.TrainingSets, spec: PathSpec, penalty: linear.Penalty, fit: linear.PathFit,
    before: Before, executor: Executor,
) -> FloatArray:  # fmt: skip
    """Of the last set's path, given what the first stage selected or weighed; (L,).

    A mixture has γ × those of the first fit + (1 - γ) × the rank of its columns: the divergence with the support held, as of the
    lasso. What the search for the support takes is not in it (Tibshirani 2015, "Degrees of freedom and model search").
    """
    second, solver = _second(spec), spec.solver
    if second.mixes:
        rank = solver.degrees_of_freedom(sets, replace(penalty, l1_ratio=1.0), fit, executor)
        if second.gamma == 0:
            return rank
        return second.gamma * solver.degrees_of_freedom(sets, penalty, before.fit, executor) + (1.0 - second.gamma) * rank
    if penalty.l1_ratio == 1:
        return solver.degrees_of_freedom(sets, penalty, fit, executor)
    weighted = Weighted.of(full, before.weights[None, :])
    return linear.degrees_of_freedom(weighted.sets.problem, weighted.penalty(penalty), weighted.forth(0, fit))


def interchangeable(
    sets: linear.TrainingSets, spec: PathSpec, penalty: linear.Penalty, point: linear.PathFit, index: int, before: Before | None
) -> IntArray:
    """Columns of one training set among which coefficients can be traded at a point, by the stage that could leave a choice."""
    if spec.second is None or before is None:
        return sets.interchangeable(0, penalty, point)
    if spec.second.mixes:
        return sets.interchangeable(0, penalty, before.fit.at(slice(index, index + 1)))
    weighted = Weighted.of(sets, before.weights[None, :])
    found = weighted.sets.interchangeable(0, weighted.penalty(penalty), weighted.forth(0, point))
    return weighted.columns[found]
