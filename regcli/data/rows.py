"""New rows for a model that is already fitted."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from regcli.data.answers import Question, answers
from regcli.data.columns import first_non_number, is_text, numeric_kinds, refuse_non_number, texts
from regcli.data.csvfile import csv_from_stdin, open_csv
from regcli.data.endings import file_kind
from regcli.data.horizon import target_horizon, with_history
from regcli.data.inputs import read_features
from regcli.data.lags import lagged_names
from regcli.data.layout import Layout, declared_type, missing_column
from regcli.data.memory import SparseRows
from regcli.data.mistakes import Mistakes
from regcli.data.parquet import open_parquet
from regcli.data.roles import role_texts, sample_weights, time_order
from regcli.data.svmlight import complete_rows as complete_svmlight_rows
from regcli.data.svmlight import fitted_base, read_svmlight, same_width
from regcli.data.table import complete_rows, make_lags, missing_cells, with_columns
from regcli.data.target import column_target
from regcli.data.types import Features
from regcli.data.wording import count, did_you_mean, listing, matches, shown
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    import pyarrow as pa

    from regcli.config import Config
    from regcli.config.dataset import Read
    from regcli.data.arrays import ArrayTable
    from regcli.data.cells import Cells
    from regcli.data.csvfile import CsvFile
    from regcli.data.horizon import Horizon
    from regcli.data.memory import FrameTable, Source
    from regcli.data.parquet import ParquetFile
    from regcli.data.source import TableSource
    from regcli.data.svmlight import SvmlightFile
    from regcli.data.types import type_of_column
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray

    Verbatim = CsvFile | ParquetFile | FrameTable | ArrayTable

# Columns without names of their own.
COUNTED = re.compile(r"[fx]\d+")
STDIN = Path("-")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a fitted model asks of new rows.

    Attributes
    ----------
    names, kinds : tuple of str
        `Features.names` and `Features.kinds` of the data it was fitted on, lag features included.
    keep : tuple of str
        Names or globs of columns to carry over.
    question : Question or None
        The column of true values and that of weights, where the predictions are to be judged.
    """

    names: tuple[str, ...]
    kinds: tuple[type_of_column, ...]
    keep: tuple[str, ...] = ()
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class NewRows:
    """Rows for a fitted model: m of them, in file order.

    Attributes
    ----------
    name : str
        What their source is called in messages.
    sha256 : str
        Of the source's bytes.
    features : Features
        The columns the model was fitted on.
    row : int64 ndarray (m,)
        Row numbers in the source, counted from 0 behind the header.
    truths : tuple of str
        Columns that hold true and false where the model takes numbers.
    kept : pyarrow.Table
        Columns carried over as they stand: of a CSV file the text of every cell, of a Parquet file with their types.
    warnings : tuple of str
        Such as how many rows were left out and why.
    horizon : Horizon or None
        Of a model with lags of its target: which rows wait for the predictions of others.
    y, weight : ndarray (m,) or None
        Where they were asked for: true values or indices of the model's classes, and sample weights (None: 1 each).
    """

    name: str
    sha256: str
    features: Features
    row: IntArray
    truths: tuple[str, ...]
    kept: pa.Table
    warnings: tuple[str, ...]
    horizon: Horizon | None = None
    y: FloatArray | None = None
    weight: FloatArray | None = None

    def batches(self) -> Generator[tuple[IntArray, Features], FloatArray, None]:
        """The rows in the order in which they can be predicted: positions, and features.

        What is sent in return is their prediction as numbers, which later rows may look back on.
        """
        if self.horizon is None:
            yield np.arange(len(self.row)), self.features
        else:
            yield from self.horizon.batches(self.features, self.row)

    def missing(self) -> dict[str, BoolArray]:
        """For each input column with missing cells, which rows they are in; svmlight files are not looked through.

        Lags of the target that will be predictions are not missing.
        """
        found = missing_cells(self.features) if isinstance(self.features.numeric, np.ndarray) else {}
        if self.horizon is not None:
            names = self.features.numeric_names
            for column, where in zip(self.horizon.columns, self.horizon.lacking(self.row).T, strict=True):
                found.pop(names[column] if column >= 0 else "", None)
                if column >= 0 and where.any():
                    found[names[column]] = where
        return found


def load_rows(config: Config, path: Path | Source, wanted: Wanted) -> NewRows:
    """Read new rows from a CSV, Parquet or svmlight file, told apart by extension (``.gz`` may follow), or from memory.

    Parameters
    ----------
    config : Config
        The configuration of the fitted model.
    path : Path or Source
        ``-`` is the standard input, which must hold CSV.
    wanted : Wanted

    Raises
    ------
    DataError
        Where the file lacks columns, or holds cells the model cannot take.
    """
    if not isinstance(path, Path):
        return _sparse_rows(config, path, wanted) if isinstance(path, SparseRows) else _table_rows(config, path, wanted)
    if path == STDIN and config.dataset.kind != "svmlight":
        return _table_rows(config, csv_from_stdin(_asked(config)), wanted)
    kind = file_kind(path)
    if config.dataset.kind == "svmlight" or kind == "svmlight":
        return _svmlight_rows(config, path, wanted)
    if kind == "csv":
        return _table_rows(config, open_csv(path, _asked(config)), wanted)
    if kind == "parquet":
        return _table_rows(config, open_parquet(path), wanted)
    raise DataError(
        f"{shown(path)}: the extension {path.suffix or '(none)'!r} does not say what the file is.",
        "New rows are read from .csv, .parquet and .svmlight files, all but Parquet also as .gz; - is the standard input.",
    )


def _asked(config: Config) -> Read | None:
    """How the file that the model was fitted on is written: new rows are read by that too."""
    read: Read | None = getattr(config.dataset, "read", None)
    return read


def _svmlight_rows(config: Config, path: Path, wanted: Wanted) -> NewRows:
    if path == STDIN:
        raise DataError("Standard input: the model was fitted on an svmlight file.", "Give such a file by its name.")
    if config.dataset.kind != "svmlight":
        raise DataError(
            f"{shown(path)}: the model was fitted on named columns, which an svmlight file has not.",
            "Give a CSV or Parquet file.",
        )
    return _sparse_rows(config, read_svmlight(path, None, fitted_base(wanted.names)), wanted)


def _sparse_rows(config: Config, file: SvmlightFile | SparseRows, wanted: Wanted) -> NewRows:
    import pyarrow as pa

    names = wanted.names
    if COUNTED.fullmatch(names[0]) is None:
        raise DataError(f"{file.name}: the model was fitted on named columns, which it has not.", "Give a table with these.")
    if wanted.keep:
        raise DataError(f"{file.name}: its columns have no names, so that there is no {wanted.keep[0]!r} to keep.", "Keep none.")
    X, warnings = same_width(file, names)
    usable, left_out = complete_svmlight_rows(file, config.preprocess.missing.strategy)
    y = None
    if wanted.question:
        y = answers(replace(file.goal(), name=wanted.question.target), wanted.question)
        usable &= _with_answer(y, wanted, left_out)
    rows = _some(usable, file.name, (*warnings, *left_out))
    features = Features(names, numeric_kinds(len(names)), X if usable.all() else X[rows], ())
    y = None if y is None else y[rows]
    return NewRows(file.name, file.sha256, features, rows, (), pa.table({}), (*warnings, *left_out), y=y)


def _table_rows(config: Config, source: Verbatim, wanted: Wanted) -> NewRows:
    layout, kind = _layout(config, source, wanted)
    # a typed source knows whether its target is a number, and its dates; in a CSV file the text decides
    as_text = layout.as_text - {layout.target} if source.typed else layout.as_text
    texts_alone = {"categorical", "text"} if source.typed else {"categorical", "text", "date"}
    as_text |= {name for name in layout.features if kind[name] in texts_alone}
    cells = source.read(layout.used, as_text, frozenset(layout.features))
    table = cells.table
    kept = _kept(source, wanted.keep)
    _check_numbers(cells, {name: kind[name] for name in layout.features}, source)
    mistakes = Mistakes(config)
    features = read_features(cells, kind, layout, source, mistakes)
    mistakes.settle()
    warnings: list[str] = []
    usable = np.ones(len(cells), dtype=bool)
    goal = column_target(table[layout.target], layout.target, source) if layout.target else None
    y = answers(goal, wanted.question) if goal is not None and wanted.question is not None else None
    weight = sample_weights(table[layout.weight], layout.weight, source) if layout.weight else None
    if y is not None:
        usable &= _with_answer(y, wanted, warnings)
    strategy = config.preprocess.missing.strategy
    if strategy == "error":
        _refuse_missing(features, source)
    if strategy == "drop":
        usable &= complete_rows(features, usable, warnings)
    ahead = None
    if layout.lagged:
        order = time_order(table[layout.time], str(layout.time), source)
        group = role_texts(table[layout.group], layout.group, "dataset.group", source) if layout.group else None
        made = make_lags(cells, layout, config, source, order=order, group=group, target=goal)
        features = with_columns(features, made).only(wanted.names)
        name = getattr(config.dataset, "target", None)
        if name in layout.lagged:
            past = np.asarray(cells.numbers(name) if goal is None else goal.numbers)
            ahead = target_horizon(config, past, order, group, features.numeric_names)
        usable &= with_history(made, ahead, usable, config, warnings)
    rows = _some(usable, source.name, warnings)
    if not usable.all():
        features = features.take(rows)
        kept = kept.take(rows) if kept.num_columns else kept
    truths = tuple(n for n in layout.features if kind[n] == "numeric" and cells.kinds.get(n) == "boolean")
    y, weight = (None if values is None else values[rows] for values in (y, weight))
    return NewRows(source.name, source.sha256, features, rows, truths, kept, tuple(warnings), ahead, y, weight)


def _with_answer(y: FloatArray, wanted: Wanted, warnings: list[str]) -> BoolArray:
    """Rows whose outcome is known."""
    missing = np.isnan(y)
    if missing.any() and wanted.question is not None:
        warnings.append(f"{count(int(missing.sum()), 'row')} without a value of the target {wanted.question.target!r} left out.")
    return ~missing


def _some(usable: BoolArray, source: str, warnings: Sequence[str]) -> IntArray:
    """The rows that can be used; at least one."""
    if not usable.any():
        raise DataError(f"{source}: no row of {len(usable):,} can be predicted.", " ".join(warnings))
    return np.flatnonzero(usable).astype(np.int64)


def _kept(source: Verbatim, patterns: Sequence[str]) -> pa.Table:
    """The columns that are carried over, in the order in which they were asked for."""
    import pyarrow as pa

    names: dict[str, None] = {}
    for pattern in patterns:
        found = [name for name in source.header if matches(name, pattern)]
        if not found:
            raise missing_column(pattern, "--keep", source)
        names |= dict.fromkeys(found)
    return source.verbatim(list(names)) if names else pa.table({})


def _layout(config: Config, source: TableSource, wanted: Wanted) -> tuple[Layout, dict[str, type_of_column]]:
    """Find the model's input columns in the table; all that are missing are named at once."""
    names, kinds, question = wanted.names, wanted.kinds, wanted.question
    lags = config.preprocess.lags
    lagged = tuple(lags.columns) if lags else ()
    made = set(lagged_names(lagged, tuple(lags.lags or ()), tuple(lags.rolling_mean or ()))) if lags else set()
    time, group = (getattr(config.dataset, role, None) if lags else None for role in ("time", "group"))
    features = tuple(name for name in names if name not in made)
    if question:
        for role, column in (("target", question.target), ("weight", question.weight)):
            if column is not None and column not in source.header:
                error = missing_column(column, f"dataset.{role}", source)
                error.hint = f"Scores take it from every row, as the fit did. {error.hint}"
                raise error
    needed = dict.fromkeys((*features, *lagged, *(name for name in (time, group) if name)))
    absent = [name for name in needed if name not in source.header]
    if len(absent) == 1:
        error = missing_column(absent[0], "input column", source)
        if absent[0] in lagged:
            error.hint = "The model looks back on it: give the latest known rows as well; in rows to be predicted leave it empty."
        raise error
    if absent:
        spare = [name for name in source.header if name not in needed]
        raise DataError(
            f"{source.name}: {len(absent)} of the model's {len(needed)} input columns are missing: "
            f"{listing([name + did_you_mean(name, spare) for name in absent])}.",
            "Predictions need every column the model was fitted on, under the same name.",
        )
    kind = {name: k for name, k in zip(names, kinds, strict=True) if name not in made}
    target, weight = (question.target, question.weight) if question else (None, None)
    types = getattr(config.dataset, "types", {})
    declared = {name: said for name in features if kind[name] != "text" and (said := declared_type(name, types))}
    roles = {"target": target, "weight": weight, "time": time, "group": group}
    return Layout(features=features, declared=declared, lagged=lagged, **roles), kind


def _check_numbers(cells: Cells, kinds: dict[str, type_of_column], source: TableSource) -> None:
    """Check that the columns hold what the model takes them for; all that do not are told at once."""
    problems = []
    for name, kind in kinds.items():
        if kind in {"numeric", "boolean"}:
            try:
                _check_number(cells, name, kind, source)
            except DataError as error:
                problems.append(error)
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise DataError("\n".join(f"{problem.message} {problem.hint}" for problem in problems))


def _check_number(cells: Cells, name: str, kind: type_of_column, source: TableSource) -> None:
    """Check that a column holds what the model takes it for; one without any value is all missing."""
    column = None if name in cells.kinds else cells.table[name]
    if column is not None and column.null_count < len(column):
        if kind == "numeric":
            if is_text(column) and first_non_number(column, source.notation) is None:
                return
            refuse_non_number(column, name, source, "column", "The model was fitted on numbers there: correct the cell.")
        level = next(cell for cell in texts(column) if cell is not None)
        raise DataError(
            f"{source.name}: column {name!r} was true or false in training, but holds {level!r}.",
            "Write true and false, or 1 and 0.",
        )
    if kind == "boolean" and cells.kinds.get(name) == "numeric":
        values = np.asarray(cells.numbers(name))
        other = values[~((values == 0) | (values == 1) | np.isnan(values))]
        if len(other):
            raise DataError(
                f"{source.name}: column {name!r} was true or false in training, but holds {other[0]:g}.",
                "Write true and false, or 1 and 0.",
            )


def _refuse_missing(features: Features, source: TableSource) -> None:
    """The model has never seen a missing value, and no way of filling one in."""
    missing = missing_cells(features)
    if missing:
        first = min(int(np.argmax(rows)) for rows in missing.values())
        raise DataError(
            f"{source.name}: cells are missing in {listing([repr(name) for name in missing], 8)}, "
            f"the first in {source.place(first)}.",
            "The model was fitted with preprocess.missing: error; fill the cells in, or fit it anew with another strategy.",
        )
