"""Says no to tables that cannot fit into memory, before the attempt takes the machine down."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a column costs beside its cells: its name, where it comes from, its place in every table of the outcome (measured with a
# million columns: 0.9 kB to load and plan, 2.3 kB to fit and write).
BYTES_PER_COLUMN = 2_500
# A number of a sparse table and its row.
BYTES_PER_PRESENT = 12
MEMINFO = Path("/proc/meminfo")
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def refuse_beyond_memory(
    what: str, n_rows: int, n_columns: int, hint: str, *remedies: Mapping[str, Any], n_present: int | None = None
) -> None:
    """Raise where a table of float64 would need more than there is.

    Parameters
    ----------
    what : str
        What would be made, for the message.
    n_rows, n_columns : int
        Its shape.
    hint : str
        How to make it smaller.
    *remedies : mapping of str to plain data
        The same as keys of the configuration.
    n_present : int or None
        Cells that a sparse table holds; None for a dense one.

    Raises
    ------
    DataError
    """
    # A fold's design stands beside the full one.
    needed = n_columns * BYTES_PER_COLUMN
    needed += 2 * 8 * n_rows * n_columns if n_present is None else 2 * BYTES_PER_PRESENT * n_present
    shape = f"{n_rows:,} rows × {n_columns:,} columns" if n_rows else f"{n_columns:,} columns"
    refuse(f"{what}: {shape} need", needed, hint, *remedies)


def refuse(what: str, needed: int, hint: str, *remedies: Mapping[str, Any]) -> None:
    """Raise where something needs more memory than there is.

    Parameters
    ----------
    what : str
        What would be made, with its verb: ``d.csv: 5 columns need``.
    needed : int
        Bytes, as far as can be told beforehand.
    hint : str
        How to do with less.
    *remedies : mapping of str to plain data
        The same as keys of the configuration.

    Raises
    ------
    DataError
    """
    limit = available()
    if limit and needed > limit:
        raise DataError(f"{what} {gigabytes(needed)} of memory; there are {gigabytes(limit)}.", hint, *remedies)


def gigabytes(size: int) -> str:
    """Bytes for people: ``3.2 GB``, ``1,200 GB``, ``0.0012 GB``."""
    return f"{size / 1e9:,.0f} GB" if size >= 1e10 else f"{size / 1e9:.2g} GB"


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
