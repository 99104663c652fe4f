"""Training sets that are rows of one design: the folds of a cross-validation and the full set, fitted together.

The design is held once. A set is a column of row weights, zero where a row is not of the set, and an affine map of the
columns: its own scaling. Nothing of a row that a set leaves out enters that set's numbers.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from threading import local
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from scipy import sparse

from regcli.linear.paths import PathFit
from regcli.linear.problem import null_model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from regcli.data.types import FloatArray, IntArray, Matrix
    from regcli.linear.losses import Loss
    from regcli.linear.problem import Problem

A = TypeVar("A")
T = TypeVar("T")
# A variance below this share of the mean square has lost its digits to cancellation and is taken again from the rows.
CANCELLED = 1e-8
CONSTANT = 1e-12
# Numbers in one piece of work. Pieces do not depend on the number of threads, so that neither do sums over them.
PIECE = 400_000
SPARSE_PIECES = 8


@dataclass(frozen=True, slots=True)
class Team:
    """Threads that share a list of pieces; results come back in the order of the pieces, whatever their number."""

    jobs: int

    def map(self, work: Callable[[A], T], pieces: Sequence[A]) -> list[T]:
        """`work` on every piece."""
        # work handed out by work is done on the spot: threads that wait for threads of the same pool would wait for ever
        if self.jobs == 1 or len(pieces) < 2 or getattr(_HERE, "at_work", False):
            return [work(piece) for piece in pieces]
        futures = [_pool(self.jobs).submit(work, piece) for piece in pieces]
        try:
            return [future.result() for future in futures]
        except BaseException:
            # nothing may go on behind the back of whoever handles an interrupt
            for future in futures:
                future.cancel()
            wait(futures)
            raise


_HERE = local()


@cache
def _pool(jobs: int) -> ThreadPoolExecutor:
    """Threads that stay: a path hands out thousands of pieces."""

    def begin() -> None:
        _HERE.at_work = True

    return ThreadPoolExecutor(jobs, thread_name_prefix="regcli", initializer=begin)


def slices(length: int, size: int) -> list[slice]:
    """`length` in consecutive pieces of at most `size`."""
    size = max(size, 1)
    return [slice(start, min(start + size, length)) for start in range(0, length, size)]


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
        team: Team,
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
        team : Team
        measured : (mean, sd), optional
            What `column_moments` gives for these weights, where it is known.
        """
        totals = weights.sum(axis=0)
        S = weights / totals
        mean, spread = column_moments(problem.X, S, team) if measured is None else measured
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


def column_moments(X: Matrix, S: FloatArray, team: Team) -> tuple[FloatArray, FloatArray]:
    """Weighted means and standard deviations (1/n) of the columns in every set, both (F, p); an SD of 0 marks a constant.

    Parameters
    ----------
    X : ndarray (n, p) or csc_array
    S : ndarray (n, F)
        Weights, each column summing to one.
    team : Team
    """
    n, p = X.shape

    def measure(x: Matrix, s: FloatArray) -> FloatArray:
        return np.stack([(x.T @ s).T, ((x.multiply(x) if sparse.issparse(x) else x * x).T @ s).T])

    if sparse.issparse(X):
        mean, square = measure(X, S)
    elif n > p:
        mean, square = np.sum(team.map(lambda rows: measure(X[rows], S[rows]), slices(n, PIECE // p)), axis=0)
    else:
        mean, square = np.concatenate(team.map(lambda part: measure(X[:, part], S), slices(p, PIECE // n)), axis=2)
    variance = square - mean**2
    sd = np.sqrt(np.maximum(variance, 0.0))
    for f, j in zip(*np.nonzero((variance <= CANCELLED * square) & (square > 0)), strict=True):
        column = X[:, [j]].toarray()[:, 0] if sparse.issparse(X) else X[:, j]
        s = S[:, f]
        exact = np.sqrt(s @ (column - mean[f, j]) ** 2)
        inside = column[s > 0]
        sd[f, j] = 0.0 if exact <= CONSTANT * np.abs(inside).max(initial=0.0) else exact
    return mean, sd


def products(joint: Joint, rows: FloatArray, team: Team) -> FloatArray:
    """X'R for rows (n, F, K) of every set: one product with the design; shape (F, p, K)."""
    n, p, k, sets = joint.shape
    flat = rows.reshape(n, sets * k)
    out = np.empty((p, sets * k))

    def work(part: slice) -> None:
        out[part] = some_columns(joint.X, part).T @ flat

    team.map(work, slices(p, PIECE // n if not sparse.issparse(joint.X) else -(-p // SPARSE_PIECES)))
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
