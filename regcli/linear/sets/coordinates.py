"""Nearly dependent unpenalised columns in coordinates of their own, in which every solver reaches their optimum.

Two columns that are all but equal hide a direction whose share in squares and products is lost to rounding, and with it what is
to be gained along it. What is not penalised may be written in any coordinates: the columns' left singular vectors are
orthonormal, so that nothing is lost. Their coefficients are then told as those of the columns. Where columns are dependent beyond
doubt the coefficients are those of smallest norm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg, sparse

if TYPE_CHECKING:
    from regcli.linear.objective.path import PathFit
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.objective.problem import Problem
    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import FloatArray, IntArray, Matrix

# Columns whose correlations have no eigenvalue below this share of the largest need nothing of the kind …
CONDITION = 1e-6
# … nor do those without singular values between rounding and this share of the largest.
SINGULAR = 1e-3
# So many columns at most, and so many numbers.
MOST, CELLS = 2000, 5e7
# Rounding of a sum of unit columns, in units of the largest coefficient.
ROUNDING = 64 * np.finfo(float).eps


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Unpenalised columns of a design and what stands in their place: r ≤ u orthonormal columns, the others zero.

    Attributes
    ----------
    columns : int ndarray (u,)
    center : ndarray (u,)
        What the columns are taken about in the design as it is held.
    Z : ndarray (n, u)
        What stands in their place.
    turn : ndarray (u, u)
        Z = (X - center) turn.
    null : ndarray (u, q)
        Combinations of the columns that are zero.
    noise : ndarray (u,)
        Root mean squares of Z that are rounding.
    """

    columns: IntArray
    center: FloatArray
    Z: FloatArray
    turn: FloatArray
    null: FloatArray
    noise: FloatArray

    @classmethod
    def of(cls, problem: Problem, penalty: Penalty, lam: float) -> Coordinates | None:
        """Of the columns without a penalty at λ; None where they are well conditioned, constrained, or too many."""
        columns = np.flatnonzero((lam * penalty.factors == 0) & (problem.rms > 0))
        n, u = problem.shape[0], len(columns)
        if penalty.positive or u < 2 or u > MOST or n * u > CELLS:
            return None
        size = problem.rms[columns]
        values = linalg.eigvalsh(problem.gram(columns, columns, problem.s) / np.outer(size, size), check_finite=False)
        if values[0] > CONDITION * values[-1]:
            return None
        X, is_sparse = problem.X[:, columns], sparse.issparse(problem.X)
        center = problem.center[columns] if is_sparse else np.zeros(u)
        unit = (X.toarray() - center if is_sparse else X) / size
        # by way of a triangle, whose singular values are those of the rows
        R = linalg.qr(unit * np.sqrt(problem.s)[:, None], mode="r", check_finite=False)[0][:u]
        _, d, vt = linalg.svd(R, check_finite=False)
        rank = int((d > d[0] * max(n, u) * np.finfo(float).eps).sum())
        if d[rank - 1] > SINGULAR * d[0]:
            return None
        turn = np.zeros((u, u))
        turn[:, :rank] = vt[:rank].T / d[:rank]
        noise = np.where(np.arange(u) < rank, ROUNDING * np.abs(turn).max(axis=0), 0.0)
        null = linalg.qr(vt[rank:].T / size[:, None], mode="economic", check_finite=False)[0]
        return cls(columns, center, unit @ turn, turn / size[:, None], null, noise)

    def design(self, X: Matrix) -> Matrix:
        """The design with the new columns in place of the old; dense where nothing of a sparse one is left."""
        if not sparse.issparse(X):
            X = X.copy(order="F")
            X[:, self.columns] = self.Z
            return X
        others = np.setdiff1d(np.arange(X.shape[1]), self.columns)
        if not np.diff(X.indptr)[others].any():
            dense = np.zeros(X.shape, order="F")
            dense[:, self.columns] = self.Z
            return dense
        order = np.argsort(np.concatenate([others, self.columns]))
        return sparse.csc_array(sparse.hstack([X[:, others], sparse.csc_array(self.Z)], format="csc")[:, order])

    def problem(self, problem: Problem) -> Problem:
        """A training set in these coordinates."""
        center, rms, X = problem.center.copy(), problem.rms.copy(), self.design(problem.X)
        center[self.columns] = 0.0
        rms[self.columns] = np.sqrt(problem.s @ self.Z**2)
        if sparse.issparse(problem.X) and not sparse.issparse(X):
            center[:] = 0.0
        return replace(problem, design=X, center=center, rms=rms)

    def sets(self, sets: TrainingSets, measured: tuple[FloatArray, FloatArray]) -> TrainingSets:
        """All training sets in these coordinates, which are those of the full one; `measured` are the column moments of Z."""
        mean, rms, unit, offset = (values.copy() for values in (sets.mean, sets.rms, sets.unit, sets.offset))
        at = self.columns
        mean[:, at], spread = measured
        spread = spread if sets.intercept else np.sqrt(spread**2 + mean[:, at] ** 2)
        rms[:, at] = np.where(spread > self.noise, spread, 0.0)
        unit[:, at], offset[:, at] = 1.0, 0.0
        return replace(sets, problem=self.problem(sets.problem), mean=mean, rms=rms, unit=unit, offset=offset, statistics=None)

    def back(self, fit: PathFit, unit: FloatArray, offset: FloatArray) -> PathFit:
        """A path in these coordinates as one of a training set's own columns.

        Parameters
        ----------
        fit : PathFit
        unit, offset : ndarray (u,)
            Own columns are those of the design as it is held less `offset`, divided by `unit`.
        """
        L, _, k = fit.coef.shape
        every = np.union1d(fit.columns, self.columns)
        coef = np.zeros((L, fit.n_columns, k))
        coef[:, fit.columns] = fit.coef
        shared = np.einsum("uv,lvk->luk", self.turn, coef[:, self.columns])
        own = shared * unit[:, None]
        if self.null.shape[1]:
            basis = linalg.qr(unit[:, None] * self.null, mode="economic", check_finite=False)[0]
            own -= np.einsum("uq,lqk->luk", basis, np.einsum("uq,luk->lqk", basis, own))
            shared = own / unit[:, None]
        coef[:, self.columns] = own
        intercept = fit.intercept + np.einsum("u,luk->lk", offset - self.center, shared)
        return replace(fit, intercept=intercept, columns=every, coef=coef[:, every])


def stretches(problem: Problem, penalty: Penalty, lambdas: FloatArray) -> list[tuple[FloatArray, Coordinates | None]]:
    """A grid in parts, λ above zero and λ = 0, each with the coordinates that its unpenalised columns need.

    Parameters
    ----------
    problem : Problem
        The training set that the coordinates are taken from.
    penalty : Penalty
    lambdas : ndarray (L,)
        Descending.
    """
    above = int(np.count_nonzero(lambdas))
    first = Coordinates.of(problem, penalty, 1.0) if above else None
    last = Coordinates.of(problem, penalty, 0.0) if above < len(lambdas) else None
    if first is None and last is None:
        return [(lambdas, None)]
    return [(part, some) for part, some in ((lambdas[:above], first), (lambdas[above:], last)) if len(part)]
