"""Tables that come from memory rather than from a file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.data.cells import Cells, matrix_kind
from regcli.data.columns import as_texts, fill, numeric_kinds
from regcli.data.typed import TypedTable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from hashlib import _Hash

    import pyarrow as pa

    from regcli.numerics.arrays import FloatArray, TextArray


@dataclass(frozen=True, slots=True)
class ArrayTable(TypedTable):
    """A table in memory: columns of numbers, and behind them the target, if there is one.

    Attributes
    ----------
    name : str
        What it is called in messages.
    X : ndarray (n, p)
        Fortran-ordered.
    names : tuple of str
        Of the columns of X.
    y : pyarrow.Array, pyarrow.ChunkedArray or None
        The target.
    target : str
        Its name.
    sha256 : str
        Of the arrays' bytes.
    """

    name: str
    X: FloatArray
    names: tuple[str, ...]
    y: pa.Array | pa.ChunkedArray | None
    target: str
    sha256: str

    @property
    def header(self) -> tuple[str, ...]:
        """Every column name."""
        return self.names if self.y is None else (*self.names, self.target)

    def read(self, columns: Sequence[str], as_text: AbstractSet[str], features: AbstractSet[str]) -> Cells:
        """Some of the columns; X itself where they are all of it."""
        import pyarrow as pa

        place = {name: j for j, name in enumerate(self.names)}
        numbers = [name for name in columns if name in place and name in features and name not in as_text]
        kinds = dict(zip(numbers, numeric_kinds(len(numbers)), strict=True))
        X = self.X if tuple(numbers) == self.names else self.X[:, [place[name] for name in numbers]]
        rest = {}
        for name in columns:
            if name not in kinds:
                column = self._column(name)
                rest[name] = as_texts(column) if name in as_text else column
        return Cells(np.asfortranarray(X), kinds, pa.table(rest))

    def verbatim(self, columns: Sequence[str]) -> pa.Table:
        """Some columns with their own types."""
        import pyarrow as pa

        return pa.table({name: self._column(name) for name in columns})

    def _column(self, name: str) -> pa.ChunkedArray:
        import pyarrow as pa

        found = self.y if name == self.target and self.y is not None else pa.array(self.X[:, self.names.index(name)])
        return found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found])

    def place(self, row: int) -> str:
        """``row 15``, counted from 0."""
        return f"row {row} (counted from 0)"


def array_table(
    name: str, X: FloatArray, names: Sequence[str], y: FloatArray | TextArray | pa.ChunkedArray | None, target: str
) -> ArrayTable:
    """A table of the columns of X, shape (n, p), and behind them the target, shape (n,)."""
    import pyarrow as pa

    digest = hashlib.sha256(np.ascontiguousarray(X, dtype=np.float64).data)
    if isinstance(y, pa.ChunkedArray):
        told(y, digest)
    elif y is not None:
        digest.update("\n".join(y).encode() if y.dtype == object else np.ascontiguousarray(y, dtype=np.float64).data)
        y = pa.array(y)
    X = np.asfortranarray(X, dtype=np.float64)
    return ArrayTable(name, X, tuple(names), y, target, digest.hexdigest())


def told(column: pa.ChunkedArray, digest: _Hash) -> None:
    """Let a hash hear of a column as it is read: numbers as such, all else as texts, however it lies in memory."""
    kind = matrix_kind(column.type)
    digest.update(f"{kind or column.type}".encode())
    if kind is not None:
        values = np.empty(len(column))
        fill(values, column)
        values[np.isnan(values)] = np.nan  # one of many
        digest.update(values.data)
        return
    for cell in column.to_pylist():
        text = str(cell)
        digest.update(b"-" if cell is None else f"{len(text)}:{text}".encode())
