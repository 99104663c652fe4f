"""Training sets on one design: the folds of a cross-validation and the full set together, or one set by itself.

The design is held once. A set is a column of row weights, zero where a row is not of the set, and an affine map of the
columns: its own scaling. Nothing of a row that a set leaves out enters that set's numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.objective.certificate import certify_point, judge
from regcli.linear.objective.path import PathFit
from regcli.linear.objective.problem import null_model
from regcli.linear.sets.canonical import Columns, interchangeable, settle
from regcli.numerics.constancy import CANCELLED, is_constant
from regcli.numerics.executor import PIECE, Executor, slices
from regcli.numerics.matrix import Affine, as_design

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.linear.objective.conditions import Tight
    from regcli.linear.objective.losses import Loss
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.objective.problem import Problem
    from regcli.linear.sets.statistics import Statistics
    from regcli.numerics.arrays import FloatArray, IntArray, Matrix

SPARSE_PIECES = 8


@dataclass(frozen=True, slots=True)
class TrainingSets:
    """F training sets on one design; the last one is that of `problem`.

    Attributes
    ----------
    problem : Problem
        The last set, whose design is that of all: X (n, p), dense or csc_array, and the target in the loss's own shape.
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
    blocks : tuple of slice
        Consecutive rows that the sets hold or leave out as a whole, wherever that is so; together all rows.
    statistics : Statistics or None
        Sums of squares and products, where they have been taken.
    """

    problem: Problem
    S: FloatArray
    weight_sums: FloatArray
    unit: FloatArray
    offset: FloatArray
    mean: FloatArray
    rms: FloatArray
    null_intercept: FloatArray
    null_rms: FloatArray
    blocks: tuple[slice, ...]
    statistics: Statistics | None = None

    @classmethod
    def build(
        cls,
        problem: Problem,
        weights: FloatArray,
        unit: FloatArray,
        offset: FloatArray,
        executor: Executor,
        *,
        measured: tuple[FloatArray, FloatArray] | None = None,
        blocks: tuple[slice, ...] = (),
    ) -> TrainingSets:
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
        blocks : tuple of slice, optional
            By default all rows are one.
        """
        totals = weights.sum(axis=0)
        S = weights / totals
        mean, spread = column_moments(problem.X, S, executor) if measured is None else measured
        if not problem.intercept:
            spread = np.sqrt(spread**2 + mean**2)
        null, rms = zip(*(null_model(problem.loss, problem.Y, s, intercept=problem.intercept) for s in S.T), strict=True)
        blocks = blocks or (slice(0, len(S)),)
        return cls(problem, S, totals, unit, offset, mean, spread, np.array(null), np.array(rms), blocks)

    @classmethod
    def of_one(cls, problem: Problem) -> TrainingSets:
        """A training set by itself, on its own design."""
        n, p, _ = problem.shape
        # a dense design is held about its means: there its own columns are zero at minus these
        is_sparse = problem.is_sparse
        mean = problem.center if is_sparse else np.zeros(p)
        offset = np.zeros(p) if is_sparse else -problem.center
        return cls(
            problem, problem.s[:, None], np.array([problem.weight_sum]), np.ones((1, p)), offset[None, :], mean[None, :],
            problem.rms[None, :], problem.null_intercept[None, :], problem.null_rms[None, :], (slice(0, n),),
        )  # fmt: skip

    @property
    def X(self) -> Matrix:  # noqa: N802
        """The design as an array, (n, p)."""
        return self.problem.X

    @property
    def design(self) -> Matrix | Affine:
        """The design, which may be a view of the dataset's rows: for whoever takes some rows at a time."""
        return self.problem.design

    @property
    def Y(self) -> FloatArray:  # noqa: N802
        """The target in the loss's own shape, (n, K)."""
        return self.problem.Y

    @property
    def loss(self) -> Loss:
        return self.problem.loss

    @property
    def intercept(self) -> bool:
        return self.problem.intercept

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Rows n, columns p, outputs K, sets F."""
        return *self.problem.shape, self.S.shape[1]

    def center(self, f: int, columns: IntArray) -> FloatArray:
        """Means of some of a set's own columns where these are centred by algebra (sparse ones), else zeros."""
        if self.intercept and self.problem.is_sparse:
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

    def intercepts(self, f: int, fit: PathFit) -> FloatArray:
        """Linear predictors of a path of set f where the shared columns are zero, (L, K)."""
        return fit.intercept - np.tensordot(fit.coef, (self.offset[f] / self.unit[f])[fit.columns], axes=(1, 0))

    def predictors(self, f: int, fit: PathFit, rows: slice | None = None) -> FloatArray:
        """Linear predictors of a path of set f on all rows, or on some, (L, n, K)."""
        X = self.design if rows is None else self.design[rows]
        if len(fit.columns) < self.shape[1]:
            X = X[:, fit.columns]
        points, a, k = fit.coef.shape
        shared = fit.coef / self.unit[f, fit.columns][:, None]
        product = np.asarray(X @ shared.transpose(1, 0, 2).reshape(a, points * k))
        product += self.intercepts(f, fit).reshape(-1)
        return product.reshape(-1, points, k).transpose(1, 0, 2)

    def pieces(self, f: int, fit: PathFit) -> Iterator[tuple[slice, slice, FloatArray]]:
        """The same piece by piece: rows, grid points, and their linear predictors (points, rows, K).

        Dense designs are cut by rows, sparse ones, whose rows are dear to select, by grid points.
        """
        points, k = len(fit.lambdas), fit.coef.shape[2]
        n = self.shape[0]
        if self.problem.is_sparse:
            for part in slices(points, max(1, self.X.nnz // (8 * n * k))):
                yield slice(0, n), part, self.predictors(f, fit.at(part))
            return
        every = slice(0, points)
        for rows in slices(n, PIECE // (points * k)):
            yield rows, every, self.predictors(f, fit, rows)

    def predictors_at(self, fits: list[PathFit], index: int) -> FloatArray:
        """Linear predictors of every set's path at one grid point, on all rows, (F, n, K)."""
        n, p, k, sets = self.shape
        B, base = np.zeros((p, sets, k)), np.zeros((sets, k))
        for f, fit in enumerate(fits):
            B[fit.columns, f] = fit.coef[index] / self.unit[f, fit.columns][:, None]
            base[f] = self.intercepts(f, fit)[index]
        if self.problem.is_sparse or n > p:
            product = np.asarray(self.design @ B.reshape(p, sets * k))
        else:
            live = np.flatnonzero(B.any(axis=(1, 2)))
            product = np.asarray(self.X[:, live] @ B[live].reshape(len(live), sets * k))
        product += base.reshape(-1)
        return product.reshape(-1, sets, k).transpose(1, 0, 2)

    def certify(self, f: int, penalty: Penalty, fit: PathFit) -> FloatArray:
        """The certificate of a path of set f from the rows, (L,)."""
        return self._judge(f, penalty, fit)[0]

    def settled(self, f: int, penalty: Penalty, fit: PathFit) -> tuple[PathFit, FloatArray]:
        """A path of set f with one choice taken among equal solutions, and the certificates (L,) of its points."""
        kkt, tight = self._judge(f, penalty, fit)
        fit, moved = settle(Columns.of_set(self, f), penalty, fit, tight)
        if len(moved):
            kkt[moved] = self.certify(f, penalty, fit.at(moved))
        return fit, kkt

    def interchangeable(self, f: int, penalty: Penalty, fit: PathFit) -> IntArray:
        """Columns among which coefficients can be traded at the one point of a path: there the solution is not unique."""
        tight = self._judge(f, penalty, fit)[1]
        return interchangeable(Columns.of_set(self, f), penalty, float(fit.lambdas[0]), fit.dense(0), tight)

    def _judge(self, f: int, penalty: Penalty, fit: PathFit) -> tuple[FloatArray, Tight]:
        base = self.intercepts(f, fit) if self.intercept else None
        return judge(
            self.X,
            self.problem.y,
            self.S[:, f],
            self.loss.name,
            penalty,
            fit.lambdas,
            base,
            fit.columns,
            fit.coef,
            unit=self.unit[f],
        )

    def certify_at(
        self, penalty: Penalty, fits: list[PathFit], index: int, executor: Executor, *, gain: bool = True
    ) -> FloatArray:
        """The certificate of every set's path at one grid point, from the rows of a dense design, (F,); `gain` as there."""
        base = np.array([self.intercepts(f, fit)[index] for f, fit in enumerate(fits)]) if self.intercept else None
        coefficients = np.array([fit.dense(index) for fit in fits])
        lam, loss = float(fits[-1].lambdas[index]), self.loss.name
        X, unit = self.design, self.unit
        if isinstance(X, Affine):
            X, unit = X.undivided, unit * X.scale
        return certify_point(X, self.problem.y, self.S, loss, penalty, lam, base, coefficients, unit, executor.map, gain=gain)


def column_moments(X: Matrix, S: FloatArray, executor: Executor) -> tuple[FloatArray, FloatArray]:
    """Weighted means and standard deviations (1/n) of the columns in every set, both (F, p); an SD of 0 marks a constant.

    Parameters
    ----------
    X : ndarray (n, p) or csc_array
    S : ndarray (n, F)
        Weights, each column summing to one.
    executor : Executor
    """
    mean, square = as_design(X).column_squares(S, executor)
    variance = square - mean**2
    sd = np.sqrt(np.maximum(variance, 0.0))
    for f, j in zip(*np.nonzero((variance <= CANCELLED * square) & (square > 0)), strict=True):
        column = X[:, [j]].toarray()[:, 0] if sparse.issparse(X) else X[:, j]
        s = S[:, f]
        sd[f, j] = np.sqrt(s @ (column - mean[f, j]) ** 2)
    return mean, np.where(is_constant(sd, mean), 0.0, sd)


def products(sets: TrainingSets, rows: FloatArray, executor: Executor) -> FloatArray:
    """X'R for rows (n, F, K) of every set: one product with the design; shape (F, p, K)."""
    n, p, k, count = sets.shape
    flat = rows.reshape(n, count * k)
    out = np.empty((p, count * k))

    def work(part: slice) -> None:
        out[part] = some_columns(sets.X, part).T @ flat

    executor.map(work, slices(p, PIECE // n if not sparse.issparse(sets.X) else -(-p // SPARSE_PIECES)))
    return out.reshape(p, count, k).transpose(1, 0, 2)


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
