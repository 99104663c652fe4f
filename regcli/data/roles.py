"""The columns that play a role besides the features: weights, groups, folds and the time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.data.arrow import first_true
from regcli.data.columns import as_texts, is_numeric, numbers, refuse_non_number, texts
from regcli.data.dates import UnclearOrderError, iso_texts, unclear_order
from regcli.data.wording import count
from regcli.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

    from regcli.data.source import TableSource
    from regcli.numerics.arrays import FloatArray, IntArray, TextArray

# What ISO 8601 allows and pyarrow's CSV reader does not take for a date by itself, such as a month.
ISO_TIME = re.compile(r"\d{4}-\d\d(-\d\d([T ]\d\d(:\d\d(:\d\d(\.\d+)?)?)?)?)?")


def sample_weights(column: pa.ChunkedArray, name: str, source: TableSource) -> FloatArray:
    """Sample weights, shape (n,), finite and >= 0.

    Raises
    ------
    DataError
        For anything else, with the place of the first offender.
    """
    if not is_numeric(column) and column.null_count < len(column):
        refuse_non_number(column, name, source, "dataset.weight", "Correct the cell, or weight by another column.")
    _refuse_missing(column, name, "dataset.weight", source)
    weight = numbers(column)
    bad = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))
    if len(bad):
        row = int(bad[0])
        raise DataError(
            f"{source.name}: dataset.weight {name!r} is {weight[row]:g} in {source.place(row)}.",
            "Weights must be finite and not negative; 0 leaves a row out of every fit.",
        )
    return weight


def role_texts(column: pa.ChunkedArray, name: str, key: str, source: TableSource) -> TextArray:
    """Cells of a group, fold or holdout column as text, shape (n,), none of them missing."""
    _refuse_missing(column, name, key, source)
    return texts(column)


def time_order(column: pa.ChunkedArray, name: str, source: TableSource) -> IntArray:
    """Positions of the rows in time order, shape (n,); rows of the same time stay as they are."""
    order: IntArray = np.argsort(times_of(column, name, source), kind="stable")
    return order


def times_of(column: pa.ChunkedArray, name: str, source: TableSource) -> np.ndarray[Any, np.dtype[Any]]:
    """The time of every row as something that can be sorted, shape (n,).

    Raises
    ------
    DataError
        Where a time is missing, or the column is neither numbers nor dates.
    """
    import pyarrow as pa

    _refuse_missing(column, name, "dataset.time", source)
    times: np.ndarray[Any, np.dtype[Any]] | None
    if is_numeric(column):
        times = numbers(column)
    elif pa.types.is_temporal(column.type):
        times = column.to_numpy()
    else:
        cells = [] if pa.types.is_boolean(column.type) else texts(column).tolist()
        wrong = next((i for i, cell in enumerate(cells) if not ISO_TIME.fullmatch(cell)), None)
        try:
            times = np.array(cells, dtype="datetime64") if cells and wrong is None else None
        except ValueError:  # such as a thirteenth month
            times = None
        if times is None and cells:
            times = _other_times(column, name, source)
        if times is None:
            row = wrong or 0
            said = f"; {source.place(row)} says {cells[row]!r}" if cells else ""
            raise DataError(
                f"{source.name}: dataset.time {name!r} cannot be put in order{said}.",
                "Write times as numbers or as dates such as 2024-05-31 or 2024-05-31T18:00.",
            )
    return times


def seconds(times: np.ndarray[Any, np.dtype[Any]]) -> FloatArray:
    """Times as numbers, shape (n,): dates as seconds since 1970, NaN where there is none; what is neither by its rank."""
    if times.dtype.kind == "M":
        whole = times.astype("datetime64[us]")
        return np.where(np.isnat(whole), np.nan, whole.astype(np.int64) / 1e6)
    if times.dtype.kind == "O":  # times of day
        return np.unique(times, return_inverse=True)[1].astype(np.float64)
    return times.astype(np.float64)


def _other_times(column: pa.ChunkedArray, name: str, source: TableSource) -> np.ndarray[Any, np.dtype[np.datetime64]] | None:
    """Times that are written as people do, such as 31.5.2024; None where some cell is no time."""
    try:
        found, wrong = iso_texts(as_texts(column), source.notation.day_first)
    except UnclearOrderError as error:
        raise unclear_order(f"dataset.time {name!r}", error, source) from error
    return None if wrong else found.astype("datetime64[s]")


def _refuse_missing(column: pa.ChunkedArray, name: str, key: str, source: TableSource) -> None:
    import pyarrow.compute as pc

    missing = pc.is_null(column, nan_is_null=True)
    n_missing = pc.sum(missing).as_py()
    if n_missing:
        row = first_true(missing)
        raise DataError(
            f"{source.name}: {key} {name!r} has {count(n_missing, 'missing cell')}, the first in {source.place(row)}.",
            "Fill them in, or take those rows out of the file: a column with a role needs a value in every row.",
        )
