"""The columns of a table on their way into a dataset: features that are numbers in one matrix, all others as Arrow columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.data.columns import fill, is_numeric, numbers
from regcli.data.wording import count
from regcli.numerics.memory import refuse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    import pyarrow as pa

    from regcli.data.types import type_of_column
    from regcli.numerics.arrays import FloatArray

FEWER = "Take fewer columns (dataset.columns) or rows, or read it where there is more memory."


@dataclass(frozen=True, slots=True)
class Cells:
    """What was read of a table.

    Attributes
    ----------
    numeric : ndarray (n, q)
        Fortran-ordered; NaN is a missing value. Read once and handed on without a copy where it is the design already.
    kinds : dict of str to {"numeric", "boolean"}
        Names of the columns of `numeric`, in order, and what they are.
    table : pyarrow.Table
        All other columns, n rows.
    """

    numeric: FloatArray
    kinds: dict[str, type_of_column]
    table: pa.Table

    def __len__(self) -> int:
        return len(self.numeric)

    def numbers(self, name: str) -> FloatArray | None:
        """One column as float64, shape (n,), NaN where missing; None where it holds anything else than numbers."""
        if name in self.kinds:
            return None if self.kinds[name] == "boolean" else self.numeric[:, list(self.kinds).index(name)]
        column = self.table[name]
        return numbers(column) if is_numeric(column) or column.null_count == len(column) else None


def matrix_kind(kind: pa.DataType) -> type_of_column | None:
    """How an Arrow column stands in the matrix; None where it is no number. A column without any value counts as numbers."""
    import pyarrow as pa

    if pa.types.is_boolean(kind):
        return "boolean"
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind)
    return "numeric" if is_number else None


def empty_matrix(n: int, q: int, source: str) -> FloatArray:
    """Room for n rows of q numbers, Fortran-ordered.

    Raises
    ------
    DataError
        Where there is no such room; elsewhere the operating system would end the program once the room is used.
    """
    refuse(f"{source}: {n:,} rows × {count(q, 'column')} of numbers need", 8 * n * q, FEWER)
    return np.empty((n, q), order="F")


def into_matrix(table: pa.Table, features: AbstractSet[str]) -> Cells:
    """Copy those features that are numbers into a matrix, and give each Arrow column back when it has been copied.

    Parameters
    ----------
    table : pyarrow.Table
        The caller should hold no reference to it, or nothing is given back.
    features : set of str
        Names of columns of the table.
    """
    kinds = {
        field.name: kind for field in table.schema if field.name in features and (kind := matrix_kind(field.type)) is not None
    }
    rest = table.select([name for name in table.column_names if name not in kinds])
    numeric: FloatArray = np.empty((table.num_rows, len(kinds)), order="F")
    columns = table.select(list(kinds)).columns[::-1]
    del table
    for j in range(len(kinds)):
        fill(numeric[:, j], columns.pop())
    return Cells(numeric, kinds, rest)


def side_by_side(columns: Sequence[FloatArray], n: int) -> FloatArray:
    """Columns of n numbers each as a Fortran-ordered matrix (n, q)."""
    out: FloatArray = np.empty((n, len(columns)), order="F")
    for j, column in enumerate(columns):
        out[:, j] = column
    return out
