"""Dates as numbers: the function that a saved model refers to by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.numerics.arrays import FloatArray

# Parts that come round again, and after how many steps.
PERIODS = {"month": 12, "weekday": 7, "hour": 24}
# As long as a text without a time of day.
DAY = len("2024-05-31")


def part_names(parts: Sequence[str], *, cyclic: bool, timed: bool) -> list[str]:
    """Names of the features of one column of dates: ``year``, ``month_sin``, ``month_cos``, …; no hour where no cell has one."""
    names: list[str] = []
    for part in parts:
        if part == "hour" and not timed:
            continue
        names += [f"{part}_sin", f"{part}_cos"] if cyclic and part in PERIODS else [part]
    return names


def date_parts(dates: Any, parts: list[list[str]]) -> FloatArray:  # noqa: ANN401 - a data frame
    """Parts of dates as numbers.

    Parameters
    ----------
    dates : data frame (n, m)
        Columns of dates, as numpy's type or as ISO texts; None or NaT is missing.
    parts : list of list of str
        Which parts are wanted of each column, as `part_names` gives them: the year, the month from 1 to 12, the weekday from 0
        (Monday) to 6, the hour; and the sine and cosine of the full circle that the latter three make, from January, Monday and
        midnight on.

    Returns
    -------
    ndarray (n, q)
        Side by side; NaN where a date is missing.
    """
    columns: list[FloatArray] = []
    for j, wanted in enumerate(parts):
        cells = dates.iloc[:, j]
        times = np.array([None if cell is None or cell != cell else cell for cell in cells], dtype="datetime64[s]")  # noqa: PLR0124
        columns += [_part(times, name) for name in wanted]
    return np.column_stack(columns) if columns else np.empty((len(dates), 0))


def _part(times: np.ndarray[Any, np.dtype[np.datetime64]], name: str) -> FloatArray:
    """One part of every time, shape (n,)."""
    part, _, wave = name.partition("_")
    step = {
        "year": lambda: times.astype("datetime64[Y]").astype(np.int64) + 1970,
        "month": lambda: times.astype("datetime64[M]").astype(np.int64) % 12,
        "weekday": lambda: (times.astype("datetime64[D]").astype(np.int64) + 3) % 7,
        "hour": lambda: times.astype(np.int64) // 3600 % 24,
    }[part]()
    values: FloatArray = np.where(np.isnat(times), np.nan, step.astype(np.float64))
    if wave:
        turn = 2 * np.pi * values / PERIODS[part]
        return np.sin(turn) if wave == "sin" else np.cos(turn)
    return values + 1 if part == "month" else values
