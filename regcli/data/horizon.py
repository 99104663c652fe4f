"""The end of a series, where the target is not known yet: its rows are predicted one after the other, on earlier predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.data.lags import by_series, earlier

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from regcli.data.types import Features
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, TextArray


@dataclass(frozen=True, slots=True)
class Horizon:
    """n rows of one or several series whose target has lags among the model's features.

    Places are positions in the rows sorted by series, then time.

    Attributes
    ----------
    target : ndarray (n,)
        By place; NaN where not known.
    place : int ndarray (n,)
        Of each row of the file.
    age : int ndarray (n,)
        By place: how many rows of its series stand before it.
    open : bool ndarray (n,)
        By place: the target is known neither here nor in any later row of the series.
    lags, windows : tuple of int
    columns : tuple of int
        Where the target's lag features stand among the numeric columns; -1 for one that the model does without.
    """

    target: FloatArray
    place: IntArray
    age: IntArray
    open: BoolArray
    lags: tuple[int, ...]
    windows: tuple[int, ...]
    columns: tuple[int, ...]

    @property
    def offsets(self) -> IntArray:
        """How many rows back a row looks, each distance once."""
        return np.unique([*self.lags, *(k for w in self.windows for k in range(1, w + 1))]).astype(np.int64)

    def reachable(self, usable: BoolArray, *, gaps: bool) -> BoolArray:
        """Which rows can be predicted, be it on predictions, bool (n,).

        Parameters
        ----------
        usable : bool ndarray (n,)
            Rows of the file that have all that the model needs but for the target's own past.
        gaps : bool
            A gap in the target's past is filled in by the model.
        """
        offsets = self.offsets
        able = np.empty(len(usable), dtype=bool)
        able[self.place] = usable
        able &= self.age >= offsets[-1]
        if not gaps:
            known = ~np.isnan(self.target)
            closed = np.flatnonzero(able & ~self.open)
            for k in offsets:
                able[closed] &= known[closed - k]
            for place in np.flatnonzero(able & self.open):  # in time order within a series: what it looks back on is settled
                able[place] = known[place - offsets].all()
                known[place] = able[place]
        return np.asarray(able[self.place])

    def from_predictions(self, rows: IntArray) -> BoolArray:
        """Whether some of a row's lag features are predictions, bool (m,), for rows that can be predicted."""
        predicted = np.zeros(len(self.target), dtype=bool)
        predicted[self.place[rows]] = True
        predicted &= self.open
        return np.asarray(predicted[self.place[rows][:, None] - self.offsets].any(axis=1))

    def lacking(self, rows: IntArray) -> BoolArray:
        """Which of the target's lag features neither the past nor a prediction gives, bool (m, columns), for such rows."""
        place, target = self.place[rows], self.target.copy()
        target[place[self.open[place]]] = 0.0  # any number: it will be predicted
        return np.isnan(earlier(target, place, self.lags, self.windows))

    def batches(self, features: Features, rows: IntArray) -> Generator[tuple[IntArray, Features], FloatArray, None]:
        """Rows as soon as all that they look back on is known or predicted: positions among `rows`, and their features.

        What is sent in return is the target's prediction for them.
        """
        place, offsets, target = self.place[rows], self.offsets, self.target.copy()
        coming = np.zeros(len(target), dtype=bool)
        coming[place] = True
        coming &= self.open
        columns = np.array(self.columns)
        waiting = np.arange(len(rows))
        while len(waiting):
            ready = ~coming[place[waiting][:, None] - offsets].any(axis=1)
            batch, waiting = waiting[ready], waiting[~ready]
            some = features.take(batch)
            some.numeric[:, columns[columns >= 0]] = earlier(target, place[batch], self.lags, self.windows)[:, columns >= 0]
            predicted = yield batch, some
            unknown = self.open[place[batch]]
            target[place[batch][unknown]] = predicted[unknown]
            coming[place[batch]] = False


def horizon(
    target: FloatArray,
    order: IntArray,
    group: TextArray | None,
    lags: Sequence[int],
    windows: Sequence[int],
    columns: Sequence[int],
) -> Horizon:
    """Lay the rows out by series.

    Parameters
    ----------
    target : ndarray (n,)
        By row of the file; NaN where not known.
    order : int ndarray (n,)
        Positions of the rows in time order.
    group : object ndarray (n,) or None
        Rows of different groups are different series.
    lags, windows : sequence of int
        As `lagged` takes them.
    columns : sequence of int
        Where the target's lag features stand among the numeric columns; -1 for one that the model does without.
    """
    order, age = by_series(order, group)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    sorted_target = target[order]
    series = np.cumsum(age == 0) - 1
    last = np.full(series[-1] + 1, -1)
    known = np.flatnonzero(~np.isnan(sorted_target))
    np.maximum.at(last, series[known], known)
    still_open = np.arange(len(order)) > last[series]
    return Horizon(sorted_target, place, age, still_open, tuple(lags), tuple(windows), tuple(columns))
