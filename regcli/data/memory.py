"""Data that a Python program hands over: a table with named columns, or a matrix and its target.

All of them are seen as Arrow columns, as a Parquet file gives them: a frame's index is no column, categories are their levels.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from regcli.data.arrays import ArrayTable, array_table, told
from regcli.data.cells import Cells, empty_matrix, matrix_kind
from regcli.data.columns import as_texts, fill
from regcli.data.notation import Notation
from regcli.data.parquet import texts_replaced
from regcli.data.source import check_header
from regcli.data.svmlight import narrow, sparse_dataset
from regcli.data.table import table_dataset
from regcli.data.target import column_target
from regcli.data.typed import TypedTable
from regcli.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    import pyarrow as pa
    from scipy.sparse import csr_array

    from regcli.config import Config
    from regcli.data.target import Target
    from regcli.data.types import Dataset

TARGET = "y"
WHAT = "Give a DataFrame, or (X, y) with X a DataFrame, a matrix of numbers or a sparse matrix."


@dataclass(frozen=True, slots=True)
class FrameTable(TypedTable):
    """A table with named columns.

    Attributes
    ----------
    name : str
        What it is called in messages.
    table : pyarrow.Table
    target : str or None
        What the target is called, where it is known.
    sha256 : str
        Of its names, and of the cells as they are read.
    """

    name: str
    table: pa.Table
    target: str | None
    sha256: str

    @property
    def header(self) -> tuple[str, ...]:
        """Every column name."""
        return tuple(self.table.column_names)

    def read(self, columns: Sequence[str], as_text: AbstractSet[str], features: AbstractSet[str]) -> Cells:
        """Some columns, in the order asked for."""
        schema, wanted = self.table.schema, features - as_text
        kinds = {n: kind for n in columns if n in wanted and (kind := matrix_kind(schema.field(n).type)) is not None}
        numeric = empty_matrix(self.table.num_rows, len(kinds), self.name)
        for j, name in enumerate(kinds):
            fill(numeric[:, j], self.table[name])
        rest = self.table.select([name for name in columns if name not in kinds])
        return Cells(numeric, kinds, texts_replaced(rest, as_text))

    def verbatim(self, columns: Sequence[str]) -> pa.Table:
        """Some columns with their own types."""
        return self.table.select(list(columns))

    def place(self, row: int) -> str:
        """``row 15``, counted from 0 whatever the index."""
        return f"row {row} (counted from 0)"


@dataclass(frozen=True, slots=True)
class SparseRows:
    """A sparse matrix, and what is known of its target.

    Attributes
    ----------
    name : str
        What it is called in messages.
    X : csr_array (n, p)
    y : pyarrow.ChunkedArray or None
    target : str
        What it is called.
    sha256 : str
    """

    name: str
    X: csr_array
    y: pa.ChunkedArray | None
    target: str
    sha256: str

    @property
    def base(self) -> int:
        """The first column is x1."""
        return 1

    @property
    def names(self) -> tuple[str, ...]:
        """``x1``, ``x2`` and so on."""
        return tuple(f"x{j}" for j in range(1, self.X.shape[1] + 1))

    @property
    def notation(self) -> Notation:
        """Of numbers in a target of texts."""
        return Notation()

    def goal(self) -> Target:
        """The target of every row."""
        if self.y is None:
            _no_target(self.name)
        return column_target(self.y, self.target, self)  # type: ignore[arg-type]  # of a table it asks for no more than this

    def place(self, row: int) -> str:
        """``row 15``, counted from 0."""
        return f"row {row} (counted from 0)"


Source = FrameTable | ArrayTable | SparseRows


def in_memory(data: Any, target: str | None = None) -> Source:  # noqa: ANN401 - told what is wrong with it, whatever it is
    """What a program hands over, as a source of rows.

    Parameters
    ----------
    data : DataFrame, Arrow table, matrix, or (X, y)
        Whatever speaks Arrow's protocol for tables counts as a DataFrame.
    target : str, optional
        Name of y; by default its own, or else ``y``.

    Raises
    ------
    DataError
        Where it is none of these, or holds columns that cannot be read.
    """
    X, y = data if isinstance(data, tuple) and len(data) == 2 else (data, None)
    name = str(target or getattr(y, "name", None) or TARGET)
    column = None if y is None else _column(_flat(y), name, "y")
    if _is_frame(X):
        table, said = _table(X), type(X).__name__
        if column is not None:
            if name in table.column_names:
                raise DataError(f"{said}: it has a column {name!r}, as y is called, already.", "Name y by target=….")
            _same_length(table.num_rows, len(column))
            table = table.append_column(name, column)
        check_header(table.column_names, said)
        if table.num_rows == 0:
            raise DataError(f"{said}: it has no rows.", "Check how it was made.")
        return FrameTable(said, table, target if column is None else name, _digest(table))
    if hasattr(X, "tocsr"):
        return _sparse(X, column, name)
    return _matrix(X, column, name)


def memory_dataset(source: Source, config: Config) -> Dataset:
    """Data in memory as a dataset."""
    target: str = config.dataset.target  # type: ignore[union-attr]  # of kind memory
    if isinstance(source, SparseRows):
        return sparse_dataset(source, source.goal(), config)
    if isinstance(source, ArrayTable) and source.y is None:
        _no_target(source.name)
    return table_dataset(source, config, target=target)


def load_memory(config: Config) -> NoReturn:  # noqa: ARG001 - as all kinds are loaded
    """Refuse a configuration whose data nobody hands over."""
    raise UsageError(
        "dataset.kind memory: the data were handed over by a Python program, and no file holds them.",
        "Hand them over again: regcli.fit(config, data=…); or write them to a file, and name it as dataset.path with its kind.",
    )


def _no_target(name: str) -> NoReturn:
    raise DataError(f"{name}: there is no target.", "Give it as well: data=(X, y).")


def _is_frame(X: Any) -> bool:  # noqa: ANN401
    return hasattr(X, "__arrow_c_stream__") or (hasattr(X, "columns") and hasattr(X, "iloc"))


def _table(frame: Any) -> pa.Table:  # noqa: ANN401
    """A frame as Arrow columns, all texts of one type."""
    import pyarrow as pa

    if not hasattr(frame, "iloc"):
        table = frame if isinstance(frame, pa.Table) else pa.table(frame)
        columns = [_plain(table.column(j)) for j in range(table.num_columns)]
        return pa.table(columns, names=table.column_names)
    if getattr(frame.columns, "nlevels", 1) > 1:
        raise DataError(
            f"{type(frame).__name__}: its columns have names of several levels.",
            "Give every column one name: frame.columns = ['_'.join(map(str, name)) for name in frame.columns].",
        )
    names = [str(name) for name in frame.columns]
    columns = [_column(frame.iloc[:, j], name, type(frame).__name__) for j, name in enumerate(names)]
    return pa.table(columns, names=names)


def _flat(y: Any) -> Any:  # noqa: ANN401
    """A target with one dimension: a column of a frame or a matrix counts as it."""
    shape = getattr(y, "shape", None)
    if shape is None or len(shape) == 1:
        return y
    if len(shape) == 2 and shape[1] == 1:
        return y.iloc[:, 0] if hasattr(y, "iloc") else np.asarray(y)[:, 0]
    raise DataError(f"y: it has the shape {tuple(shape)}.", "Give one value a row.")


def _column(values: Any, name: str, source: str) -> pa.ChunkedArray:  # noqa: ANN401
    """One column as Arrow's; NaN, None and NaT are missing."""
    import pyarrow as pa

    try:
        if hasattr(values, "iloc"):
            found = pa.Array.from_pandas(values)
        elif isinstance(values, pa.Array | pa.ChunkedArray):
            found = values
        else:
            found = pa.array(values, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        kinds = sorted({type(cell).__name__ for cell in np.asarray(values, dtype=object).ravel()[:1000].tolist()})
        raise DataError(
            f"{source}: column {name!r} holds what is no column of one type ({', '.join(kinds)}: {str(error).splitlines()[0]}).",
            f"Make it one of numbers or of texts, such as frame[{name!r}].astype(str), or leave it out.",
        ) from None
    return _plain(found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found]))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts as strings, whatever Arrow's type for them; categories as texts, numbers among them too."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        return as_texts(column)
    return column.cast(pa.string()) if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) else column


def _matrix(X: Any, y: pa.ChunkedArray | None, target: str) -> ArrayTable:  # noqa: ANN401
    """A dense matrix; its columns are x1, x2 and so on."""
    try:
        values = np.asarray(X, dtype=np.float64)
    except (TypeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"X: {type(X).__name__} is neither a table nor a matrix of numbers ({reason}).", WHAT) from None
    if values.ndim != 2 or not values.size:
        raise DataError(f"X: it has the shape {values.shape}.", f"Rows and columns are needed. {WHAT}")
    if y is not None:
        _same_length(len(values), len(y))
    names = [f"x{j}" for j in range(1, values.shape[1] + 1)]
    return array_table("arrays", values, names, y, target)


def _sparse(X: Any, y: pa.ChunkedArray | None, target: str) -> SparseRows:  # noqa: ANN401
    """A sparse matrix of any kind; repeated entries count together, as they do for scipy."""
    from scipy.sparse import csr_array

    rows = narrow(csr_array(X, dtype=np.float64, copy=True))
    rows.sum_duplicates()
    if y is not None:
        _same_length(rows.shape[0], len(y))
    if not all(rows.shape):
        raise DataError(f"X: it has the shape {rows.shape}.", f"Rows and columns are needed. {WHAT}")
    infinite = np.flatnonzero(np.isinf(rows.data))
    if len(infinite):
        row = int(np.searchsorted(rows.indptr, infinite[0], side="right")) - 1
        raise DataError(f"X: row {row} (counted from 0) has an infinite value.", "Correct it, or take the row out.")
    digest = hashlib.sha256(repr(rows.shape).encode())
    for part in (rows.data, rows.indices.astype(np.int64), rows.indptr.astype(np.int64)):
        digest.update(part.data)
    if y is not None:
        told(y, digest)
    return SparseRows("sparse matrix", rows, y, target, digest.hexdigest())


def _same_length(n: int, m: int) -> None:
    if n != m:
        raise DataError(f"X has {n:,} rows, and y {m:,}.", "Give one value of y for every row of X.")


def _digest(table: pa.Table) -> str:
    digest = hashlib.sha256()
    for name in table.column_names:
        digest.update(f"{len(name)}:{name}".encode())
        told(table[name], digest)
    return digest.hexdigest()
