"""Tables that come from memory rather than from a file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.data.columns import as_texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    import pyarrow as pa

    from regcli.data.types import FloatArray, TextArray


@dataclass(frozen=True, slots=True)
class ArrayTable:
    """A table in memory.

    Attributes
    ----------
    name : str
        What it is called in messages.
    table : pyarrow.Table
    sha256 : str
        Of the arrays' bytes.
    """

    name: str
    table: pa.Table
    sha256: str

    @property
    def typed(self) -> bool:
        """Arrays know what they hold."""
        return True

    @property
    def header(self) -> tuple[str, ...]:
        """Every column name."""
        return tuple(self.table.column_names)

    def read(self, columns: Sequence[str], as_text: AbstractSet[str]) -> pa.Table:
        """Some of the columns."""
        table = self.table.select(list(columns))
        for index, column in enumerate(columns):
            if column in as_text:
                table = table.set_column(index, column, as_texts(table.column(index)))
        return table

    def place(self, row: int) -> str:
        """``row 15``, counted from 0."""
        return f"row {row} (counted from 0)"


def array_table(name: str, X: FloatArray, names: Sequence[str], y: FloatArray | TextArray, target: str) -> ArrayTable:
    """A table of the columns of X, shape (n, p), and behind them the target, shape (n,)."""
    import pyarrow as pa

    digest = hashlib.sha256(np.ascontiguousarray(X, dtype=np.float64).data)
    digest.update("\n".join(y).encode() if y.dtype == object else np.ascontiguousarray(y, dtype=np.float64).data)
    columns = [pa.array(np.ascontiguousarray(X[:, j], dtype=np.float64)) for j in range(X.shape[1])]
    return ArrayTable(name, pa.table([*columns, pa.array(y)], names=[*names, target]), digest.hexdigest())
