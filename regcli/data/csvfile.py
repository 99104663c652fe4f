"""CSV files, read by pyarrow: exact floats, all cores. Python's own csv module serves the header and error messages."""

from __future__ import annotations

import csv
import io
import re
import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from regcli.data.cells import into_matrix
from regcli.data.csvblocks import Wanted, read_segments
from regcli.data.csvwide import WIDE, read_wide
from regcli.data.encoding import UTF8_BOM, as_utf8, not_utf8
from regcli.data.notation import Notation, asked_for
from regcli.data.source import Content, check_header, drained, hashing, open_content, refuse_whole
from regcli.data.wording import count, shown
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from concurrent.futures import Future

    import pyarrow as pa

    from regcli.config.dataset import Read
    from regcli.data.cells import Cells

DELIMITERS = (",", ";", "\t", "|")
# How files begin that are often taken for CSV, what they are, and what to do with them.
OTHER_FORMATS = (
    (b"PK\x03\x04", "an Excel workbook or another zip archive", "Save the sheet as 'CSV UTF-8', or unpack the archive."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Save the sheet as 'CSV UTF-8'."),
    (b"\x1f\x8b", "compressed by gzip", "Let its name end in .csv.gz."),
    (b"BZh", "compressed by bzip2", "Unpack it, or compress it by gzip and let its name end in .csv.gz."),
    (b"\xfd7zXZ\x00", "compressed by xz", "Unpack it, or compress it by gzip and let its name end in .csv.gz."),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd", "Unpack it, or compress it by gzip and let its name end in .csv.gz."),
    (b"PAR1", "a Parquet file", "Set dataset.kind: parquet."),
    (b"version https://git-lfs", "a pointer of Git LFS in place of the data", "Fetch the data: git lfs pull."),
    (b"<!DOCTYPE", "a web page", "Download the file itself."),
    (b"<html", "a web page", "Download the file itself."),
)
BLOCK = 16 << 20
# Beyond this a file is streamed.
LARGE = 32 << 20
HEAD = 1 << 20
HAS_TEXT = re.compile(rb"\S")


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A CSV file whose header has been read.

    Attributes
    ----------
    name : str
        What it is called in messages.
    header : tuple of str
    delimiter : str
        As configured, or comma, semicolon, tab or bar, whichever splits the header into most names.
    content : Content
        The text, in UTF-8.
    start, line : int
        Byte and line at which the rows begin, behind the header; lines are counted from 1.
    digest : Future of str
        SHA-256 of the file.
    asked : Read or None
        How the file is written, as far as that was configured.
    encoding : str
        Of the file as it lies on the disk.
    notation : Notation
        How its cells are written.
    """

    name: str
    header: tuple[str, ...]
    delimiter: str
    content: Content
    start: int
    line: int
    digest: Future[str]
    asked: Read | None
    encoding: str
    notation: Notation

    @property
    def typed(self) -> bool:
        """A CSV file does not say which columns are text."""
        return False

    @property
    def sha256(self) -> str:
        """Of the file's bytes as they lie on the disk."""
        return self.digest.result()

    def read(self, columns: Sequence[str], as_text: AbstractSet[str], features: AbstractSet[str]) -> Cells:
        """Read some columns; the notation says which cells are missing, in text as well.

        A large or wide file is read straight into the matrix. Where that does not do (line ends in quotes, a column whose kind
        shows late) or something is wrong with the file, it is read as a whole, and what is wrong is told.

        Raises
        ------
        DataError
            For rows of another length than the header's and for text that is not UTF-8, with the line.
        """
        wanted = Wanted(self.header, self.delimiter, tuple(columns), as_text, features, self.notation)
        for suits, read in ((len(columns) > WIDE, read_wide), (self.content.size - self.start > LARGE, read_segments)):
            cells = read(self.content, self.start, wanted) if suits else None
            if cells is not None:
                return cells
        return into_matrix(self._table(wanted), features)

    def verbatim(self, columns: Sequence[str]) -> pa.Table:
        """Some columns as the text that stands in the cells; only an empty cell is missing."""
        wanted = Wanted(self.header, self.delimiter, tuple(columns), frozenset(columns), frozenset(), Notation(na=("",)))
        return self._table(wanted)

    @property
    def how(self) -> dict[str, Any]:
        """How the file is read, by the keys of dataset.read."""
        return {"delimiter": self.delimiter, "encoding": self.encoding, **self.notation.every}

    def _table(self, wanted: Wanted) -> pa.Table:
        """The columns as Arrow has them."""
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        refuse_whole(self.content.size, self.name)
        convert, rows = wanted.convert(), self.content.buffer(self.start, self.content.size)
        # Only quoted cells can hold line ends, and looking out for those costs time.
        parse = arrow_csv.ParseOptions(delimiter=self.delimiter, newlines_in_values=_has_quotes(rows))
        # Every block becomes a chunk of every column: few large ones are quickest. A block must hold at least one row.
        for block_size in (BLOCK, min(len(rows), (1 << 31) - 1)):
            read = arrow_csv.ReadOptions(column_names=self.header, block_size=block_size)
            try:
                table = arrow_csv.read_csv(rows, read_options=read, parse_options=parse, convert_options=convert)
            except pa.ArrowInvalid as error:
                if "straddl" in str(error):
                    continue
                raise self._explained(error) from error
            if any(pa.types.is_binary(kind) for kind in table.schema.types):
                raise self._explained(None)
            return table
        raise DataError(f"{self.name}: a row is longer than two gigabytes.", "Check the file's quotes and line ends.")

    def place(self, row: int) -> str:
        """``line 17``: where the row begins in the file."""
        record = next(islice(self._records(), row, None), None)
        return f"line {record[0]}" if record else f"row {row}"

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Every row with the line it begins on. Slow: for error messages alone."""
        body = self.content.part(self.start, self.content.size)
        text = io.TextIOWrapper(io.BytesIO(body), "utf-8", errors="replace", newline="")
        reader = _reader(text, self.delimiter, len(body))
        line = self.line
        try:
            for cells in reader:
                if cells:  # pyarrow passes over blank lines too
                    yield line, cells
                line = self.line + reader.line_num
        except csv.Error:  # a cell beyond the csv module's limit: the message does without the line
            return

    def _explained(self, error: Exception | None) -> DataError:
        """Say in our words why pyarrow could not read the file."""
        body = self.content.whole()
        try:
            body.decode("utf-8")
        except UnicodeDecodeError as wrong:
            return not_utf8(body, wrong, self.name)
        for line, cells in self._records():
            if len(cells) != len(self.header):
                return DataError(
                    f"{self.name}: line {line} has {count(len(cells), 'cell')}, the header has {len(self.header)}.",
                    "Give every row as many cells as the header; a cell that holds the separator must stand in quotes.",
                )
        reason = str(error).splitlines()[0] if error else "text in an unknown encoding"
        return DataError(f"{self.name}: the file cannot be read as CSV ({reason}).", "Check its quotes and separators.")


def open_csv(path: Path, asked: Read | None = None) -> CsvFile:
    """Read a CSV file (``.gz`` or plain, with or without byte-order mark) as far as its header.

    Parameters
    ----------
    path : Path
    asked : Read or None
        What is known of how it is written.

    Raises
    ------
    DataError
        Where the file cannot be read, has no rows, or names a column twice or not at all.
    """
    return _csv_in(*open_content(path), shown(path), asked)


def csv_from_stdin(asked: Read | None = None) -> CsvFile:
    """The CSV text that comes in by the standard input, all of it.

    Raises
    ------
    DataError
        As `open_csv`.
    """
    name, hint = "standard input", "Pipe a CSV file with a header into it."
    if sys.stdin is None:  # closed by whoever started the program
        raise DataError(f"{name}: it is closed.", hint)
    try:
        raw = drained(sys.stdin.buffer, name)
    except OSError as error:
        raise DataError(
            f"{name}: it cannot be read: {error.strerror or error}.", "Pipe a CSV file with a header into it."
        ) from None
    if not raw:
        raise DataError(f"{name}: nothing came in.", hint)
    return _csv_in(Content(Path("-"), len(raw), raw), hashing(raw), name, asked)


def _csv_in(content: Content, digest: Future[str], name: str, asked: Read | None) -> CsvFile:
    """The header of a CSV text, and where the rows begin."""
    _refuse_other_formats(content.part(0, HEAD), name)
    content, encoding = as_utf8(content, asked.encoding if asked else None, name)
    body = content.part(0, HEAD)
    if b"\0" in body[: body.find(b"\n") + 1]:
        raise DataError(f"{name}: line 1 holds zero bytes, which no text does.", "Check what the file is and how it was written.")
    begin = len(UTF8_BOM) if body.startswith(UTF8_BOM) else 0
    text, start = _first_record(body, begin, name)
    while len(body) < content.size and not HAS_TEXT.search(body, start):  # the header fills what has been read, or nearly
        body = content.part(0, 8 * len(body))
        text, start = _first_record(body, begin, name)
    if not text:
        raise DataError(f"{name}: the file holds nothing but blank lines.", "Check how it was written.")
    delimiter = (asked and asked.delimiter) or max(DELIMITERS, key=lambda d: len(_cells(text, d)))
    header = tuple(_cells(text, delimiter))
    check_header(header, name)
    if not HAS_TEXT.search(body, start):
        raise DataError(f"{name}: the file has a header and no rows.", "Check how it was written.")
    line = _lines(body[:start]) + 1
    return CsvFile(name, header, delimiter, content, start, line, digest, asked, encoding, asked_for(asked))


def _refuse_other_formats(body: bytes, name: str) -> None:
    """Raise where the first bytes tell that this is no CSV in UTF-8, before a later message puzzles over it."""
    for beginning, what, remedy in OTHER_FORMATS:
        if body[: len(beginning)].lower() == beginning.lower():
            raise DataError(f"{name}: the file is {what}.", remedy)


def _first_record(body: bytes, begin: int, name: str) -> tuple[str, int]:
    """The header's text and the byte behind it; a quoted name may hold a line end."""
    end = begin
    while end < len(body):
        ends = [at for at in (body.find(b"\n", end), body.find(b"\r", end)) if at >= 0]
        stop = min(ends, default=len(body))
        end = stop + (2 if body[stop : stop + 2] == b"\r\n" else 1)
        line = body[begin:stop]
        if line.count(b'"') % 2:
            continue
        if line.strip():
            try:
                return line.decode("utf-8"), min(end, len(body))
            except UnicodeDecodeError:
                try:
                    body.decode("utf-8")
                except UnicodeDecodeError as wrong:
                    raise not_utf8(body, wrong, name) from wrong
        begin = end
    return "", len(body)


def _cells(text: str, delimiter: str) -> list[str]:
    return next(_reader(io.StringIO(text, newline=""), delimiter, len(text)))


def _reader(text: TextIO, delimiter: str, size: int) -> Any:  # noqa: ANN401 - csv does not name its type
    """Python's reader of a text of this size, which may be a single cell: a wide header is, for a sign that it does not hold."""
    csv.field_size_limit(max(csv.field_size_limit(), size))
    return csv.reader(text, delimiter=delimiter)


def _has_quotes(rows: pa.Buffer) -> bool:
    """Whether a quote stands anywhere in the text, of which no copy is made at once."""
    return any(b'"' in rows.slice(at, min(BLOCK, len(rows) - at)).to_pybytes() for at in range(0, len(rows), BLOCK))


def _lines(body: bytes) -> int:
    """Number of line ends, whatever the system they come from."""
    return body.count(b"\n") or body.count(b"\r")
