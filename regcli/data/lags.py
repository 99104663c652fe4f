"""Earlier values as features: lags and rolling means that cannot look ahead.

Every value is taken from rows strictly before its own, in time order and within its group, and each is worked out from just the
rows it covers (no running sums), so that nothing in row t or later can reach the features of row t, not even by rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from regcli.numerics.arrays import FloatArray, IntArray, TextArray


@dataclass(frozen=True, slots=True)
class Lagged:
    """Features made from earlier rows.

    Attributes
    ----------
    names : tuple of str
        ``y_lag1``, …, ``y_mean7``, …: q names.
    values : ndarray (n, q)
        In the rows' original order; NaN without history, or where the history has a missing value.
    complete : bool ndarray (n,)
        The row has as many rows before it as its longest lag or mean needs.
    depth : int
        That many.
    sources : tuple of str
        The column that each is made from.
    """

    names: tuple[str, ...]
    values: FloatArray
    complete: np.ndarray[Any, np.dtype[np.bool_]]
    depth: int
    sources: tuple[str, ...]


def lagged_names(columns: Sequence[str], lags: Sequence[int], windows: Sequence[int]) -> tuple[str, ...]:
    """Names of the lag features, in the order in which `lagged` makes them."""
    return tuple(name for c in columns for name in (*(f"{c}_lag{k}" for k in lags), *(f"{c}_mean{w}" for w in windows)))


def lagged(
    columns: Mapping[str, FloatArray],
    order: IntArray,
    group: TextArray | None,
    lags: Sequence[int],
    windows: Sequence[int],
) -> Lagged:
    """Make lag features.

    Parameters
    ----------
    columns : mapping of str to ndarray (n,)
        The columns whose past is wanted.
    order : int ndarray (n,)
        Positions of the rows in time order.
    group : object ndarray (n,) or None
        Rows of different groups are different series.
    lags : sequence of int
        k: the value k rows earlier.
    windows : sequence of int
        w: the mean of the w rows before this one, which is not among them.
    """
    n, depth = len(order), max((*lags, *windows))
    order, age = by_series(order, group)
    names = lagged_names(list(columns), lags, windows)
    values: FloatArray = np.full((n, len(names)), np.nan, order="F")
    column = 0
    for source in columns.values():
        series = source[order]
        for k in lags:
            later = np.flatnonzero(age >= k)
            values[order[later], column] = series[later - k]
            column += 1
        for w in windows:
            later = np.flatnonzero(age >= w)
            if len(later):
                means = np.lib.stride_tricks.sliding_window_view(series, w).mean(axis=1)
                values[order[later], column] = means[later - w]
            column += 1
    complete = np.zeros(n, dtype=bool)
    complete[order[age >= depth]] = True
    sources = tuple(name for name in columns for _ in (*lags, *windows))
    return Lagged(names, values, complete, depth, sources)


def earlier(series: FloatArray, places: IntArray, lags: Sequence[int], windows: Sequence[int]) -> FloatArray:
    """The lag features of some places of one column, each with enough history before it; (m, q) in the order of `lagged`."""
    lagged_values = [series[places - k] for k in lags]
    return np.column_stack([*lagged_values, *(series[places[:, None] + np.arange(-w, 0)].mean(axis=1) for w in windows)])


def by_series(order: IntArray, group: TextArray | None) -> tuple[IntArray, IntArray]:
    """Positions sorted by group, then time; and how many rows of its group stand before each of them."""
    n = len(order)
    if group is None:
        return order, np.arange(n)
    _, codes = np.unique(group.astype(str), return_inverse=True)
    order = order[np.argsort(codes[order], kind="stable")]
    codes = codes[order]
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    age = np.arange(n) - np.repeat(starts, np.diff(np.r_[starts, n]))
    return order, age


def check_names_free(names: Sequence[str], header: Sequence[str], source: str) -> None:
    """Refuse lag features whose names are taken by columns of the file."""
    for name in names:
        if name in header:
            raise DataError(
                f"{source}: preprocess.lags makes a column {name!r}, which the file has already.",
                "Rename that column, or leave the lag out.",
            )
