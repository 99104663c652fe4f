"""Large CSV files, read block by block straight into the matrix: never all of the text in memory, nor a second copy of it.

Arrow finds a column's type by trying ever wider ones on all its cells, so a later block can only widen what the first one shows.
The types of the first block are therefore demanded of all others, whole numbers as floats; where a block does not comply, nothing
is returned and the caller reads the file as a whole.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.data.cells import Cells, matrix_kind
from regcli.data.columns import fill

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from collections.abc import Set as AbstractSet

    import pyarrow as pa

    from regcli.data.source import Content
    from regcli.data.types import FloatArray

# The first block only shows the types.
SAMPLE = 1 << 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be read of a CSV file, and how.

    Attributes
    ----------
    header : tuple of str
        Every column of the file.
    delimiter : str
    columns : tuple of str
        Those that are read.
    as_text : set of str
        Columns whose cells count as they stand in the file.
    features : collection of str
        Columns that belong into the matrix where they are numbers.
    """

    header: tuple[str, ...]
    delimiter: str
    columns: tuple[str, ...]
    as_text: AbstractSet[str]
    features: Collection[str]

    def convert(self, types: dict[str, pa.DataType] | None = None) -> Any:  # noqa: ANN401 - pyarrow has no types
        """Options of pyarrow; types other than text are guessed where they are not given."""
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        text = {name: pa.string() for name in self.columns if name in self.as_text}
        return arrow_csv.ConvertOptions(include_columns=list(self.columns), column_types=types or text, strings_can_be_null=True)


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of whole lines.

    Attributes
    ----------
    start, stop : int
        Its bytes in the file.
    row : int
        Rows before it, if no line of the file is blank.
    n_lines : int
    """

    start: int
    stop: int
    row: int
    n_lines: int


def read_blocks(content: Content, start: int, wanted: Wanted, size: int) -> Cells | None:
    """Read a file in blocks of about `size` bytes, on all cores; None where it must be read as a whole.

    Parameters
    ----------
    content : Content
    start : int
        Byte at which the rows begin.
    wanted : Wanted
    size : int
    """
    import pyarrow as pa

    blocks = _divide(content, start, size)
    if blocks is None:
        return None
    try:
        reader = _Reader.of(content, wanted, blocks)
        if reader is None:
            return None
        with ThreadPoolExecutor(pa.cpu_count()) as pool:
            try:
                rest = list(pool.map(reader.read, blocks))
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
    except pa.ArrowInvalid:
        return None
    numeric = _without_gaps(reader.numeric, blocks, [len(table) for table in rest])
    return Cells(numeric, reader.kinds, pa.concat_tables(rest))


def _divide(content: Content, start: int, size: int) -> list[Block] | None:
    """Divide the rows at line ends; None where some line is longer than a block, or quotes make line ends doubtful."""
    blocks, row = [], 0
    while start < content.size:
        part = content.part(start, start + size)
        is_last = start + len(part) >= content.size
        length = len(part) if is_last else part.rfind(b"\n") + 1
        if length == 0 or b'"' in part:
            return None
        n_lines = part.count(b"\n", 0, length) + (is_last and not part.endswith(b"\n"))
        blocks.append(Block(start, start + length, row, n_lines))
        start += length
        row += n_lines
    return blocks


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads blocks into their place in the matrix.

    Attributes
    ----------
    content : Content
    wanted : Wanted
    convert : pyarrow.csv.ConvertOptions
        The type of every column; made once, since a file may have many.
    kinds : dict of str to {"numeric", "boolean"}
        Of the columns of `numeric`, in order.
    numeric : ndarray (n, q)
    """

    content: Content
    wanted: Wanted
    convert: Any
    kinds: dict[str, Any]
    numeric: FloatArray

    @classmethod
    def of(cls, content: Content, wanted: Wanted, blocks: Sequence[Block]) -> _Reader | None:
        """Take the types from the beginning of the file; None where they say nothing or there is no matrix to be filled."""
        import pyarrow as pa

        first = content.part(blocks[0].start, blocks[0].stop)
        schema = _parse(first[: first.rfind(b"\n", 0, SAMPLE) + 1] or first, wanted, wanted.convert()).schema
        kinds = {f.name: kind for f in schema if f.name in wanted.features and (kind := matrix_kind(f.type)) is not None}
        if not kinds or any(pa.types.is_null(f.type) or pa.types.is_binary(f.type) for f in schema if f.name not in kinds):
            return None
        types = {f.name: pa.float64() if matrix_kind(f.type) == "numeric" else f.type for f in schema}
        n = blocks[-1].row + blocks[-1].n_lines
        return cls(content, wanted, wanted.convert(types), kinds, np.empty((n, len(kinds)), order="F"))

    def read(self, block: Block) -> pa.Table:
        """Fill the block's rows, and return the columns that are not in the matrix."""
        import pyarrow as pa

        table = _parse(self.content.part(block.start, block.stop), self.wanted, self.convert)
        if len(table) > block.n_lines:
            raise pa.ArrowInvalid("line ends of several kinds")
        out = self.numeric[block.row : block.row + len(table)]
        numbers = [name for name, kind in self.kinds.items() if kind == "numeric"]
        if len(numbers) == len(self.kinds):
            [batch] = table.select(numbers).combine_chunks().to_batches()
            out[:] = batch.to_tensor(null_to_nan=True, row_major=False).to_numpy()
        else:
            for j, name in enumerate(self.kinds):
                fill(out[:, j], table[name])
        return table.select([name for name in table.column_names if name not in self.kinds])


def _parse(part: bytes, wanted: Wanted, convert: Any) -> pa.Table:  # noqa: ANN401
    """Parse whole lines in this thread."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    return arrow_csv.read_csv(
        pa.py_buffer(part),
        read_options=arrow_csv.ReadOptions(column_names=wanted.header, block_size=len(part) + 1, use_threads=False),
        parse_options=arrow_csv.ParseOptions(delimiter=wanted.delimiter),
        convert_options=convert,
    )


def _without_gaps(numeric: FloatArray, blocks: Sequence[Block], read: Sequence[int]) -> FloatArray:
    """Move the rows together where blank lines were passed over."""
    if all(n == block.n_lines for n, block in zip(read, blocks, strict=True)):
        return numeric
    kept = [np.arange(block.row, block.row + n) for n, block in zip(read, blocks, strict=True)]
    rows = np.concatenate(kept)
    out: FloatArray = np.empty((len(rows), numeric.shape[1]), order="F")
    for j in range(numeric.shape[1]):
        out[:, j] = numeric[rows, j]
    return out
