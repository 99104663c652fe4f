"""Matrices: dense arrays and sparse ones as they are, and rows of a dense one seen in other units without a copy of them.

Whoever works through a tall design row by row asks any of the three for `X[rows]`, `X[:, columns]`, `X @ b` and `tdot(X, r)`;
whoever wants all of a view at once asks for its `array`, which is made then and kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.numerics.constancy import CELLS
from regcli.numerics.executor import PIECE, slices

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray, IntArray, Matrix


@dataclass(frozen=True)
class Affine:
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
    def shape(self) -> tuple[int, int]:
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
        return np.concatenate([self[rows] @ coef for rows in self._pieces()])

    def tdot(self, rows: FloatArray) -> FloatArray:
        """The transpose's product with (n,) or (n, K)."""
        out = np.zeros((self.shape[1], *rows.shape[1:]))
        for part in self._pieces():
            out += self[part].T @ rows[part]
        return out

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

    def _pieces(self) -> list[slice]:
        return slices(self.shape[0], PIECE // max(self.shape[1], 1)) or [slice(0, 0)]


def tdot(X: Matrix, rows: FloatArray) -> FloatArray:
    """X'r for rows (n,) or (n, K)."""
    return X.tdot(rows) if isinstance(X, Affine) else np.asarray(X.T @ rows)


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
