"""What every solver is: who it serves and why, the paths it walks, and where what is said of them comes from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from regcli.linear.objective.freedom import degrees_of_freedom
from regcli.linear.objective.path import PathFit, joined
from regcli.linear.sets.coordinates import stretches
from regcli.linear.sets.training_sets import column_moments
from regcli.numerics.executor import slices
from regcli.pace import fitted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from regcli.linear.objective.grid import Ending
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.objective.problem import Problem
    from regcli.linear.sets.coordinates import Coordinates
    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray
    from regcli.numerics.executor import Executor


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be solved on training sets.

    Attributes
    ----------
    penalty : Penalty
    lambdas : ndarray (L,)
        Descending; every point is warm started by the one before.
    tol : float
        Violation of the optimality conditions that the certificate will accept.
    max_iter : int
        The most iterations at one λ: sweeps, Newton steps, or changes of the support.
    ending : Ending or None
        Where the last set's path is saturated, all end; None: nowhere.
    most : int or None
        A set's path ends, by itself, where it has so many penalised columns in use; None: nowhere.
    """

    penalty: Penalty
    lambdas: FloatArray
    tol: float
    max_iter: int
    ending: Ending | None = None
    most: int | None = None

    @property
    def smooth(self) -> bool:
        """Neither an ℓ1 term nor a sign constraint."""
        return self.penalty.l1_ratio == 0 and not self.penalty.positive


class Going:
    """Which sets go on: those that have not had enough columns in use yet.

    Parameters
    ----------
    task : Task
    sets : int
        How many there are.

    Attributes
    ----------
    on : bool ndarray (sets,)
    """

    def __init__(self, task: Task, sets: int) -> None:
        self._most, self._counted = task.most, task.penalty.factors > 0
        self.on: BoolArray = np.ones(sets, dtype=bool)

    def note(self, f: int, columns: IntArray) -> None:
        """Columns that set f has in use at a point that it has come to."""
        if self._most is not None and np.count_nonzero(self._counted[columns]) >= self._most:
            self.on[f] = False


class Verdict(NamedTuple):
    """Whether a solver serves, and what the user is told of it; a refusal that goes without saying is empty."""

    serves: bool
    reason: str


class Solver(ABC):
    """One way to walk paths on training sets. Solvers hold no state: all they work on is handed to them."""

    name: ClassVar[str]
    # Whether the certificates of `settled` are taken from the rows already.
    from_rows: ClassVar[bool] = True
    # Whether it serves only where the solution is the only one.
    unique: ClassVar[bool] = False

    @abstractmethod
    def suits(self, sets: TrainingSets, task: Task, executor: Executor) -> Verdict:
        """Whether this is a solver for these sets and this task, and why."""

    @abstractmethod
    def walk(self, sets: TrainingSets, task: Task, executor: Executor) -> list[PathFit]:
        """The path of every set, each in the set's own scaled columns as they came; the last set decides where all end."""

    def solve(self, sets: TrainingSets, task: Task, executor: Executor) -> list[PathFit]:
        """The same; what failed numerically is there as NaN: a failed fit is data, not an exception."""
        try:
            return self.walk(sets, task, executor)
        except (np.linalg.LinAlgError, FloatingPointError) as error:
            _, p, k, count = sets.shape
            length, every = len(task.lambdas), np.arange(p)
            intercept, coef = np.full((length, k), np.nan), np.full((length, p, k), np.nan)
            nothing = np.zeros(length, dtype=np.int64)
            failure = f"{type(error).__name__}: {error}"
            return [PathFit(task.lambdas, intercept, every, coef, p, nothing, False, failure)] * count

    def settled(
        self, sets: TrainingSets, penalty: Penalty, fits: list[PathFit], executor: Executor
    ) -> list[tuple[PathFit, FloatArray]]:
        """Every set's path with one choice taken among equal solutions, and the certificates (L,) of its points."""
        return executor.map(lambda f: sets.settled(f, penalty, fits[f]), range(len(fits)))

    def squared_errors(self, sets: TrainingSets, f: int, fit: PathFit) -> FloatArray | None:  # noqa: ARG002
        """Mean squared error and mean error of fold f's path on its training and its validation rows, (2, 2, L).

        NaN where the rows must tell; None where they must tell everything.
        """
        return None

    def degrees_of_freedom(self, sets: TrainingSets, penalty: Penalty, fit: PathFit, executor: Executor) -> FloatArray:  # noqa: ARG002
        """Of the last set's path, (L,)."""
        return degrees_of_freedom(sets.problem, penalty, fit)


class RowSolver(Solver):
    """A solver that works on the design: in coordinates of unpenalised columns where these need them."""

    @abstractmethod
    def paths(self, sets: TrainingSets, task: Task, executor: Executor) -> list[PathFit]:
        """The path of every set, whatever the columns."""

    def walk(self, sets: TrainingSets, task: Task, executor: Executor) -> list[PathFit]:
        parts = [
            self._stretch(some, sets, replace(task, lambdas=part), executor)
            for part, some in stretches(sets.problem, task.penalty, task.lambdas)
        ]
        return [joined(list(of_set)) for of_set in zip(*parts, strict=True)]

    def _stretch(self, some: Coordinates | None, sets: TrainingSets, task: Task, executor: Executor) -> list[PathFit]:
        """A part of the paths, in coordinates of the unpenalised columns where these need them."""
        if some is None:
            return self.paths(sets, task, executor)
        turned = some.sets(sets, column_moments(some.Z, sets.S, executor))
        fits = self.paths(turned, task, executor)
        unit, offset = sets.unit[:, some.columns], sets.offset[:, some.columns]
        return [some.back(fit, *of_set) for fit, *of_set in zip(fits, unit, offset, strict=True)]


class Alone(RowSolver):
    """A solver for one training set at a time."""

    @abstractmethod
    def steps(self, problem: Problem, task: Task) -> Iterator[tuple[FloatArray, FloatArray, int]]:
        """Intercept (K,) and coefficients (p, K) of the centred columns, and iterations, for every λ of the task in turn."""

    def paths(self, sets: TrainingSets, task: Task, executor: Executor) -> list[PathFit]:  # noqa: ARG002
        problem, lambdas = sets.problem, task.lambdas
        p, k = problem.shape[1:]
        points: list[tuple[FloatArray, FloatArray, int]] = []
        walk = self.steps(problem, task)

        def objective() -> float:
            intercept, coef, _ = points[-1]
            live = np.flatnonzero(coef.any(axis=1))
            return problem.objective(intercept + problem.dot(coef[live], live))

        failure, walked = "", len(lambdas)
        going = Going(task, 1)

        def step(_: slice) -> None:
            points.append(next(walk))
            going.note(0, np.flatnonzero(points[-1][1].any(axis=1)))

        try:
            walked = descend(step, lambdas, task.ending, lambda _: [objective()], going=going)
        except (np.linalg.LinAlgError, FloatingPointError) as error:
            failure = f"{type(error).__name__}: {error}"
            points += [(np.full(k, np.nan), np.full((p, k), np.nan), 0)] * (len(lambdas) - len(points))
        path = np.array([coef for _, coef, _ in points])
        columns = np.flatnonzero((path != 0).any(axis=(0, 2)))
        intercept = np.array([problem.uncentre(b0, b) if problem.intercept else b0 for b0, b, _ in points])
        n_iter = np.array([taken for *_, taken in points])
        return [PathFit(lambdas[:walked], intercept, columns, path[:, columns], p, n_iter, walked < len(lambdas), failure)]


def descend(
    step: Callable[[slice], object],
    lambdas: FloatArray,
    ending: Ending | None,
    objectives: Callable[[slice], list[float]],
    *,
    sets: int = 1,
    chunk: int = 1,
    going: Going | None = None,
) -> int:
    """The one loop over λ, from strong to weak; how many points were walked.

    Parameters
    ----------
    step : callable (part)
        Fits all sets at the λ of a part of the grid, starting from where the part before it has left them.
    lambdas : ndarray (L,)
    ending : Ending or None
        Where the path is saturated; None: nowhere.
    objectives : callable (part)
        Σ s ℓ of the last set's fit at the points of the part; asked for only where there is an ending.
    sets : int
        How many sets a step fits, for those who count.
    chunk : int
        Points a step takes at once.
    going : Going, optional
        Says when all sets have ended by themselves.
    """
    known: list[float] = []
    for part in slices(len(lambdas), chunk):
        step(part)
        fitted(sets * (part.stop - part.start))
        if going is not None and not going.on.any():
            return int(part.stop)
        if ending is None:
            continue
        for value in objectives(part):
            known.append(value)
            if ending.reached(known):
                return len(known)
    return len(lambdas)
