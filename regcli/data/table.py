"""A table becomes a Dataset: roles and features are read, lags added, rows that cannot be used are left out, all is checked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.data.cells import side_by_side
from regcli.data.columns import is_numeric, kind_of, no_value, numbers, numeric_kinds, refuse_infinite, texts
from regcli.data.lags import Lagged, check_names_free, lagged, lagged_names
from regcli.data.layout import Layout, training_layout
from regcli.data.profile import Summary, number_profile, summaries, summary, text_profile
from regcli.data.roles import role_texts, sample_weights, time_order
from regcli.data.target import Target, column_target, encoded, task_of
from regcli.data.types import ColumnProfile, Dataset, Features
from regcli.data.wording import count, listing
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from regcli.config import Config
    from regcli.data.cells import Cells
    from regcli.data.source import TableSource
    from regcli.data.types import FloatArray, IntArray, Task, TextArray, type_of_column

BoolArray = np.ndarray[Any, np.dtype[np.bool_]]

STRATEGIES = "Set preprocess.missing to drop (leaves such rows out), mean, median or most_frequent (fill the gaps in)"
IDENTIFIER_LEVELS = 20


def table_dataset(
    source: TableSource, config: Config, *, target: str, task: Task | None = None, check_constants: bool = True
) -> Dataset:
    """Turn a table into a dataset.

    Parameters
    ----------
    source : TableSource
    config : Config
    target : str
        Name of the target column.
    task : {"regression", "classification"} or None
        What the source decides by itself; None leaves it to the configuration and the target.
    check_constants : bool
        Refuse columns that are constant (where the model has an intercept).

    Raises
    ------
    DataError
        For everything in the data that does not suit the configuration.
    UsageError
        Where the task must be said.
    """
    layout = training_layout(source, config, target)
    # A typed source knows whether its target is a number; in a CSV file the text decides.
    as_text = layout.as_text - {layout.target} if source.typed else layout.as_text
    cells = source.read(layout.used, as_text, frozenset(layout.features))
    table = cells.table
    goal = column_target(table[target], target, source.name, source.place)
    task = task_of(goal, task or config.task)
    order = time_order(table[layout.time], layout.time, source) if layout.time else np.arange(len(cells))
    weight = sample_weights(table[layout.weight], layout.weight, source) if layout.weight else None
    group = role_texts(table[layout.group], layout.group, "dataset.group", source) if layout.group else None
    fold = role_texts(table[layout.fold], layout.fold, "cv.column", source) if layout.fold else None
    holdout = role_texts(table[layout.holdout], layout.holdout, "holdout.column", source) if layout.holdout else None

    features, found = read_features(cells, layout, source)
    strategy = config.preprocess.missing.strategy
    if strategy == "error":
        _refuse_missing(features, goal, source)
    profile = _profile(cells, layout, features, found, target=goal, task=task)
    warnings: list[str] = []
    keep = _with_target(goal, warnings)
    if layout.lagged:
        made = make_lags(cells, layout, config, source, order=order, group=group, target=goal)
        features = with_columns(features, made)
        keep &= _with_history(made, keep, warnings, grouped=group is not None)
    if strategy == "drop":
        keep &= complete_rows(features, keep, warnings)
    rows = order[keep[order]]
    if len(rows) < 2:
        raise DataError(
            f"{source.name}: {count(len(rows), 'row')} of {len(cells):,} can be used.",
            " ".join((*warnings, *_how_to_keep_rows(config))),
        )
    y, classes = encoded(goal, task, rows)
    if not _is_all(rows, len(cells)):
        features = features.take(rows)
    if check_constants and config.model.fit_intercept:
        refuse_constant(features, source.name)
    warnings += _identifiers(features)
    weight = None if weight is None else weight[rows]
    if weight is not None and not weight.any():
        raise DataError(f"{source.name}: dataset.weight {layout.weight!r} is 0 in all rows used.", "Weight by another column.")
    return Dataset(
        features=features,
        y=y,
        task=task,
        classes=classes,
        weight=weight,
        group=None if group is None else group[rows],
        fold=None if fold is None else fold[rows],
        holdout=None if holdout is None else holdout[rows],
        ordered=layout.time is not None,
        row=rows.astype(np.int64, copy=False),
        target=target,
        source=source.name,
        sha256=source.sha256,
        n_source_rows=len(cells),
        n_source_columns=len(source.header),
        profile=profile,
        warnings=tuple(warnings),
    )


def _how_to_keep_rows(config: Config) -> list[str]:
    """What else could be done where too few rows are left."""
    lags = ["Shorten preprocess.lags, or give a longer series."] if config.preprocess.lags else []
    return [*lags, *([f"{STRATEGIES}."] if config.preprocess.missing.strategy == "drop" else [])] or ["Use more rows."]


def read_features(
    cells: Cells, layout: Layout, source: TableSource, kinds: Mapping[str, type_of_column] | None = None
) -> tuple[Features, dict[str, Summary]]:
    """The input columns of every row, and what the numeric ones amount to.

    Parameters
    ----------
    kinds : mapping of str to kind, optional
        What the columns are known to be, none of them text where the table has numbers; found out otherwise.
    """
    found = dict(zip(cells.kinds, summaries(cells.numeric), strict=True))
    if kinds is None:
        kinds = {name: _kind(cells, layout, name, source, found) for name in layout.features}
    numeric_names = [name for name in layout.features if kinds[name] in {"numeric", "boolean"}]
    numeric = cells.numeric
    if numeric_names != list(cells.kinds):  # columns without any value, whose type says nothing, were taken for text
        nothing = np.full(len(cells), np.nan)
        read = dict(zip(cells.kinds, numeric.T, strict=True))
        found |= {name: summary(nothing) for name in numeric_names if name not in read}
        numeric = side_by_side([read.get(name, nothing) for name in numeric_names])
    for j, name in enumerate(numeric_names):
        if not math.isfinite(found[name].mean):
            refuse_infinite(numeric[:, j], name, source)
    strings = tuple(texts(cells.table[name]) for name in layout.features if kinds[name] in {"categorical", "text"})
    return Features(layout.features, tuple(kinds[name] for name in layout.features), numeric, strings), found


def _kind(cells: Cells, layout: Layout, name: str, source: TableSource, found: Mapping[str, Summary]) -> type_of_column:
    if name not in cells.kinds:
        return "text" if name == layout.text else kind_of(cells.table[name], name, source)
    if found[name].n_missing == len(cells):
        raise no_value(name, source)
    return cells.kinds[name]


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
    numeric = side_by_side([*np.asarray(features.numeric).T, *made.values.T])
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
        warnings.append(f"{count(left_out, 'row')} {have} left out (in {listing(list(missing), 6)}).")
    return complete


def refuse_constant(features: Features, source: str) -> None:
    """Raise where a column says the same in all rows: with an intercept it can explain nothing and cannot be scaled."""
    numeric = np.asarray(features.numeric)
    # the first rows are nearly always enough; they are not where a value is missing
    suspects = np.flatnonzero(~(np.ptp(numeric[:100], axis=0) > 0))
    names = features.numeric_names
    constant = [names[j] for j in suspects if _is_constant(numeric[:, j])]
    for name, cells in zip(features.text_names, features.texts, strict=True):
        if features.kinds[features.names.index(name)] == "categorical" and len(set(cells) - {None}) < 2:
            constant.append(name)
    if constant:
        what = f"column {constant[0]!r} has" if len(constant) == 1 else f"columns {listing(constant)} have"
        raise DataError(
            f"{source}: {what} the same value in all rows used.",
            f"Leave out what cannot explain anything: dataset.columns: {{exclude: [{listing([repr(c) for c in constant])}]}}.",
        )


def _is_constant(values: FloatArray) -> bool:
    present = values[~np.isnan(values)]
    return not len(present) or bool((present == present[0]).all())


def _refuse_missing(features: Features, target: Target, source: TableSource) -> None:
    """Raise for any missing cell, where nothing has been said about how to treat them."""
    missing = missing_cells(features)
    if target.missing.any():
        missing[target.name] = target.missing
    if not missing:
        return
    total = sum(int(rows.sum()) for rows in missing.values())
    where = listing([f"{name!r} ({int(rows.sum()):,})" for name, rows in missing.items()], 8)
    first = min(int(np.argmax(rows)) for rows in missing.values())
    raise DataError(
        f"{source.name}: {count(total, 'cell is', 'cells are')} missing, in {where}; the first in {source.place(first)}.",
        f"{STRATEGIES}, or exclude the columns."
        + (f" Rows without {target.name!r} are then left out." if target.name in missing else ""),
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


def _identifiers(features: Features) -> list[str]:
    """Warn of columns that name the rows rather than describe them."""
    warnings = []
    kinds = dict(zip(features.names, features.kinds, strict=True))
    for name, cells in zip(features.text_names, features.texts, strict=True):
        n_levels = len(set(cells.tolist()))
        if kinds[name] == "categorical" and n_levels > IDENTIFIER_LEVELS and 2 * n_levels > len(cells):
            warnings.append(
                f"Column {name!r} has {n_levels:,} levels in {len(cells):,} rows and looks like an identifier; "
                f"dataset.columns: {{exclude: [{name!r}]}} leaves it out."
            )
    return warnings


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
    entries = [
        number_profile(name, "feature", kind, found[name], n)
        if name in found
        else text_profile(name, "feature", kind, strings[name])
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
