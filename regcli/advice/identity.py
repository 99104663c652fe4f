"""Columns that say what a row is, apart from what it is like: its number or name, and times that lie ahead of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regcli.advice.association import r_squared
from regcli.advice.finding import Finding, exclusion, leave_out
from regcli.data.dates import iso_seconds
from regcli.data.kinds import FACTOR_LEVELS, ROW_NUMBER
from regcli.numerals import count, number, percent

if TYPE_CHECKING:
    from regcli.advice.view import View
    from regcli.numerics.arrays import FloatArray

# Whole numbers between these are years.
YEARS = (1800, 2200)
# Share of the rows in which a date may lie ahead by chance, such as a slip.
AHEAD = 0.05
# A column that is the target of the next row.
NEXT = 0.99


def identifiers(view: View) -> list[Finding]:
    """Columns of numbers that name or count the rows."""
    found = []
    n = len(view.rows)
    if n < FACTOR_LEVELS // 2:
        return []
    place = view.dataset.row[view.rows]
    for names, X in view.numbers():
        whole = np.flatnonzero((np.round(X) == X).all(axis=0))
        for j in whole:
            x, name = X[:, j], names[j]
            if len(np.unique(x)) < n or (YEARS[0] <= x.min() and x.max() <= YEARS[1] and not ROW_NUMBER.fullmatch(name)):
                continue
            counts = np.ptp(x - place) == 0 and (not view.dataset.ordered or ROW_NUMBER.fullmatch(name) is not None)
            rises = not (view.dataset.ordered or view.series) and _rises(x[np.argsort(place)], view.n)
            if counts or rises or ROW_NUMBER.fullmatch(name):
                how = (
                    "counts the rows" if counts else "rises from row to row" if rises else "has another whole number in every row"
                )
                found.append(_identifier(name, n, how))
    return found


def _rises(x: FloatArray, n: int) -> bool:
    """Whether numbers grow from row to row as they do that were given out one after the other."""
    return bool((np.diff(x) > 0).all()) and float(np.ptp(x)) < 10.0 * n


def _identifier(name: str, n: int, how: str) -> Finding:
    return Finding(
        "identifier",
        "leakage",
        (name,),
        "different values",
        float(n),
        "one for every row",
        f"Column {name!r} {how} and looks like an identifier: {count(n, 'different whole number')} in "
        f"{count(n, 'row')}. Where it "
        "predicts, it is by the order of the file, which new rows do not have.",
        f"Leave it out: {exclusion(name)}.",
        leave_out(name),
    )


def ahead(view: View) -> list[Finding]:
    """Columns that lie later than their row: dates after the row's time, and the target of the next row."""
    dataset = view.dataset
    found = []
    if dataset.time is not None:
        now = dataset.time[view.rows]
        span = float(np.ptp(now))
        for name, cells in view.texts("date"):
            found += _later(name, iso_seconds(cells), now)
        for names, X in view.numbers():
            with np.errstate(invalid="ignore"):
                like = (np.nanmin(X, axis=0, initial=np.inf) >= now.min() - span) & (
                    np.nanmax(X, axis=0, initial=-np.inf) <= now.max() + span
                )
            for j in np.flatnonzero(like & (r_squared(X, now[:, None]) > NEXT)):
                found += _later(names[j], X[:, j], now)
    if view.series and view.is_regression and dataset.group is None:
        found += _next_ones(view)
    return found


def _later(name: str, then: FloatArray, now: FloatArray) -> list[Finding]:
    known = ~np.isnan(then)
    if not known.any():
        return []
    share = float((then[known] > now[known]).mean())
    if share <= AHEAD:
        return []
    return [
        Finding(
            "later_than_row",
            "leakage",
            (name,),
            "share of rows",
            share,
            f"at most {percent(AHEAD)}",
            f"Column {name!r} is later than the row's own time in {percent(share)} of the rows: was it known then?",
            f"If it was not, leave it out: {exclusion(name)}.",
            leave_out(name),
        )
    ]


def _next_ones(view: View) -> list[Finding]:
    """Columns that are the target one row later, steps and all."""
    y = view.y[:, None]
    steps, found = np.diff(y[1:], axis=0), []
    if len(steps) < FACTOR_LEVELS:
        return []
    for names, X in view.numbers():
        share = np.minimum(r_squared(X[:-1], y[1:]), r_squared(np.diff(X[:-1], axis=0), steps))
        found += [_next_one(view, names[j], float(share[j])) for j in np.flatnonzero(share >= NEXT)]
    return found


def _next_one(view: View, name: str, share: float) -> Finding:
    return Finding(
        "next_target",
        "leakage",
        (name,),
        "R² with the next row",
        share,
        f"below {number(NEXT)}",
        f"Column {name!r} is {view.dataset.target} of the next row: it was not known when the row's own was.",
        f"Leave it out: {exclusion(name)}; or give earlier values (preprocess.lags).",
        leave_out(name),
    )
