"""Large CSV files, streamed straight into the matrix by all cores: never all of the text in memory, nor a second copy of it.

Arrow finds a column's type by trying ever wider ones on all its cells, so later rows can only widen what the first ones show.
The types of the first rows are therefore demanded of all others, whole numbers as floats; where a row does not comply, nothing is
returned and the caller reads the file as a whole.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.data.cells import Cells, empty_matrix, matrix_kind, side_by_side
from regcli.data.columns import fill_chunk
from regcli.data.source import for_arrow
from regcli.data.wording import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    import pyarrow as pa

    from regcli.data.notation import Notation
    from regcli.data.source import Content
    from regcli.data.types import type_of_column
    from regcli.numerics.arrays import FloatArray

# The beginning of a file that shows the types of its columns.
SAMPLE = 1 << 20
# What is looked through at a time for line ends.
STRETCH = 4 << 20
# Arrow's blocks: small ones stay in the processor's cache, but each costs something for every column.
ROWS_PER_BLOCK, SMALLEST_BLOCK, LARGEST_BLOCK = 128, 1 << 20, 16 << 20


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
    features : set of str
        Columns that belong into the matrix where they are numbers.
    notation : Notation
        How cells are written.
    """

    header: tuple[str, ...]
    delimiter: str
    columns: tuple[str, ...]
    as_text: AbstractSet[str]
    features: AbstractSet[str]
    notation: Notation

    def convert(self, types: dict[str, pa.DataType] | None = None) -> Any:  # noqa: ANN401 - pyarrow has no types
        """Options of pyarrow; types other than text are guessed where they are not given."""
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        text = {name: pa.string() for name in self.columns if name in self.as_text}
        return arrow_csv.ConvertOptions(include_columns=list(self.columns), column_types=types or text, **self.cells)

    @property
    def cells(self) -> dict[str, Any]:
        """Options of pyarrow for what stands in the cells."""
        return {
            "null_values": list(self.notation.na),
            "decimal_point": self.notation.decimal,
            "strings_can_be_null": True,
        }

    def how(self, block_size: int) -> dict[str, Any]:
        """Options of pyarrow for text without quotes, parsed in the calling thread."""
        from pyarrow import csv as arrow_csv

        return {
            "read_options": arrow_csv.ReadOptions(column_names=self.header, block_size=block_size, use_threads=False),
            "parse_options": arrow_csv.ParseOptions(delimiter=self.delimiter),
        }


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of whole lines.

    Attributes
    ----------
    start, stop : int
        Its bytes in the file.
    row : int
        Lines before it behind the header.
    n_lines : int
        Its rows, if none of its lines is blank.
    """

    start: int
    stop: int
    row: int
    n_lines: int


def read_segments(content: Content, start: int, wanted: Wanted) -> Cells | None:
    """Read a file in as many segments as there are cores; None where it must be read as a whole.

    Parameters
    ----------
    content : Content
    start : int
        Byte at which the rows begin.
    wanted : Wanted
    """
    import pyarrow as pa

    segments = divide(content, start, pa.cpu_count())
    if segments is None:
        return None
    try:
        reader = _Reader.of(content, start, wanted, segments)
        if reader is None:
            return None
        with ThreadPoolExecutor(len(segments)) as pool:
            rest = list(pool.map(reader.read, segments))
    except pa.ArrowInvalid:
        return None
    pa.default_memory_pool().release_unused()
    numeric = _without_gaps(reader.numeric, segments, [len(table) for table in rest])
    return Cells(numeric, reader.kinds, pa.concat_tables(rest))


def divide(content: Content, start: int, n: int) -> list[Segment] | None:
    """Divide the rows at line ends into at most n segments of about the same size; None where quotes make line ends doubtful."""
    marks, lines = [(start, 0)], 0  # bytes behind line ends, with the number of lines before them
    for at in range(start, content.size, STRETCH):
        part = content.part(at, min(at + STRETCH, content.size))
        if b'"' in part:
            return None
        lines += part.count(b"\n")
        if b"\n" in part:
            marks.append((at + part.rindex(b"\n") + 1, lines))
    if marks[-1][0] < content.size:
        marks.append((content.size, lines + 1))
    chosen = sorted({round(i * (len(marks) - 1) / n) for i in range(n + 1)})
    return [Segment(marks[i][0], marks[j][0], marks[i][1], marks[j][1] - marks[i][1]) for i, j in pairwise(chosen)]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads segments into their place in the matrix.

    Attributes
    ----------
    content : Content
    wanted : Wanted
    convert : pyarrow.csv.ConvertOptions
        The type of every column; made once, since a file may have many.
    block : int
        Bytes of text that are parsed at a time.
    kinds : dict of str to {"numeric", "boolean"}
        Of the columns of `numeric`, in order.
    numeric : ndarray (n, q)
    """

    content: Content
    wanted: Wanted
    convert: Any
    block: int
    kinds: dict[str, type_of_column]
    numeric: FloatArray

    @classmethod
    def of(cls, content: Content, start: int, wanted: Wanted, segments: Sequence[Segment]) -> _Reader | None:
        """Take the types from the first rows; None where they say nothing or there is no matrix to be filled."""
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        sample = content.part(start, min(start + SAMPLE, content.size))
        sample = sample[: sample.rfind(b"\n") + 1]
        if not sample:  # a row is longer than that
            return None
        schema = arrow_csv.read_csv(for_arrow(sample), convert_options=wanted.convert(), **wanted.how(len(sample) + 1)).schema
        kinds = {f.name: kind for f in schema if f.name in wanted.features and (kind := matrix_kind(f.type)) is not None}
        if not kinds or any(pa.types.is_null(f.type) or pa.types.is_binary(f.type) for f in schema if f.name not in kinds):
            return None
        types = {f.name: pa.float64() if matrix_kind(f.type) == "numeric" else f.type for f in schema}
        rows = ROWS_PER_BLOCK * len(sample) // sample.count(b"\n")
        n = segments[-1].row + segments[-1].n_lines
        numeric = empty_matrix(n, len(kinds), shown(content.path))
        return cls(content, wanted, wanted.convert(types), min(max(rows, SMALLEST_BLOCK), LARGEST_BLOCK), kinds, numeric)

    def read(self, segment: Segment) -> pa.Table:
        """Fill the segment's rows, and return the columns that are not in the matrix."""
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        others = [name for name in self.wanted.columns if name not in self.kinds]
        out, row, rest = self.numeric[segment.row : segment.row + segment.n_lines], 0, []
        with self.content.stream(segment.start, segment.stop) as stream:
            batches = arrow_csv.open_csv(stream, convert_options=self.convert, **self.wanted.how(self.block))
            for batch in batches:
                if row + len(batch) > len(out):
                    raise pa.ArrowInvalid("line ends of several kinds")
                self._fill(out[row : row + len(batch)], batch)
                rest.append(batch.select(others))
                row += len(batch)
        return pa.Table.from_batches(rest)

    def _fill(self, out: FloatArray, batch: pa.RecordBatch) -> None:
        """Write some rows of the matrix."""
        numbers = batch.select(list(self.kinds))
        if "boolean" not in self.kinds.values():
            out[:] = numbers.to_tensor(null_to_nan=True, row_major=False).to_numpy()
        else:
            for j, column in enumerate(numbers.columns):
                fill_chunk(out[:, j], column)


def _without_gaps(numeric: FloatArray, segments: Sequence[Segment], read: Sequence[int]) -> FloatArray:
    """Move the rows together where blank lines were passed over."""
    if all(n == segment.n_lines for n, segment in zip(read, segments, strict=True)):
        return numeric
    rows = np.concatenate([np.arange(s.row, s.row + n) for n, s in zip(read, segments, strict=True)])
    return side_by_side([column[rows] for column in numeric.T], len(rows))
