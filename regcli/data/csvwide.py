"""CSV files of very many columns: Arrow needs tens of kilobytes for every column of a table, more than a short column holds.

The numbers are therefore read as one long column, row after row, and the few columns that play a role are cut out of the lines.
Every feature is supposed to be a number, and no other kind is missed by that: Arrow never takes cells that can all be read as
floats for anything but numbers. Where it does not hold nothing is returned, and the caller reads the file as a table.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.data.cells import Cells, empty_matrix, side_by_side
from regcli.data.columns import numeric_kinds
from regcli.data.csvblocks import divide
from regcli.data.source import for_arrow
from regcli.data.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from regcli.data.csvblocks import Segment, Wanted
    from regcli.data.source import Content
    from regcli.numerics.arrays import FloatArray

# From here on the columns' cost shows.
WIDE = 1000
# More cells than this are not cut out of a line.
MOST_CUTS = 50
# Text that is looked at in one go.
STRETCH = 2 << 20


def read_wide(content: Content, start: int, wanted: Wanted) -> Cells | None:
    """Read a file of numbers; None where it must be read as a table.

    Parameters
    ----------
    content : Content
    start : int
        Byte at which the rows begin.
    wanted : Wanted
    """
    import pyarrow as pa

    numbers = wanted.features - wanted.as_text
    cut = [j for j, name in enumerate(wanted.header) if name not in numbers]
    if len(cut) > MOST_CUTS or len(cut) == len(wanted.header):
        return None
    segments = divide(content, start, pa.cpu_count())
    if segments is None:
        return None
    names = [name for name in wanted.header if name in numbers]
    numeric = empty_matrix(segments[-1].row + segments[-1].n_lines, len(names), shown(content.path))
    reader = _Reader(content, wanted, tuple(cut), numeric)
    try:
        with ThreadPoolExecutor(len(segments)) as pool:
            rest = list(pool.map(reader.read, segments))
        table = reader.others([line for lines in rest for line in lines])
    except pa.ArrowInvalid:
        return None
    if len(table) < len(numeric):  # blank lines
        rows = np.concatenate([np.arange(s.row, s.row + len(lines)) for s, lines in zip(segments, rest, strict=True)])
        numeric = side_by_side([column[rows] for column in numeric.T], len(rows))
    return Cells(numeric, dict(zip(names, numeric_kinds(len(names)), strict=True)), table)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads segments into their place in the matrix.

    Attributes
    ----------
    content : Content
    wanted : Wanted
    cut : tuple of int
        Positions in a line of the cells that are cut out, ascending.
    numeric : ndarray (n, q)
    """

    content: Content
    wanted: Wanted
    cut: tuple[int, ...]
    numeric: FloatArray

    def read(self, segment: Segment) -> list[bytes]:
        """Fill the segment's rows, and return for each what has been cut out, with the separator between."""
        row, out = segment.row, []
        for lines in self._lines(segment):
            parts = [self._parted(line) for line in lines]
            self.numeric[row : row + len(lines)] = self._numbers([kept for kept, _ in parts])
            out += [taken for _, taken in parts]
            row += len(lines)
        return out

    def _lines(self, segment: Segment) -> Iterator[list[bytes]]:
        """The lines that are not blank, some at a time."""
        held = b""
        for at in range(segment.start, segment.stop, STRETCH):
            held += self.content.part(at, min(at + STRETCH, segment.stop))
            end = held.rfind(b"\n") + 1 if at + STRETCH < segment.stop else len(held)
            lines = [stripped for line in held[:end].split(b"\n") if (stripped := line.removesuffix(b"\r"))]
            held = held[end:]
            if lines:
                yield lines

    def _parted(self, line: bytes) -> tuple[bytes, bytes]:
        """A line's numbers, and what is cut out of it."""
        import pyarrow as pa

        separator = self.wanted.delimiter.encode()
        ends = np.flatnonzero(np.frombuffer(line, np.uint8) == separator[0])
        if len(ends) != len(self.wanted.header) - 1:
            raise pa.ArrowInvalid("a line of another length")
        kept, taken, behind = [], [], 0
        for j in self.cut:
            start, stop = int(ends[j - 1]) + 1 if j else 0, int(ends[j]) if j < len(ends) else len(line)
            taken.append(line[start:stop])
            if start > behind:
                kept.append(line[behind : start - 1])
            behind = stop + 1
        if behind <= len(line):
            kept.append(line[behind:])
        return separator.join(kept), separator.join(taken)

    def _numbers(self, lines: Sequence[bytes]) -> FloatArray:
        """Rows of numbers, shape (m, q)."""
        import pyarrow as pa

        text = b"\n".join(lines).replace(self.wanted.delimiter.encode(), b"\n") + b"\n"
        column = _parse(text, ("",), self.wanted, {"": pa.float64()}).column(0)
        shape = len(lines), self.numeric.shape[1]
        if len(column) != shape[0] * shape[1]:
            raise pa.ArrowInvalid("line ends of several kinds")
        found: FloatArray = column.to_numpy().reshape(shape)
        return found

    def others(self, lines: Sequence[bytes]) -> pa.Table:
        """The columns that were cut out, those that are wanted."""
        import pyarrow as pa

        header = [self.wanted.header[j] for j in self.cut]
        types = {name: pa.string() for name in header if name in self.wanted.as_text}
        table = _parse(b"\n".join(lines) + b"\n", header, self.wanted, types)
        if len(table) != len(lines) or any(pa.types.is_binary(kind) for kind in table.schema.types):
            raise pa.ArrowInvalid("no text in UTF-8")
        return table.select([name for name in self.wanted.columns if name in header])


def _parse(text: bytes, header: Sequence[str], wanted: Wanted, types: dict[str, pa.DataType]) -> pa.Table:
    """Parse text without quotes in this thread; an empty line is an empty cell."""
    from pyarrow import csv as arrow_csv

    return arrow_csv.read_csv(
        for_arrow(text),
        read_options=arrow_csv.ReadOptions(column_names=header, block_size=len(text) + 1, use_threads=False),
        parse_options=arrow_csv.ParseOptions(delimiter=wanted.delimiter, ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(column_types=types, **wanted.cells),
    )
