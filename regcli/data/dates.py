"""Dates as ISO texts: ``2024-05-31``, or ``2024-05-31T18:00:00`` in a column where some cell has a time of day."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from regcli.data.notation import LABEL_LEVELS
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from regcli.data.source import TableSource
    from regcli.numerics.arrays import FloatArray, TextArray

_TIME = r"([T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(:(?P<second>\d{2})(\.\d+)?)?( ?(?P<half>[AaPp])[Mm])?Z?)?"
# The year first, or last; the latter with the day or the month in front.
YEAR_FIRST = rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_TIME}"
YEAR_LAST = rf"(?P<one>\d{{1,2}})(?P<sign>[-/.])(?P<two>\d{{1,2}})[-/.](?P<year>\d{{4}}|\d{{2}}){_TIME}"
TOGETHER = r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
_FORMS = tuple(re.compile(form) for form in (YEAR_FIRST, YEAR_LAST, TOGETHER))
# Either of the first two, without names for the parts, as pyarrow's expressions want it.
_DATE = re.sub(r"\?P<\w+>", "", rf"^\s*({YEAR_FIRST}|{YEAR_LAST})\s*$")
# Two digits are a year from 1969 to 2068, as POSIX has it.
PIVOT = 69


class UnclearOrderError(ValueError):
    """Dates such as 3/4/2024, and nothing that says which is the month."""


def unclear_order(what: str, error: UnclearOrderError, source: TableSource) -> DataError:
    """Say that it must be said whether the day or the month comes first."""
    return DataError(
        f"{source.name}: {what} does not tell whether dates such as {str(error)!r} begin with the day.",
        "Say so: dataset.read.day_first: true (or false, if they begin with the month).",
        {"dataset.read.day_first": True},
        {"dataset.read.day_first": False},
    )


def look_like_dates(column: pa.ChunkedArray) -> bool:
    """Whether a column of text holds dates alone, and more of them than a factor has levels."""
    import pyarrow.compute as pc

    cells = pc.unique(column.drop_null())
    return len(cells) > LABEL_LEVELS and bool(pc.all(pc.match_substring_regex(cells, _DATE)).as_py())


def day_first_in(cells: Iterable[str]) -> bool | None:
    """Whether dates begin with the day: told by a number above 12, or by points between; None where nothing tells."""
    found: bool | None = None
    for cell in cells:
        match = _FORMS[1].fullmatch(cell.strip())
        if match is None:
            continue
        if match["sign"] == "." or int(match["one"]) > 12:
            return True
        if int(match["two"]) > 12:
            found = False
    return found


def iso_texts(column: pa.ChunkedArray, day_first: bool | None) -> tuple[TextArray, list[str]]:
    """A column of dates or of text as ISO texts, shape (n,), None where missing; and the different cells that are no date.

    A cell that is no date gives an empty text, which is nothing to go on with.

    Raises
    ------
    UnclearOrderError
        Where `day_first` is None and the cells do not tell.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_temporal(column.type):
        if pa.types.is_timestamp(column.type) and column.type.tz is not None:
            column = pc.local_timestamp(column)
        times = pc.cast(column, pa.timestamp("s"), safe=False)
        column = pc.strftime(times, format="%Y-%m-%dT%H:%M:%S")
    elif not pa.types.is_string(column.type):
        column = pc.cast(column, pa.string())
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    cells: list[str] = encoded.dictionary.to_pylist()
    if day_first is None:
        day_first = day_first_in(cells)
    times_of = [_parsed(cell.strip(), day_first) for cell in cells]
    form = "%Y-%m-%dT%H:%M:%S" if any(t is not None and t.time() != t.min.time() for t in times_of) else "%Y-%m-%d"
    levels = np.empty(len(cells) + 1, dtype=object)
    levels[:-1] = ["" if t is None else t.strftime(form) for t in times_of]
    levels[-1] = None
    codes = encoded.indices.fill_null(len(cells)).to_numpy(zero_copy_only=False)
    wrong = [cell for cell, t in zip(cells, times_of, strict=True) if t is None]
    out: TextArray = levels[codes]
    return out, wrong


def _parsed(cell: str, day_first: bool | None) -> datetime | None:
    """The time that a cell says, to the second; None where it says none."""
    match = next((m for form in _FORMS if (m := form.fullmatch(cell))), None)
    if match is None:
        return None
    part = {"one": None, "hour": None, "minute": None, "second": None, "half": None} | match.groupdict()
    year = int(match["year"])
    if part["one"] is not None:
        if len(match["year"]) == 2:
            year += 1900 if year >= PIVOT else 2000
        if day_first is None:
            raise UnclearOrderError(cell)
        day, month = (match["one"], match["two"]) if day_first else (match["two"], match["one"])
    else:
        day, month = match["day"], match["month"]
    hour = int(part["hour"] or 0)
    if part["half"] is not None:
        hour = hour % 12 + (12 if part["half"] in "Pp" else 0)
    try:
        return datetime(year, int(month), int(day), hour, int(part["minute"] or 0), int(part["second"] or 0))  # noqa: DTZ001
    except ValueError:
        return None


def iso_seconds(cells: TextArray) -> FloatArray:
    """ISO texts as seconds since 1970, shape (n,); NaN where missing."""
    times = np.array(["NaT" if cell is None else cell for cell in cells.tolist()], dtype="datetime64[s]")
    return np.where(np.isnat(times), np.nan, times.astype(np.int64).astype(np.float64))
