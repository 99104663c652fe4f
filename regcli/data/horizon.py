"""The end of a series, where the target is not known yet: its rows are predicted one after the other, on earlier predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.data.lags import by_series, earlier, lagged_names
from regcli.data.wording import count, listing

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from regcli.config import Config
    from regcli.data.lags import Lagged
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


def target_horizon(config: Config, past: FloatArray, order: IntArray, group: TextArray | None, names: Sequence[str]) -> Horizon:
    """What is known of the target, by series, and where its lag features stand among the numeric columns."""
    lags: Any = config.preprocess.lags
    steps, windows = tuple(lags.lags or ()), tuple(lags.rolling_mean or ())
    made = lagged_names([getattr(config.dataset, "target", "")], steps, windows)
    return horizon(past, order, group, steps, windows, [names.index(name) if name in names else -1 for name in made])


def with_history(made: Lagged, ahead: Horizon | None, usable: BoolArray, config: Config, warnings: list[str]) -> BoolArray:
    """Rows whose lag features are known, or will be once earlier rows are predicted; warnings count the others by reason."""
    target = getattr(config.dataset, "target", None)
    gaps = config.preprocess.missing.strategy not in {"error", "drop"}
    short = usable & ~made.complete
    if short.any():
        n, depth = int(short.sum()), count(made.depth, "earlier row")
        warnings.append(f"{count(n, 'row')} without {depth} for the lag features left out.")
        if not made.complete.any():
            of = listing([repr(name) for name in dict.fromkeys(made.sources)])
            warnings.append(f"Put the last {count(made.depth, 'row')} before them into the file as well, with {of}.")
    able = usable & made.complete
    if not gaps:
        unknown = np.isnan(made.values) & (np.array(made.sources) != target)
        lost = able & unknown.any(axis=1)
        if lost.any():
            able &= ~lost
            of = listing(list(dict.fromkeys(repr(made.sources[j]) for j in np.flatnonzero(unknown[lost].any(axis=0)))))
            warnings.append(
                f"{count(int(lost.sum()), 'row')} left out whose lags reach values of {of} that are not known: "
                f"give them, or fit with lags of {of} beyond the horizon."
            )
    if ahead is None:
        return able
    reached = ahead.reachable(able, gaps=gaps)
    cut = able & ~reached
    if cut.any():
        left_out = f"{count(int(cut.sum()), 'row')} left out whose lags"
        warnings.append(f"{left_out} reach rows of {target!r} that are neither known nor can be predicted.")
    n = int(ahead.from_predictions(np.flatnonzero(reached)).sum())
    if n:
        stand = count(n, "row stands", "rows stand")
        warnings.append(f"{stand} on the model's own predictions of {target!r} (from_predictions): errors add up.")
    return reached
