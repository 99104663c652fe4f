"""Files of rows and columns, seen the same way whatever their format: a header, a hash, and columns on request."""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, TypeVar, cast

from regcli.data.wording import did_you_mean, shown
from regcli.errors import DataError
from regcli.numerics import memory
from regcli.numerics.memory import gigabytes, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet
    from concurrent.futures import Future
    from io import RawIOBase
    from pathlib import Path

    import pyarrow as pa

    from regcli.data.cells import Cells
    from regcli.data.notation import Notation

T = TypeVar("T")
# What is read of a stream at a time.
PART = 1 << 20
# The text as it comes, Arrow's copy of it, and the table.
COPIES = 3
LESS = "Read it where there is more memory, take fewer rows or columns, or write it as Parquet, which is read column by column."
READ_BY_NAME = "Check the path; in a configuration it is relative to the configuration file."


class TableSource(Protocol):
    """A table that can be asked for some of its columns."""

    @property
    def name(self) -> str:
        """What the table is called in messages."""

    @property
    def header(self) -> tuple[str, ...]:
        """Every column name, in file order, without repetition."""

    @property
    def sha256(self) -> str:
        """Of the file's bytes."""

    @property
    def typed(self) -> bool:
        """Whether the source itself says which columns are text; in a CSV file that is a guess."""

    @property
    def notation(self) -> Notation:
        """How numbers and missing values are written where they are text."""

    @property
    def how(self) -> dict[str, Any] | None:
        """How the file is read, by the keys of dataset.read; None where it says so itself."""

    def read(self, columns: Sequence[str], as_text: AbstractSet[str], features: AbstractSet[str]) -> Cells:
        """Read some columns, those of `as_text` as the text that stands in the cell; `features` that are numbers as a matrix."""

    def place(self, row: int) -> str:
        """Where a row (counted from 0) stands, in words; may be slow."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file, given out in parts so that a large one is never held as a whole.

    Attributes
    ----------
    path : Path
    size : int
    held : bytes or None
        All of them, where they had to be unpacked.
    """

    path: Path
    size: int
    held: bytes | None = None

    def part(self, start: int, stop: int) -> bytes:
        """Bytes from `start` to before `stop`."""
        if self.held is not None:
            return self.held[start:stop]
        with self.path.open("rb", buffering=0) as file:
            file.seek(start)
            return _exactly(file, stop - start)

    def stream(self, start: int, stop: int) -> pa.NativeFile:
        """The same bytes for pyarrow, which reads them bit by bit."""
        import pyarrow as pa

        if self.held is None:
            return pa.OSFile(os.fspath(self.path)).get_stream(start, stop - start)
        return pa.BufferReader(self.buffer(start, stop))

    def buffer(self, start: int, stop: int) -> pa.Buffer:
        """The same bytes for pyarrow, all at once."""
        if self.held is not None:
            return for_arrow(memoryview(self.held)[start:stop])
        import pyarrow as pa

        with pa.OSFile(os.fspath(self.path)) as file:
            file.seek(start)
            return file.read_buffer(stop - start)

    def whole(self) -> bytes:
        """All bytes."""
        return self.held if self.held is not None else self.part(0, self.size)


def for_arrow(body: bytes | memoryview) -> pa.Buffer:
    """A copy in memory that Arrow owns: the one way from Python's bytes to Arrow's readers.

    Its readers, the serial one too, keep threads behind them, which may be the last to let go of what was read. Where that is
    Python's, a thread needs the interpreter to give it back; while the interpreter is shutting down the thread is ended
    instead, in the middle of a destructor, and the process aborts (134) with its work done.
    """
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    sink.write(body)
    return sink.getvalue()


def _exactly(file: RawIOBase, n: int) -> bytes:
    """The next n bytes, or those that are left: a single read may give less than it is asked for."""
    out = file.read(n) or b""
    while len(out) < n and (more := file.read(n - len(out))):
        out += more
    return out


def open_content(path: Path) -> tuple[Content, Future[str]]:
    """The text in a file, unpacked where the name ends in ``.gz``, and the hash of the file as it lies on the disk.

    Raises
    ------
    DataError
        Where there is no such file, it is a folder, empty, or may not be read.
    """
    if path.suffix.lower() == ".gz":
        raw = read_bytes(path)
        body = unpacked(raw, path)
        return Content(path, len(body), body), hashing(raw)

    return Content(path, _checked(path, lambda: _size(path))), hashing_file(path)


def _size(path: Path) -> int:
    with path.open("rb") as file:
        return file.seek(0, os.SEEK_END)


def require_file(path: Path, hint: str = READ_BY_NAME) -> None:
    """See that there is a file to be read, before the time that reading takes.

    Parameters
    ----------
    path : Path
    hint : str
        What to do where there is none.

    Raises
    ------
    DataError
        Where there is no such file, it is a folder, empty, or may not be read.
    """
    _checked(path, lambda: _size(path), hint)


def read_bytes(path: Path) -> bytes:
    """Read a whole file.

    Raises
    ------
    DataError
        Where there is no such file, it is a folder, empty, too large to be held, or may not be read.
    """
    refuse_whole(_checked(path, lambda: _size(path)), shown(path))
    return _checked(path, path.read_bytes)


def refuse_whole(size: int, name: str) -> None:
    """Raise where so many bytes of text cannot be held along with what is read from them."""
    refuse(f"{name}: its {gigabytes(size)} of text need", COPIES * size, LESS)


def drained(stream: BinaryIO, name: str, share: Callable[[], float] | None = None) -> bytes:
    """Everything that a stream gives, as long as there is memory for it: nobody knows beforehand how much comes.

    Parameters
    ----------
    stream : binary stream
    name : str
        What it is called in messages.
    share : callable, optional
        How much of a packed file has been unpacked by now, from 0 to 1.

    Raises
    ------
    DataError
    """
    limit, held = memory.available(), io.BytesIO()
    while part := stream.read(PART):
        held.write(part)
        size = held.tell()
        if limit and COPIES * size > limit:
            found = (
                f"about {gigabytes(round(size / max(share(), 1e-6)))} once unpacked" if share else f"more than {gigabytes(size)}"
            )
            raise DataError(f"{name}: {found}, which needs more memory than there is, {gigabytes(limit)}.", LESS)
    return held.getvalue()


def _checked(path: Path, read: Callable[[], T], hint: str = READ_BY_NAME) -> T:
    """What `read` says of a file, with all that can go wrong told in words."""
    try:
        found = read()
    except FileNotFoundError as error:
        siblings = [p.name for p in path.parent.iterdir() if p.is_file()] if path.parent.is_dir() else []
        near = did_you_mean(path.name, siblings)
        missing = "there is no such file" if path.parent.is_dir() else f"there is no folder {shown(path.parent)}"
        raise DataError(f"{shown(path)}: {missing}{near}.", hint) from error
    except IsADirectoryError as error:
        raise DataError(f"{shown(path)}: this is a folder, not a file.", "Name the data file itself.") from error
    except UnicodeEncodeError as error:
        raise DataError(
            f"{path!r}: this system's encoding of file names ({error.encoding}) has no such characters.",
            "Set the environment's locale to UTF-8, for instance LC_ALL=C.UTF-8, or rename the file.",
        ) from error
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise DataError(f"{shown(path)}: {reason}.", "Check the path and the file's permissions.") from error
    if not found:
        raise DataError(f"{shown(path)}: the file is empty.", "Check how it was written.")
    return found


def unpacked(raw: bytes, path: Path) -> bytes:
    """The bytes themselves, or what they hold where the name ends in ``.gz``."""
    if path.suffix.lower() != ".gz":
        return raw
    import gzip

    try:
        packed = io.BytesIO(raw)
        with gzip.GzipFile(fileobj=packed) as stream:
            body = drained(cast("BinaryIO", stream), shown(path), lambda: packed.tell() / len(raw))
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"{shown(path)}: the file is called .gz but cannot be unpacked ({error}).",
            "It may be cut short, or not compressed at all: then rename it.",
        ) from error
    if not body:
        raise DataError(f"{shown(path)}: the file holds nothing once unpacked.", "Check how it was written.")
    return body


def hashing(raw: bytes) -> Future[str]:
    """SHA-256 of the bytes, worked out in a thread of its own while they are being parsed."""
    return _aside(lambda: hashlib.sha256(raw).hexdigest())


def hashing_file(path: Path) -> Future[str]:
    """SHA-256 of a file, which is read a second time for it, in a thread of its own."""

    def digest() -> str:
        with path.open("rb", buffering=0) as file:
            return hashlib.file_digest(file, hashlib.sha256).hexdigest()

    return _aside(digest)


def _aside(work: Callable[[], str]) -> Future[str]:
    pool = ThreadPoolExecutor(max_workers=1)
    future = pool.submit(work)
    pool.shutdown(wait=False)
    return future


def check_header(header: Sequence[str], source: str) -> None:
    """Refuse names that are empty or occur twice, since columns are known by their names."""
    for position, name in enumerate(header, start=1):
        if not name.strip():
            raise DataError(
                f"{source}: column {position} has no name.",
                "Give every column a name, or delete it (pandas writes its index so: to_csv(..., index=False)).",
            )
    if len(set(header)) < len(header):
        first: dict[str, int] = {}
        for position, name in enumerate(header, start=1):
            if name in first:
                raise DataError(
                    f"{source}: columns {first[name]} and {position} are both called {name!r}.",
                    "Rename or delete one of them: columns are known by their names.",
                )
            first[name] = position
