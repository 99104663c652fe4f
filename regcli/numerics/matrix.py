"""Matrices behind one small interface: dense, sparse, a view of rows in other units, and rows that arrive block by block.

Whoever works through a design asks `as_design` for it and then for `dot`, `tdot`, `gram`, `column_squares` or `row_blocks`. What
rows can tell block by block is written once, in `Design`; dense and sparse arrays take the products at once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from scipy import sparse

from regcli.numerics.constancy import CELLS
from regcli.numerics.executor import PIECE, Executor, slices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from regcli.numerics.arrays import FloatArray, IntArray, Matrix

T = TypeVar("T")


class Design(ABC):
    """An (n, p) matrix that is read and never written, in blocks of rows."""

    shape: tuple[int, int]
    # Whether most entries are zero, so that nothing is subtracted from columns but by algebra.
    is_sparse: bool = False

    @abstractmethod
    def row_blocks(self) -> Iterator[tuple[slice, FloatArray]]:
        """Consecutive rows and where they stand, all of them in order."""

    def dot(self, coef: FloatArray) -> FloatArray:
        """X b for (p,) or (p, K)."""
        return np.concatenate([x @ coef for _, x in self.row_blocks()])

    def tdot(self, rows: FloatArray) -> FloatArray:
        """X'r for (n,) or (n, K)."""
        return self._summed(lambda x, at: x.T @ rows[at], (self.shape[1], *rows.shape[1:]))

    def gram(self, left: IntArray, right: IntArray, h: FloatArray) -> FloatArray:
        """Σ_i h_i x_il x_ir for two lists of columns, (len(left), len(right))."""
        return self._summed(lambda x, at: x[:, left].T @ (x[:, right] * h[at, None]), (len(left), len(right)))

    def column_squares(self, S: FloatArray, executor: Executor) -> FloatArray:  # noqa: ARG002
        """Weighted sums of the columns and of their squares for several weights (n, F); (2, F, p)."""
        return self._summed(lambda x, at: np.stack([(x.T @ S[at]).T, ((x * x).T @ S[at]).T]), (2, S.shape[1], self.shape[1]))

    def over(
        self,
        pieces: Sequence[IntArray],
        shift: FloatArray,
        work: Callable[[int, FloatArray], T],
        executor: Executor,  # noqa: ARG002
    ) -> list[T]:
        """`work` on the number of each list of rows, and these minus a number for each column, transposed: (p, m).

        Lists are in the order of their rows, which stand near each other.
        """
        blocks, out = self.row_blocks(), []
        held: list[tuple[slice, FloatArray]] = []
        for number, rows in enumerate(pieces):
            first, last = (int(rows.min()), int(rows.max())) if len(rows) else (0, -1)
            while held and held[0][0].stop <= first:
                held.pop(0)
            while len(rows) and (not held or held[-1][0].stop <= last):
                held.append(next(blocks))
            x = np.concatenate([part for _, part in held]) if held else np.zeros((0, self.shape[1]))
            out.append(work(number, gathered(x, rows - (held[0][0].start if held else 0), shift)))
        return out

    def sample(self, rows: IntArray) -> FloatArray:
        """Some rows, or others like them, (m, p)."""
        _, x = next(self.row_blocks())
        return x[rows % len(x)]

    def _summed(self, of_block: Callable[[FloatArray, slice], FloatArray], shape: tuple[int, ...]) -> FloatArray:
        out = np.zeros(shape)
        for at, x in self.row_blocks():
            out += of_block(x, at)
        return out


@dataclass(frozen=True)
class Dense(Design):
    """An array (n, p)."""

    X: FloatArray

    @property
    def shape(self) -> tuple[int, int]:  # type: ignore[override]
        return self.X.shape[0], self.X.shape[1]

    def row_blocks(self) -> Iterator[tuple[slice, FloatArray]]:
        for at in slices(self.shape[0], CELLS // max(self.shape[1], 1)):
            yield at, self.X[at]

    def dot(self, coef: FloatArray) -> FloatArray:
        return np.asarray(self.X @ coef)

    def tdot(self, rows: FloatArray) -> FloatArray:
        return np.asarray(self.X.T @ rows)

    def gram(self, left: IntArray, right: IntArray, h: FloatArray) -> FloatArray:
        out = np.zeros((len(left), len(right)))
        for at in slices(len(h), CELLS // max(len(left), len(right), 1)):
            x = self.X[at]
            out += x[:, left].T @ (x[:, right] * h[at, None])
        return out

    def column_squares(self, S: FloatArray, executor: Executor) -> FloatArray:
        n, p = self.shape

        def measure(x: FloatArray, s: FloatArray) -> FloatArray:
            return np.stack([(x.T @ s).T, ((x * x).T @ s).T])

        if n > p:
            return np.asarray(np.sum(executor.map(lambda at: measure(self.X[at], S[at]), slices(n, PIECE // p)), axis=0))
        return np.concatenate(executor.map(lambda part: measure(self.X[:, part], S), slices(p, PIECE // n)), axis=2)

    def over(
        self, pieces: Sequence[IntArray], shift: FloatArray, work: Callable[[int, FloatArray], T], executor: Executor
    ) -> list[T]:
        return executor.map(lambda number: work(number, gathered(self.X, pieces[number], shift)), range(len(pieces)))

    def sample(self, rows: IntArray) -> FloatArray:
        return self.X[rows]


@dataclass(frozen=True)
class Sparse(Design):
    """A csc_array (n, p)."""

    X: Matrix
    is_sparse = True

    @property
    def shape(self) -> tuple[int, int]:  # type: ignore[override]
        return self.X.shape[0], self.X.shape[1]

    def row_blocks(self) -> Iterator[tuple[slice, FloatArray]]:
        by_rows = sparse.csr_array(self.X)
        for at in slices(self.shape[0], CELLS // max(self.shape[1], 1)):
            yield at, by_rows[at].toarray()

    def dot(self, coef: FloatArray) -> FloatArray:
        return np.asarray(self.X @ coef)

    def tdot(self, rows: FloatArray) -> FloatArray:
        return np.asarray(self.X.T @ rows)

    def gram(self, left: IntArray, right: IntArray, h: FloatArray) -> FloatArray:
        return np.asarray((self.X[:, left].T @ self.X[:, right].multiply(h[:, None]).tocsc()).toarray())

    def column_squares(self, S: FloatArray, executor: Executor) -> FloatArray:  # noqa: ARG002
        return np.stack([(self.X.T @ S).T, (self.X.multiply(self.X).T @ S).T])


@dataclass(frozen=True)
class Streamed(Design):
    """Rows that arrive block by block, as from the row groups of a file, and are never all in memory.

    Attributes
    ----------
    read : callable
        Makes the blocks anew, in order: arrays (m, p).
    sizes : tuple of int
        Their numbers of rows.
    columns : int
        p.
    """

    read: Callable[[], Iterator[FloatArray]]
    sizes: tuple[int, ...]
    columns: int

    @property
    def shape(self) -> tuple[int, int]:  # type: ignore[override]
        return sum(self.sizes), self.columns

    def row_blocks(self) -> Iterator[tuple[slice, FloatArray]]:
        ends = np.cumsum([0, *self.sizes]).tolist()
        for (start, stop), x in zip(pairwise(ends), self.read(), strict=True):
            yield slice(start, stop), x


@dataclass(frozen=True)
class Affine(Design):
    """Some rows of a dense matrix with every column moved and divided, (base[rows] - shift) / scale; the base is only read.

    Attributes
    ----------
    base : ndarray (N, p)
    rows : slice or int ndarray (n,)
        Positions in the base; a slice has start and stop.
    shift, scale : ndarray (p,)
        A scale of inf makes a column of zeros.
    """

    base: FloatArray
    rows: slice | IntArray
    shift: FloatArray
    scale: FloatArray

    @property
    def shape(self) -> tuple[int, int]:  # type: ignore[override]
        """Rows n, columns p."""
        n = self.rows.stop - self.rows.start if isinstance(self.rows, slice) else len(self.rows)
        return n, self.base.shape[1]

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return self.shape[0] * self.shape[1]

    @property
    def undivided(self) -> Affine:
        """The same rows about the same shift, in the base's own units."""
        return Affine(self.base, self.rows, self.shift, np.ones(len(self.scale)))

    def __getitem__(self, key: Any) -> FloatArray:  # noqa: ANN401
        """A new array, what numpy's indexing would give of `array`."""
        made = self.__dict__.get("array")
        if made is not None:
            return np.asarray(made[key])
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        where = self._in_base(rows)
        if isinstance(columns, slice) and not isinstance(where, slice):
            picked = gathered(self.base[:, columns], where, self.shift[columns]).T
            picked /= self.scale[columns]
            return picked
        if isinstance(rows, slice) and np.ndim(columns) == 1 and not isinstance(where, slice):
            where = where[:, None]
        picked = np.asarray(self.base[where, columns] - self.shift[columns])
        return picked if (self.scale == 1).all() else np.asarray(picked / self.scale[columns])

    def __matmul__(self, coef: FloatArray) -> FloatArray:
        """The product with (p,) or (p, K)."""
        return self.dot(coef)

    def row_blocks(self) -> Iterator[tuple[slice, FloatArray]]:
        for at in slices(self.shape[0], PIECE // max(self.shape[1], 1)) or [slice(0, 0)]:
            yield at, self[at]

    @cached_property
    def array(self) -> FloatArray:
        """All of it as an array of its own, in Fortran order."""
        n, p = self.shape
        where, out = self._in_base(slice(0, n)), np.empty((n, p), order="F")
        for part in slices(p, CELLS // max(n, 1)):
            out[:, part] = self.base[:, part][where]
            out[:, part] -= self.shift[part]
            out[:, part] /= self.scale[part]
        return out

    def _in_base(self, rows: Any) -> Any:  # noqa: ANN401
        if not isinstance(self.rows, slice):
            return self.rows[rows]
        if isinstance(rows, slice):
            start, stop, step = rows.indices(self.shape[0])
            return slice(self.rows.start + start, self.rows.start + stop, step)
        return rows + self.rows.start


def as_design(X: Matrix | Design) -> Design:
    """The interface to a dense array, a sparse one, or what has it already."""
    if isinstance(X, Design):
        return X
    return Sparse(X) if sparse.issparse(X) else Dense(X)


def gathered(base: FloatArray, rows: IntArray, shift: FloatArray) -> FloatArray:
    """Some rows minus a number for each column, transposed: (p, m), C order.

    Rows of a stretch that fits into the processor's cache are gathered as fast as memory is read.
    """
    if not base.flags.f_contiguous or not len(rows):
        out = np.ascontiguousarray(base[rows].T)
    else:
        # columns are contiguous: picking from each by itself is much faster than picking rows
        first, last = int(rows.min()), int(rows.max())
        near, out = rows - first, np.empty((base.shape[1], len(rows)))
        for j in range(base.shape[1]):
            np.take(base[first : last + 1, j], near, out=out[j], mode="clip")
    out -= shift[:, None]
    return out
