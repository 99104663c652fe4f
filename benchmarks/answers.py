"""What a program is asked for and what it answers, and the loop over folds for libraries that have none."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Callable

    from arrays import Task

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program found on all rows: a path, or only the model it selected.

    Attributes
    ----------
    chosen : float
        The λ it selected.
    lambdas : ndarray (m,)
        λ of every model here.
    intercept : ndarray (m, K)
    coef : ndarray (m, p, K)
    standardized : bool
        Coefficients belong to columns of unit standard deviation (dense ones centred too), not to the columns as they came.
    once : float
        Seconds spent on all rows rather than on the folds: they do not grow with a sample.
    """

    chosen: float
    lambdas: Array
    intercept: Array
    coef: Array
    standardized: bool
    once: float = 0.0


@dataclass(frozen=True, slots=True)
class Sample:
    """The part of the job that a slow program runs.

    Attributes
    ----------
    points : ndarray of int
        Positions in the grid, evenly spread, both ends among them.
    folds : ndarray of int
    """

    points: Array
    folds: Array

    @classmethod
    def of(cls, task: Task, points: int, folds: int) -> Sample:
        """Evenly spread over the grid; the first folds (all have the same size)."""
        case = task.case
        at = np.linspace(0, case.count - 1, min(points, case.count)).round().astype(int)
        return cls(at, np.arange(min(folds, case.n_splits)))

    def scale(self, task: Task) -> float:
        """How many times the whole job holds it.

        A search nested in K outer folds is K + 1 searches, K of them on all rows but a K-th part: as much as K on all rows.
        """
        return max(1, task.case.outer) * task.case.count * task.case.n_splits / (len(self.points) * len(self.folds))


def whole(task: Task) -> Sample:
    """The job in full."""
    return Sample.of(task, task.case.count, task.case.n_splits)


def scaler_of(task: Task) -> Any:  # noqa: ANN401
    """What gives columns unit standard deviation; sparse ones are not centred."""
    from sklearn.preprocessing import StandardScaler

    return StandardScaler(with_mean=not sparse.issparse(task.X))


def folds_of(task: Task, part: Sample) -> list[tuple[Array, Array]]:
    """Training and validation positions of the folds of the part."""
    folds = task.folds
    return [folds[k] for k in part.folds]


def by_hand(task: Task, part: Sample, walk: Callable[[Task, Any, Array, Array], tuple[Array, Array]]) -> Answer:
    """A loop over folds around a path solver: scaling inside the folds, validation errors by hand.

    Parameters
    ----------
    task : Task
        Squared loss or two classes.
    part : Sample
    walk : callable (task, Z, y, grid) -> (coef (p, L), intercept (L,))
        Its path on standardised columns.
    """
    grid = task.lambdas[0][part.points]
    errors = []
    for train, validation in folds_of(task, part):
        scaler = scaler_of(task)
        coef, intercept = walk(task, scaler.fit_transform(task.X[train]), task.y[train], grid)
        eta = scaler.transform(task.X[validation]) @ coef + intercept
        y = task.y[validation][:, None]
        errors.append(((y - eta) ** 2 if task.case.loss == "squared" else np.logaddexp(0, eta) - y * eta).mean(axis=0))
    start = time.perf_counter()
    coef, intercept = walk(task, scaler_of(task).fit_transform(task.X), task.y, grid)
    once = time.perf_counter() - start
    chosen = float(grid[np.mean(errors, axis=0).argmin()])
    return Answer(chosen, grid, intercept[:, None], coef.T[:, :, None], standardized=True, once=once)
