"""The names of a file's columns, for messages about files that no configuration describes yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def header_of(path: Path, kind: str) -> tuple[str, ...]:
    """Names of the columns of a file with named columns.

    Parameters
    ----------
    path : Path
    kind : {"csv", "parquet"}

    Raises
    ------
    DataError
        Where the file cannot be read.
    """
    from regcli.data.csvfile import open_csv
    from regcli.data.parquet import open_parquet

    return tuple(open_parquet(path).header if kind == "parquet" else open_csv(path).header)
