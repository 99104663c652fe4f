"""A table becomes a Dataset: roles and features are read, lags added, rows that cannot be used are left out, all is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from regcli.data.cells import side_by_side
from regcli.data.columns import is_numeric, numbers, numeric_kinds, texts
from regcli.data.csvfile import open_csv
from regcli.data.inputs import read_features
from regcli.data.kinds import check_levels, kinds_of, row_numbers, varying
from regcli.data.lags import Lagged, check_names_free, lagged, lagged_names
from regcli.data.layout import Layout, training_layout
from regcli.data.mistakes import Mistakes
from regcli.data.profile import Summary, number_profile, summaries, summary, text_profile
from regcli.data.reading import read_cells
from regcli.data.roles import role_texts, sample_weights, seconds, times_of
from regcli.data.target import Target, column_target, encoded, task_of
from regcli.data.types import ColumnProfile, Dataset, Features
from regcli.data.wording import count, listing
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from regcli.config import Config
    from regcli.config.dataset import CsvDataset
    from regcli.data.cells import Cells
    from regcli.data.source import TableSource
    from regcli.data.types import Task
    from regcli.numerics.arrays import BoolArray, IntArray, TextArray

FILLING = "mean, median or most_frequent (fill the gaps in)"


def load_csv(config: Config) -> Dataset:
    """A CSV file as a dataset."""
    options = cast("CsvDataset", config.dataset)
    return table_dataset(open_csv(options.path, options.read), config, target=options.target)


def table_dataset(source: TableSource, config: Config, *, target: str, task: Task | None = None) -> Dataset:
    """Turn a table into a dataset.

    Parameters
    ----------
    source : TableSource
    config : Config
    target : str
        Name of the target column.
    task : {"regression", "classification"} or None
        What the source decides by itself; None leaves it to the configuration and the target.

    Raises
    ------
    DataError
        For everything in the data that does not suit the configuration, all of it at once.
    UsageError
        Where the task must be said.
    """
    layout = training_layout(source, config, target)
    mistakes, warnings, weight, times = Mistakes(config), list[str](), None, None
    with mistakes.noting():
        source, cells = read_cells(source, layout, warnings)
    mistakes.settle()  # nothing else can be said of a file that cannot be read
    table = cells.table
    goal = column_target(table[target], target, source)
    with mistakes.noting():
        task = task_of(goal, task or config.task)
    with mistakes.noting():
        times = times_of(table[layout.time], layout.time, source) if layout.time else None
    with mistakes.noting():
        weight = sample_weights(table[layout.weight], layout.weight, source) if layout.weight else None
    marks = _marks(table, layout, source, mistakes)
    found = dict(zip(cells.kinds, summaries(cells.numeric), strict=True))
    dated = config.preprocess.dates is not None
    kinds = kinds_of(cells, layout, source, found, dated=dated, mistakes=mistakes, warnings=warnings)
    features = read_features(cells, kinds, layout, source, mistakes)
    check_levels(features, layout.declared, source, config, mistakes, warnings)
    if (strategy := config.preprocess.missing.strategy) == "error":
        with mistakes.noting():
            _refuse_missing(features, goal, source)
    mistakes.settle()
    assert task is not None  # noqa: S101  (or that were a mistake)

    order = np.arange(len(cells)) if times is None else np.argsort(times, kind="stable")
    every, keep = features, _with_target(goal, warnings)
    if layout.lagged:
        made = make_lags(cells, layout, config, source, order=order, group=marks.get("group"), target=goal)
        features = with_columns(features, made)
        keep &= _with_history(made, keep, warnings, grouped="group" in marks)
    without_dropping = int(keep.sum())
    if strategy == "drop":
        keep &= complete_rows(features, keep, warnings)
    rows = order[keep[order]]
    if len(rows) < 2:
        hints, *remedies = _how_to_keep_rows(config, dropped=without_dropping >= 2)
        raise DataError(
            f"{source.name}: {count(len(rows), 'row')} of {len(cells):,} can be used.", " ".join((*warnings, hints)), *remedies
        )
    y, classes = encoded(goal, task, rows)
    if not _is_all(rows, len(cells)):
        features = features.take(rows)
    if config.model.fit_intercept:
        features = varying(features, warnings)
    ids = _ids(marks, layout, rows)
    if not features.names and (config.penalty or ids is None):
        raise DataError(f"{source.name}: no feature is left. {' '.join(warnings)}", "Use other columns, or more rows.")
    warnings += row_numbers(features)
    weight = None if weight is None else weight[rows]
    if weight is not None and not weight.any():
        raise DataError(f"{source.name}: dataset.weight {layout.weight!r} is 0 in all rows used.", "Weight by another column.")
    return Dataset(
        features=features,
        y=y,
        task=task,
        classes=classes,
        weight=weight,
        group=marks["group"][rows] if "group" in marks else None,
        fold=marks["fold"][rows] if "fold" in marks else None,
        holdout=marks["holdout"][rows] if "holdout" in marks else None,
        ordered=layout.time is not None,
        row=rows.astype(np.int64, copy=False),
        target=target,
        source=source.name,
        sha256=source.sha256,
        n_source_rows=len(cells),
        n_source_columns=len(source.header),
        profile=_profile(cells, layout, every.only(features.names), found, target=goal, task=task),
        warnings=tuple(warnings),
        read=source.how,
        asked=_asked(config),
        notation=source.notation.unusual if source.how else {},
        time=None if times is None else seconds(times[rows]),
        ids=ids,
    )


def _ids(marks: Mapping[str, TextArray], layout: Layout, rows: IntArray) -> Features | None:
    """Who has rated and what, of some rows; None where either is not named."""
    if layout.user is None or layout.item is None:
        return None
    texts = marks["user"][rows], marks["item"][rows]
    return Features((layout.user, layout.item), ("categorical", "categorical"), np.empty((len(rows), 0), order="F"), texts)


def _asked(config: Config) -> frozenset[str]:
    """The keys of dataset.read that are configured."""
    read = getattr(config.dataset, "read", None)
    return frozenset() if read is None else frozenset(key for key in type(read).model_fields if getattr(read, key) is not None)


def _marks(table: pa.Table, layout: Layout, source: TableSource, mistakes: Mistakes) -> dict[str, TextArray]:
    """The columns that mark rows as of one kind, by role."""
    marks: dict[str, TextArray] = {}
    named = {"group": "dataset.group", "user": "dataset.user", "item": "dataset.item"}
    for role, key in (named | {"fold": "cv.column", "holdout": "holdout.column"}).items():
        name = layout.roles.get(role)
        if name is not None:
            with mistakes.noting():
                marks[role] = role_texts(table[name], name, key, source)
    return marks


def _how_to_keep_rows(config: Config, *, dropped: bool) -> tuple[Any, ...]:
    """What else could be done where too few rows are left: in words, then the settings that do it."""
    if dropped:  # the rows are there, but for the cells missing in them
        return f"Set preprocess.missing to {FILLING}.", {"preprocess.missing": "median"}
    return ("Shorten preprocess.lags, or give a longer series." if config.preprocess.lags else "Use more rows.",)


def make_lags(
    cells: Cells,
    layout: Layout,
    config: Config,
    source: TableSource,
    *,
    order: IntArray,
    group: TextArray | None,
    target: Target | None,
) -> Lagged:
    """Lag features of every row, from columns of numbers."""
    lags = config.preprocess.lags
    assert lags is not None  # noqa: S101  (the layout has lagged columns)
    steps, windows = tuple(lags.lags or ()), tuple(lags.rolling_mean or ())
    check_names_free(lagged_names(layout.lagged, steps, windows), source.header, source.name)
    columns = {}
    for name in layout.lagged:
        values = target.numbers if target is not None and name == layout.target else cells.numbers(name)
        if values is None:
            raise DataError(f"{source.name}: preprocess.lags.columns {name!r} must hold numbers.", "Give a numeric column.")
        columns[name] = values
    return lagged(columns, order, group, steps, windows)


def with_columns(features: Features, made: Lagged) -> Features:
    """The features with the lag features behind them."""
    numeric = side_by_side([*np.asarray(features.numeric).T, *made.values.T], len(features))
    kinds = (*features.kinds, *numeric_kinds(len(made.names)))
    return Features((*features.names, *made.names), kinds, numeric, features.texts)


def missing_cells(features: Features) -> dict[str, BoolArray]:
    """For each input column with missing cells, which rows they are in."""
    numeric = np.asarray(features.numeric)
    with np.errstate(invalid="ignore", over="ignore"):
        suspects = np.flatnonzero(np.isnan(numeric.sum(axis=0)))
    found = {features.numeric_names[j]: np.isnan(numeric[:, j]) for j in suspects}
    found |= {name: _is_none(cells) for name, cells in zip(features.text_names, features.texts, strict=True)}
    return {name: found[name] for name in features.names if name in found and found[name].any()}


def complete_rows(features: Features, among: BoolArray, warnings: list[str]) -> BoolArray:
    """Rows without a missing cell; a warning counts the others among those of interest."""
    missing = missing_cells(features)
    complete = np.ones(len(features), dtype=bool)
    for rows in missing.values():
        complete &= ~rows
    left_out = int((among & ~complete).sum())
    if left_out:
        have = "has a missing cell and is" if left_out == 1 else "have missing cells and are"
        counts = {name: int((among & rows).sum()) for name, rows in missing.items()}
        costly = sorted((name for name in counts if counts[name]), key=lambda name: -counts[name])
        where = listing([f"{name!r} ({counts[name]:,})" for name in costly], 6)
        warnings.append(f"{count(left_out, 'row')} {have} left out: {where}.")
    return complete


def _refuse_missing(features: Features, target: Target, source: TableSource) -> None:
    """Raise for any missing cell, where nothing has been said about how to treat them."""
    missing = missing_cells(features)
    if target.missing.any() and not target.missing.all():
        missing[target.name] = target.missing
    if not missing:
        return
    total = sum(int(rows.sum()) for rows in missing.values())
    where = listing([f"{name!r} ({int(rows.sum()):,})" for name, rows in missing.items()], 8)
    first = min(int(np.argmax(rows)) for rows in missing.values())
    left = int((~np.logical_or.reduce(list(missing.values()))).sum())
    drop, fill = {"preprocess.missing": "drop"}, {"preprocess.missing": "median"}
    what = f"{source.name}: {count(total, 'cell is', 'cells are')} missing, in {where}; the first in {source.place(first)}."
    if set(missing) == {target.name}:
        raise DataError(what, "Set preprocess.missing to drop, which leaves such rows out.", drop)
    raise DataError(
        what,
        f"Set preprocess.missing to drop (leaves {left:,} of {count(len(target.missing), 'row')}), {FILLING}, or exclude the "
        "columns." + (f" Rows without {target.name!r} are left out in any case." if target.name in missing else ""),
        fill,
        *([drop] if 2 * left >= len(target.missing) else []),  # else it hardly is a remedy
    )


def _with_target(target: Target, warnings: list[str]) -> BoolArray:
    n_missing = int(target.missing.sum())
    if n_missing:
        warnings.append(f"{count(n_missing, 'row')} without a value of the target {target.name!r} left out.")
    return ~target.missing


def _with_history(made: Lagged, among: BoolArray, warnings: list[str], *, grouped: bool) -> BoolArray:
    left_out = int((among & ~made.complete).sum())
    if left_out:
        which = "at the start of their groups" if grouped else "at the start"
        warnings.append(f"{count(left_out, 'row')} {which} left out: lag features need {count(made.depth, 'earlier row')}.")
    return made.complete


def _is_none(cells: TextArray) -> BoolArray:
    return np.fromiter((cell is None for cell in cells), dtype=bool, count=len(cells))


def _is_all(rows: IntArray, n: int) -> bool:
    """Whether the rows are all rows, in file order."""
    return len(rows) == n and bool((rows == np.arange(n)).all())


def _profile(
    cells: Cells, layout: Layout, features: Features, found: Mapping[str, Summary], *, target: Target, task: Task
) -> tuple[ColumnProfile, ...]:
    """One entry per column with a use, features first, over all rows of the source."""
    n, table = len(cells), cells.table
    strings = dict(zip(features.text_names, features.texts, strict=True))
    values = dict(zip(features.numeric_names, np.asarray(features.numeric).T, strict=True))
    entries = [
        text_profile(name, "feature", kind, strings[name])
        if name in strings
        else number_profile(name, "feature", kind, found[name] if name in found else summary(values[name]), n)
        for name, kind in zip(features.names, features.kinds, strict=True)
    ]
    for role, name in layout.roles.items():
        if role == "target":
            if task == "regression":
                entries.append(number_profile(name, role, "numeric", summary(np.asarray(target.numbers)), n))
            else:
                entries.append(text_profile(name, role, "categorical", target.labels()))
        else:
            entries.append(_role_profile(table[name], name, role))
    described = {entry.name for entry in entries}
    entries += [_role_profile(table[name], name, "lags") for name in layout.lagged if name not in described]
    return tuple(entries)


def _role_profile(column: pa.ChunkedArray, name: str, role: str) -> ColumnProfile:
    """Profile of a role column; dates have neither mean nor levels."""
    if is_numeric(column):
        return number_profile(name, role, "numeric", summary(numbers(column)), len(column))
    if role == "time":
        return ColumnProfile(name, role, "time", None, None, 0.0, None)
    return text_profile(name, role, "categorical", texts(column))
