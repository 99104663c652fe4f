"""Training sets that are rows of one design: the folds of a cross-validation and the full set, fitted together.

The design is held once. A set is a column of row weights, zero where a row is not of the set, and an affine map of the
columns: its own scaling. Nothing of a row that a set leaves out enters that set's numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.objective.path import PathFit
from regcli.linear.objective.problem import null_model
from regcli.numerics.constancy import CANCELLED, is_constant
from regcli.numerics.executor import PIECE, Executor, slices

if TYPE_CHECKING:
    from regcli.linear.objective.losses import Loss
    from regcli.linear.objective.problem import Problem
    from regcli.numerics.arrays import FloatArray, IntArray, Matrix

SPARSE_PIECES = 8


@dataclass(frozen=True, slots=True)
class Joint:
    """F training sets on one design; the last one is the full set.

    Attributes
    ----------
    X : ndarray (n, p) or csc_array (n, p)
        The design of the full set as its `Problem` holds it.
    Y : ndarray (n, K)
    loss : Loss
    intercept : bool
    S : ndarray (n, F)
        Row weights, each column summing to one.
    weight_sums : ndarray (F,)
        S of every set before it was divided by it.
    unit : ndarray (F, p)
        Scale of the set's own column over that of the shared one: own coefficient = shared coefficient × unit.
    offset : ndarray (F, p)
        Where the set's own scaled columns are zero, in the shared columns.
    mean, rms : ndarray (F, p)
        Weighted means, and root mean squares (about the mean where there is an intercept) of the shared columns in the set.
    null_intercept, null_rms : ndarray (F, K)
        As in `Problem`.
    """

    X: Matrix
    Y: FloatArray
    loss: Loss
    intercept: bool
    S: FloatArray
    weight_sums: FloatArray
    unit: FloatArray
    offset: FloatArray
    mean: FloatArray
    rms: FloatArray
    null_intercept: FloatArray
    null_rms: FloatArray

    @classmethod
    def build(
        cls,
        problem: Problem,
        weights: FloatArray,
        unit: FloatArray,
        offset: FloatArray,
        executor: Executor,
        measured: tuple[FloatArray, FloatArray] | None = None,
    ) -> Joint:
        """Measure the sets.

        Parameters
        ----------
        problem : Problem
            The full set.
        weights : ndarray (n, F)
            Sample × class weights of every set, zero outside it.
        unit, offset : ndarray (F, p)
        executor : Executor
        measured : (mean, sd), optional
            What `column_moments` gives for these weights, where it is known.
        """
        totals = weights.sum(axis=0)
        S = weights / totals
        mean, spread = column_moments(problem.X, S, executor) if measured is None else measured
        if not problem.intercept:
            spread = np.sqrt(spread**2 + mean**2)
        null, rms = zip(*(null_model(problem.loss, problem.Y, s, intercept=problem.intercept) for s in S.T), strict=True)
        return cls(
            problem.X, problem.Y, problem.loss, problem.intercept, S, totals, unit, offset, mean, spread,
            np.array(null), np.array(rms),
        )  # fmt: skip

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Rows n, columns p, outputs K, sets F."""
        return self.X.shape[0], self.X.shape[1], self.Y.shape[1], self.S.shape[1]

    def center(self, f: int, columns: IntArray) -> FloatArray:
        """Means of some of a set's own columns where these are centred by algebra (sparse ones), else zeros."""
        if self.intercept and sparse.issparse(self.X):
            return np.asarray(self.mean[f, columns] / self.unit[f, columns])
        return np.zeros(len(columns))

    def fit(
        self, f: int, lambdas: FloatArray, intercept: FloatArray, columns: IntArray, coef: FloatArray, n_iter: IntArray
    ) -> PathFit:
        """The path of a set in its own scaled columns as they came.

        Parameters
        ----------
        f : int
        lambdas : ndarray (L,)
            The whole grid.
        intercept : ndarray (l, K)
            Linear predictors where the shared columns are zero, as far as was walked.
        columns : int ndarray (a,)
        coef : ndarray (l, a, K)
            Of the set's own columns.
        n_iter : int ndarray (l,)
        """
        shift = np.tensordot(coef, (self.offset[f] / self.unit[f])[columns], axes=(1, 0))
        walked = len(intercept)
        return PathFit(lambdas[:walked], intercept + shift, columns, coef, self.shape[1], n_iter, walked < len(lambdas))


def column_moments(X: Matrix, S: FloatArray, executor: Executor) -> tuple[FloatArray, FloatArray]:
    """Weighted means and standard deviations (1/n) of the columns in every set, both (F, p); an SD of 0 marks a constant.

    Parameters
    ----------
    X : ndarray (n, p) or csc_array
    S : ndarray (n, F)
        Weights, each column summing to one.
    executor : Executor
    """
    n, p = X.shape

    def measure(x: Matrix, s: FloatArray) -> FloatArray:
        return np.stack([(x.T @ s).T, ((x.multiply(x) if sparse.issparse(x) else x * x).T @ s).T])

    if sparse.issparse(X):
        mean, square = measure(X, S)
    elif n > p:
        mean, square = np.sum(executor.map(lambda rows: measure(X[rows], S[rows]), slices(n, PIECE // p)), axis=0)
    else:
        mean, square = np.concatenate(executor.map(lambda part: measure(X[:, part], S), slices(p, PIECE // n)), axis=2)
    variance = square - mean**2
    sd = np.sqrt(np.maximum(variance, 0.0))
    for f, j in zip(*np.nonzero((variance <= CANCELLED * square) & (square > 0)), strict=True):
        column = X[:, [j]].toarray()[:, 0] if sparse.issparse(X) else X[:, j]
        s = S[:, f]
        sd[f, j] = np.sqrt(s @ (column - mean[f, j]) ** 2)
    return mean, np.where(is_constant(sd, mean), 0.0, sd)


def products(joint: Joint, rows: FloatArray, executor: Executor) -> FloatArray:
    """X'R for rows (n, F, K) of every set: one product with the design; shape (F, p, K)."""
    n, p, k, sets = joint.shape
    flat = rows.reshape(n, sets * k)
    out = np.empty((p, sets * k))

    def work(part: slice) -> None:
        out[part] = some_columns(joint.X, part).T @ flat

    executor.map(work, slices(p, PIECE // n if not sparse.issparse(joint.X) else -(-p // SPARSE_PIECES)))
    return out.reshape(p, sets, k).transpose(1, 0, 2)


def some_columns(X: Matrix, part: slice) -> Matrix:
    """Consecutive columns without copying them."""
    if not sparse.issparse(X):
        return X[:, part]
    start, stop = X.indptr[part.start], X.indptr[part.stop]
    return sparse.csc_array(
        (X.data[start:stop], X.indices[start:stop], X.indptr[part.start : part.stop + 1] - start),
        shape=(X.shape[0], part.stop - part.start),
        copy=False,
    )
