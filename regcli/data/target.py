"""The target: which task it makes, its numbers, or its classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.data.arrow import text_array, truths
from regcli.data.columns import DECORATED, NUMBER, as_texts, first_non_number, is_numeric, numbers, parsed_numbers, texts
from regcli.data.wording import count, listing
from regcli.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from regcli.data.source import TableSource
    from regcli.data.types import Task
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, TextArray

# Whole numbers with more distinct values than this are quantities, not classes.
MANY_VALUES = 20
FEW_CODES = 4


@dataclass(frozen=True, slots=True)
class Target:
    """The target of every row of the source.

    Attributes
    ----------
    name : str
        Of the column, as messages call it.
    source : str
        What the data are called in messages.
    place : callable
        Where a row stands, in words.
    numbers : ndarray (n,) or None
        NaN where missing; None where some cell is no number.
    missing : bool ndarray (n,)
    labels : callable
        Gives the cells' texts, object ndarray (n,), None where missing.
    stray : tuple of (int, str), or None
        Row and text of the first cell that is no number.
    """

    name: str
    source: str
    place: Callable[[int], str]
    numbers: FloatArray | None
    missing: BoolArray
    labels: Callable[[], TextArray]
    stray: tuple[int, str] | None = None


def column_target(column: pa.ChunkedArray, name: str, source: TableSource) -> Target:
    """Read the target from a column of numbers or texts."""
    if is_numeric(column):
        values = numbers(column)
        return Target(name, source.name, source.place, values, np.isnan(values), lambda: texts(column))
    column = as_texts(column)
    missing = truths(column.is_null())
    values_or_none = parsed_numbers(column, source.notation)
    stray = first_non_number(column, source.notation) if values_or_none is None else None
    return Target(name, source.name, source.place, values_or_none, missing, lambda: texts(column), stray)


def number_target(values: FloatArray, name: str, source: str, place: Callable[[int], str]) -> Target:
    """A target that is numbers to begin with; whole numbers are labelled without a point."""

    def labels() -> TextArray:
        out = np.empty(len(values), dtype=object)
        out[:] = [str(int(v)) if v.is_integer() else repr(v) for v in values.tolist()]
        return out

    return Target(name, source, place, values, np.isnan(values), labels)


def task_of(target: Target, task: Task | None) -> Task:
    """The configuration's task, or else the one the target makes plain.

    Raises
    ------
    DataError
        Where the target does not suit the task, or has no value.
    UsageError
        Where it could be either.
    """
    if target.missing.all():
        raise DataError(f"{target.source}: target {target.name!r} has no value at all.", "Name another dataset.target.")
    values = None if target.numbers is None else target.numbers[~target.missing]
    if values is not None and np.isinf(values).any():
        row = int(np.flatnonzero(~target.missing)[np.isinf(values)][0])
        raise DataError(
            f"{target.source}: target {target.name!r} is infinite in {target.place(row)}.", "Correct the cell or empty it."
        )
    if task is None:
        task = _guessed(target, values)
        if values is None:
            _refuse_quantities(target, None)
        return task
    if task == "regression" and values is None:
        cell = f": {target.place(target.stray[0])} says {target.stray[1]!r}" if target.stray else ""
        raise DataError(
            f"{target.source}: target {target.name!r} must hold numbers for regression{cell}.",
            "Correct the cell, name another dataset.target, or set task: classification.",
        )
    if task == "classification" and values is not None and not _whole(values):
        odd = int(np.flatnonzero(values != np.round(values))[0])
        where = target.place(int(np.flatnonzero(~target.missing)[odd]))
        raise DataError(
            f"{target.source}: target {target.name!r} holds real numbers ({values[odd]:g} in {where}), which are no classes.",
            "Set task: regression, or write classes as whole numbers or text.",
            {"task": "regression"},
        )
    if task == "classification":
        _refuse_quantities(target, values)
    return task


def _refuse_quantities(target: Target, values: FloatArray | None) -> None:
    """Raise where nearly every row would be a class of its own."""
    cells = target.labels()[~target.missing].tolist() if values is None else values.tolist()
    n = len(set(cells))
    if n <= MANY_VALUES or 2 * n <= len(cells):
        return
    what = f"{n:,} different {'texts' if values is None else 'numbers'} in {count(len(cells), 'row')}"
    if values is None:
        raise DataError(
            f"{target.source}: target {target.name!r} holds {what}, which are no classes.",
            "Name another dataset.target: a class must come back in many rows.",
        )
    raise DataError(
        f"{target.source}: target {target.name!r} holds {what}: a quantity, and no classes.",
        "Set task: regression, or name another dataset.target.",
        {"task": "regression"},
    )


def encoded(target: Target, task: Task, rows: IntArray) -> tuple[FloatArray, tuple[str, ...]]:
    """Encode y of some rows, and name the classes: sorted by number where all are numbers, else by text; none for regression.

    Raises
    ------
    DataError
        Where all rows have the same value or class.
    """
    if task == "regression":
        y = np.asarray(target.numbers)[rows]
        if (y == y[0]).all():
            raise DataError(
                f"{target.source}: target {target.name!r} is {y[0]:g} in all rows used: nothing is left to be explained.",
                "Name another dataset.target.",
            )
        return y, ()
    labels = target.labels()[rows]
    # "1" and "1.0" are the same class: numbers are told apart by value, and called by the first spelling in sorted order.
    keys = labels if target.numbers is None else target.numbers[rows]
    names = dict(sorted(zip(keys.tolist(), labels.tolist(), strict=True), reverse=True))
    order = sorted(names)
    if len(order) < 2:
        raise DataError(
            f"{target.source}: target {target.name!r} has a single class, {names[order[0]]!r}, in all rows used.",
            "Classification needs at least two: name another dataset.target, or check which rows were left out.",
        )
    code = {key: float(i) for i, key in enumerate(order)}
    return np.array([code[key] for key in keys.tolist()]), tuple(names[key] for key in order)


def _guessed(target: Target, values: FloatArray | None) -> Task:
    if values is None:
        _refuse_spoilt_numbers(target)
        return "classification"
    if not _whole(values):
        return "regression"
    distinct: Sequence[float] = np.unique(values).tolist()
    if len(distinct) == 1:
        raise DataError(
            f"{target.source}: target {target.name!r} is {distinct[0]:g} in all rows: nothing is left to be explained.",
            "Name another dataset.target.",
        )
    if len(distinct) == 2:
        return "classification"
    # Classes come back; what is different in most rows is a quantity, however few the rows.
    if len(distinct) > MANY_VALUES or 2 * len(distinct) > len(values):
        return "regression"
    # Three or four numbers in a row, from 0 or 1 on, are more often codes than counts.
    consecutive = len(distinct) <= FEW_CODES and distinct in ([*range(len(distinct))], [*range(1, len(distinct) + 1)])
    raise UsageError(
        f"{target.source}: target {target.name!r} could be a number or a class "
        f"(its values are {listing([f'{v:g}' for v in distinct], 8)}).",
        "Write task: regression or task: classification.",
        *({"task": task} for task in (("classification", "regression") if consecutive else ("regression", "classification"))),
    )


def _refuse_spoilt_numbers(target: Target) -> None:
    """Raise where most cells are numbers, too many to be classes, and some cell is none."""
    import pyarrow.compute as pc

    cells = text_array(target.labels()[~target.missing].tolist())
    like_numbers = pc.sum(pc.or_(pc.match_substring_regex(cells, NUMBER), pc.match_substring_regex(cells, DECORATED))).as_py()
    if target.stray and 2 * like_numbers > len(cells) and pc.count_distinct(cells).as_py() > MANY_VALUES:
        row, text = target.stray
        raise DataError(
            f"{target.source}: target {target.name!r} is made of numbers, but {target.place(row)} says {text!r}.",
            "Correct the cell (numbers are written like 1234.5), empty it if the value is missing, or set task: classification.",
        )


def _whole(values: FloatArray) -> bool:
    return bool((values == np.round(values)).all())
