"""Columns that are the same but for sign and offset: among them a lasso solution is not unique, and one is to be chosen.

A lasso may share a coefficient out among such twins in any way without moving a prediction or its penalty. Which way a solver
takes depends on where it started, so two folds, two engines or two retrainings would tell one model in different words. Here
the first twin in file order speaks for all: the choice with the fewest non-zeros, and the same one everywhere. (Where there is a
ridge part, the optimum is unique and shares alike.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.linear.objective.path import PathFit
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.objective.problem import Problem
    from regcli.linear.sets.training_sets import Joint
    from regcli.numerics.arrays import FloatArray, IntArray, Matrix

# Columns of unit size are the same where they differ by no more than this, root mean square.
SAME = 1e-10
# Products with a random vector that differ by more than this belong to different columns.
NEAR = 1e-8


@dataclass(frozen=True, slots=True)
class Twins:
    """Columns that repeat their first one on the rows of a training set: x_j = sign_j x_1 + offset_j.

    Attributes
    ----------
    columns : int ndarray (m,)
        Ascending; m >= 2.
    sign, offset : ndarray (m,)
        1 and 0 for the first; in the set's own scaled columns as they came.
    """

    columns: IntArray
    sign: FloatArray
    offset: FloatArray


def of_problem(problem: Problem, penalty: Penalty) -> list[Twins]:
    """The twins of one training set."""
    mean = problem.center if problem.intercept and sparse.issparse(problem.X) else np.zeros(problem.shape[1])
    told = np.asarray(problem.X.T @ _probe(problem.s))
    return list(_twins(problem.X, told, problem.s, mean, problem.rms, np.ones(problem.shape[1]), problem.center, penalty))


def of_joint(joint: Joint, penalty: Penalty) -> list[list[Twins]]:
    """The twins of every set on a shared design."""
    found = []
    told = np.asarray(joint.X.T @ _probe(joint.S))
    for f, s in enumerate(joint.S.T):
        mean = joint.mean[f] if joint.intercept else np.zeros(joint.shape[1])
        own = (mean - joint.offset[f]) / joint.unit[f]
        found.append(list(_twins(joint.X, told[:, f], s, mean, joint.rms[f], joint.unit[f], own, penalty)))
    return found


def _probe(S: FloatArray) -> FloatArray:
    """Weights (n, …) times one and the same random vector, in place of which any would do."""
    return (S.T * np.random.default_rng(0).standard_normal(len(S))).T


def _twins(
    X: Matrix,
    told: FloatArray,
    s: FloatArray,
    mean: FloatArray,
    rms: FloatArray,
    unit: FloatArray,
    own_mean: FloatArray,
    penalty: Penalty,
) -> Iterator[Twins]:
    """Groups of twins among the columns X_j / unit_j, equally penalised, on the rows of positive weight.

    Columns are told apart by one product with a random vector; those that it cannot tell apart are compared row by row.

    Parameters
    ----------
    X : ndarray or csc_array (n, p)
    told : ndarray (p,)
        X' times the probe of these weights.
    s : ndarray (n,)
        Weights that sum to one.
    mean, rms : ndarray (p,)
        Of the columns of X; zeros where nothing is centred. rms is about the mean.
    unit : ndarray (p,)
    own_mean : ndarray (p,)
        Means of the set's own columns as they came.
    penalty : Penalty
    """
    live = np.flatnonzero((rms > 0) & (penalty.factors > 0))
    if len(live) < 2:
        return
    told = (told[live] - mean[live] * _probe(s).sum()) / rms[live]
    order = np.argsort(np.abs(told), kind="stable")
    close = np.concatenate([[False], np.diff(np.abs(told)[order]) <= NEAR * np.sqrt(s @ s), [False]])
    starts, ends = (np.flatnonzero(edge) for edge in (close[1:] & ~close[:-1], close[:-1] & ~close[1:]))
    rows = np.flatnonzero(s)
    for alike in (live[order[start : end + 1]] for start, end in zip(starts, ends, strict=True)):
        left = np.sort(alike)
        while len(left) > 1:
            u = _columns(X, rows, left) - mean[left]
            u /= rms[left]
            sign = np.where(s[rows] * u[:, 0] @ u < 0, -1.0, 1.0)
            same = np.sqrt(s[rows] @ (u - u[:, [0]] * sign) ** 2) <= SAME
            size, factor = (rms / unit)[left], penalty.factors[left]
            same &= (np.abs(size - size[0]) <= SAME * size[0]) & (np.abs(factor - factor[0]) <= SAME * factor[0])
            if penalty.positive:
                same &= sign > 0
            if same.sum() > 1:
                columns, signs = left[same], sign[same]
                yield Twins(columns, signs, own_mean[columns] - signs * own_mean[columns[0]])
            left = left[~same] if same[0] else left[1:]


def _columns(X: Matrix, rows: IntArray, columns: IntArray) -> FloatArray:
    """Some columns on some rows, dense."""
    some = X[:, columns][rows]
    return np.asarray(some.toarray() if sparse.issparse(some) else some, dtype=np.float64)


def told_by_the_first(fit: PathFit, twins: list[Twins]) -> PathFit:
    """The same predictions with the coefficient of the first twin alone, at every point of a path."""
    for group in twins:
        mine = np.isin(fit.columns, group.columns)
        if not mine.any():
            continue
        place = np.searchsorted(group.columns, fit.columns[mine])
        moved = fit.coef[:, mine]
        together = (moved * group.sign[place][:, None]).sum(axis=1)
        intercept = fit.intercept + (moved * group.offset[place][:, None]).sum(axis=1)
        columns = np.append(fit.columns[~mine], group.columns[0])
        coef = np.concatenate([fit.coef[:, ~mine], together[:, None]], axis=1)
        order = np.argsort(columns)
        fit = replace(fit, intercept=intercept, columns=columns[order], coef=coef[:, order])
    return fit
