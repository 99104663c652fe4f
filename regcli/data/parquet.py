"""Parquet files, read by pyarrow."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from regcli.data.cells import Cells, empty_matrix, matrix_kind
from regcli.data.columns import as_texts, fill
from regcli.data.source import check_header, open_content
from regcli.data.table import table_dataset
from regcli.data.typed import TypedTable
from regcli.data.wording import shown
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from concurrent.futures import Future
    from pathlib import Path

    import pyarrow as pa

    from regcli.config import Config
    from regcli.config.dataset import ParquetDataset
    from regcli.data.types import Dataset

# What pandas calls an index without a name; it is no column of the table the user sees.
PANDAS_INDEX = "__index_level_"
# Few enough not to weigh beside the matrix, and enough for all cores.
CELLS_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class ParquetFile(TypedTable):
    """A Parquet file whose schema has been read.

    Attributes
    ----------
    name : str
        What it is called in messages.
    header : tuple of str
    file : pyarrow.parquet.ParquetFile
    digest : Future of str
        SHA-256 of the file.
    """

    name: str
    header: tuple[str, ...]
    file: Any
    digest: Future[str]

    @property
    def sha256(self) -> str:
        """Of the file's bytes."""
        return self.digest.result()

    def read(self, columns: Sequence[str], as_text: AbstractSet[str], features: AbstractSet[str]) -> Cells:
        """Read some columns, in the order asked for; numbers a few columns at a time, straight into the matrix."""
        import pyarrow as pa

        schema, wanted = self.file.schema_arrow, features - as_text
        kinds = {n: kind for n in columns if n in wanted and (kind := matrix_kind(schema.field(n).type)) is not None}
        numbers, others = list(kinds), [name for name in columns if name not in kinds]
        numeric = empty_matrix(self.file.metadata.num_rows, len(numbers), self.name)
        step = max(1, CELLS_AT_ONCE // len(numeric))
        try:
            for j in range(0, len(numbers), step):
                some = numbers[j : j + step]
                table = self.file.read(columns=some)
                for k, name in enumerate(some, start=j):
                    fill(numeric[:, k], table[name])
            pa.default_memory_pool().release_unused()
            rest = self._texts_checked(self.file.read(columns=others).select(others))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
            raise unreadable(self.name, error) from error
        return Cells(numeric, kinds, texts_replaced(rest, as_text))

    def verbatim(self, columns: Sequence[str]) -> pa.Table:
        """Some columns with their own types."""
        import pyarrow as pa

        try:
            return self._texts_checked(self.file.read(columns=list(columns)).select(columns))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
            raise unreadable(self.name, error) from error

    def _texts_checked(self, table: pa.Table) -> pa.Table:
        """The table, if its texts are UTF-8, as Parquet promises and nobody has looked."""
        import pyarrow as pa

        for name in table.column_names:
            try:
                table[name].validate(full=True)
            except (pa.ArrowInvalid, UnicodeDecodeError):
                column = table[name]
                row = next((i for i, cell in enumerate(column) if not _is_text(cell)), 0)
                raise DataError(
                    f"{self.name}: column {name!r} is not UTF-8 text in {self.place(row)}.",
                    "Write the file again from texts (a column of bytes is no text), or leave the column out (dataset.columns).",
                ) from None
        return table

    def place(self, row: int) -> str:
        """``row 15``, counted from 0."""
        return f"row {row} (counted from 0)"


def _is_text(cell: Any) -> bool:  # noqa: ANN401 - a scalar of Arrow's
    try:
        cell.as_py()
    except UnicodeDecodeError:
        return False
    return True


def texts_replaced(table: pa.Table, as_text: AbstractSet[str]) -> pa.Table:
    """The table with some of its columns turned into text."""
    for index, name in enumerate(table.column_names):
        if name in as_text:
            table = table.set_column(index, name, as_texts(table.column(index)))
    return table


def unreadable(name: str, error: Exception) -> DataError:
    """Say that this is no sound Parquet file."""
    reason = str(error).splitlines()[0].rstrip(".")
    return DataError(f"{name}: the file cannot be read as Parquet ({reason}).", "Check dataset.kind and how it was written.")


def open_parquet(path: Path) -> ParquetFile:
    """Read a Parquet file as far as its schema.

    Raises
    ------
    DataError
        Where the file cannot be read, has no rows, or names a column twice or not at all.
    """
    import pyarrow as pa
    from pyarrow import parquet

    _, digest = open_content(path)
    name = shown(path)
    try:
        file = parquet.ParquetFile(pa.OSFile(os.fspath(path)))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise unreadable(name, error) from error
    header = tuple(n for n in file.schema_arrow.names if not n.startswith(PANDAS_INDEX))
    check_header(header, name)
    if file.metadata.num_rows == 0:
        raise DataError(f"{name}: the file has columns and no rows.", "Check how it was written.")
    return ParquetFile(name, header, file, digest)


def load_parquet(config: Config) -> Dataset:
    """A Parquet file as a dataset."""
    options = cast("ParquetDataset", config.dataset)
    return table_dataset(open_parquet(options.path), config, target=options.target)
