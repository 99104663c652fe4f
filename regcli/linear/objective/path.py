"""One path on one training set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray, IntArray, Matrix


@dataclass(frozen=True, slots=True)
class PathFit:
    """One path on one training set, in the columns as they came (not centred).

    Attributes
    ----------
    lambdas : ndarray (L,)
        As far as the path was walked, descending.
    intercept : ndarray (L, K)
    columns : int ndarray (a,)
        The columns that take part anywhere on the path, ascending.
    coef : ndarray (L, a, K)
        Their coefficients.
    n_columns : int
        p, the number of columns of the design.
    n_iter : int ndarray (L,)
        Sweeps of coordinate descent, or Newton steps.
    saturated : bool
        The path ended before the grid did.
    failure : str
        Why the path could not be walked to its end; empty where it was.
    """

    lambdas: FloatArray
    intercept: FloatArray
    columns: IntArray
    coef: FloatArray
    n_columns: int
    n_iter: IntArray
    saturated: bool
    failure: str = ""

    def at(self, points: slice | IntArray) -> PathFit:
        """The path cut down to some of its grid points."""
        return replace(
            self,
            lambdas=self.lambdas[points],
            intercept=self.intercept[points],
            coef=self.coef[points],
            n_iter=self.n_iter[points],
        )

    def followed_by(self, other: PathFit) -> PathFit:
        """The path with another of the same training set after it."""
        columns = np.union1d(self.columns, other.columns)
        coef = np.zeros((len(self.lambdas) + len(other.lambdas), len(columns), self.coef.shape[2]))
        for part, place in ((self, slice(len(self.lambdas))), (other, slice(len(self.lambdas), None))):
            coef[place, np.searchsorted(columns, part.columns)] = part.coef
        return replace(
            self,
            lambdas=np.concatenate([self.lambdas, other.lambdas]),
            intercept=np.concatenate([self.intercept, other.intercept]),
            columns=columns,
            coef=coef,
            n_iter=np.concatenate([self.n_iter, other.n_iter]),
            saturated=self.saturated or other.saturated,
            failure=self.failure or other.failure,
        )

    def dense(self, index: int) -> FloatArray:
        """Coefficients at one grid point, (p, K)."""
        full = np.zeros((self.n_columns, self.coef.shape[2]))
        full[self.columns] = self.coef[index]
        return full

    @property
    def n_nonzero(self) -> IntArray:
        """Columns with any non-zero coefficient at every grid point, (L,)."""
        return np.asarray((self.coef != 0).any(axis=2).sum(axis=1))

    def eta(self, X: Matrix) -> FloatArray:
        """Linear predictors for rows of the columns as they came, (L, n, K)."""
        return self._products(X[:, self.columns]) + self.intercept[:, None, :]

    def _products(self, X: Matrix) -> FloatArray:
        points, a, k = self.coef.shape
        product = np.asarray(X @ self.coef.transpose(1, 0, 2).reshape(a, points * k))
        return product.reshape(X.shape[0], points, k).transpose(1, 0, 2)


def joined(parts: list[PathFit]) -> PathFit:
    """The stretches of one path on one training set, in order."""
    first, *rest = parts
    for other in rest:
        first = first.followed_by(other)
    return first
