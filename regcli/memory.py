"""Says no to tables that cannot fit into memory, before the attempt takes the machine down."""

from __future__ import annotations

import os
from pathlib import Path

from regcli.errors import DataError

# What a column costs beside its cells: its name, where it comes from, its place in every table of the outcome.
BYTES_PER_COLUMN = 1_000
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def refuse_beyond_memory(what: str, n_rows: int, n_columns: int, hint: str) -> None:
    """Raise where a dense table of float64 would need more than there is.

    Parameters
    ----------
    what : str
        What would be made, for the message.
    n_rows, n_columns : int
        Its shape.
    hint : str
        How to make it smaller.

    Raises
    ------
    DataError
    """
    # A fold's design stands beside the full one.
    needed = n_columns * (2 * 8 * n_rows + BYTES_PER_COLUMN)
    limit = available()
    if limit and needed > limit:
        shape = f"{n_rows:,} rows × {n_columns:,} columns"
        raise DataError(f"{what}: {shape} need {needed / 1e9:,.0f} GB of memory; there are {limit / 1e9:,.0f}.", hint)


def available() -> int:
    """Bytes of memory of this machine, or of the container around; 0 where nobody can tell."""
    try:
        limit = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 0
    try:
        text = CGROUP_LIMIT.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return limit
    return min(limit, int(text)) if text.isdecimal() else limit
