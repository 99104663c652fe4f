"""Says no to tables that cannot fit into memory, before the attempt takes the machine down."""

from __future__ import annotations

import os
from pathlib import Path

from regcli.errors import DataError

# What a column costs beside its cells: its name, where it comes from, its place in every table of the outcome (measured with a
# million columns: 0.9 kB to load and plan, 2.3 kB to fit and write).
BYTES_PER_COLUMN = 2_500
MEMINFO = Path("/proc/meminfo")
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
        shape = f"{n_rows:,} rows × {n_columns:,} columns" if n_rows else f"{n_columns:,} columns"
        raise DataError(f"{what}: {shape} need {needed / 1e9:,.0f} GB of memory; there are {limit / 1e9:,.0f}.", hint)


def available() -> int:
    """Bytes of memory that can be had on this machine, or in the container around; 0 where nobody can tell."""
    limits = [limit for limit in (_of_machine(), _of_container()) if limit]
    return min(limits, default=0)


def _of_machine() -> int:
    """What is free or can be made free; elsewhere than on Linux, all there is."""
    try:
        lines = MEMINFO.read_text(encoding="ascii").splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, StopIteration):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 0


def _of_container() -> int:
    try:
        text = CGROUP_LIMIT.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return 0
    return int(text) if text.isdecimal() else 0
