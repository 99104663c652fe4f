"""Files of rows and columns, seen the same way whatever their format: a header, a hash, and columns on request."""

from __future__ import annotations

import hashlib
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

from regcli.data.wording import did_you_mean, shown
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from concurrent.futures import Future
    from pathlib import Path

    import pyarrow as pa

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

    def read(self, columns: Sequence[str], as_text: AbstractSet[str]) -> pa.Table:
        """Read some columns, those of `as_text` as the text that stands in the cell."""

    def place(self, row: int) -> str:
        """Where a row (counted from 0) stands, in words; may be slow."""


def read_bytes(path: Path) -> bytes:
    """Read a whole file.

    Raises
    ------
    DataError
        Where there is no such file, it is a folder, empty, or may not be read.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        siblings = [p.name for p in path.parent.iterdir() if p.is_file()] if path.parent.is_dir() else []
        near = did_you_mean(path.name, siblings) if siblings else ""
        missing = "there is no such file" if path.parent.is_dir() else f"there is no folder {shown(path.parent)}"
        raise DataError(f"{shown(path)}: {missing}{near}.", READ_BY_NAME) from error
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
    if not raw:
        raise DataError(f"{shown(path)}: the file is empty.", "Check how it was written.")
    return raw


def unpacked(raw: bytes, path: Path) -> bytes:
    """The bytes themselves, or what they hold where the name ends in ``.gz``."""
    if path.suffix.lower() != ".gz":
        return raw
    import gzip

    try:
        body = gzip.decompress(raw)
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
    pool = ThreadPoolExecutor(max_workers=1)
    digest = pool.submit(lambda: hashlib.sha256(raw).hexdigest())
    pool.shutdown(wait=False)
    return digest


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
