"""New rows for a model that is already fitted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from regcli.data.columns import numeric_kinds, refuse_non_number, texts
from regcli.data.csvfile import csv_from_stdin, open_csv
from regcli.data.horizon import Horizon, horizon
from regcli.data.lags import Lagged, lagged_names
from regcli.data.layout import Layout, missing_column
from regcli.data.mistakes import Mistakes
from regcli.data.parquet import open_parquet
from regcli.data.roles import role_texts, time_order
from regcli.data.svmlight import complete_rows as complete_svmlight_rows
from regcli.data.svmlight import fitted_base, read_svmlight, same_width
from regcli.data.table import complete_rows, make_lags, missing_cells, note_infinite, read_features, with_columns
from regcli.data.types import Features
from regcli.data.wording import count, did_you_mean, listing, matches, shown
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    import pyarrow as pa

    from regcli.config import Config
    from regcli.data.cells import Cells
    from regcli.data.csvfile import CsvFile
    from regcli.data.parquet import ParquetFile
    from regcli.data.source import TableSource
    from regcli.data.types import BoolArray, FloatArray, IntArray, TextArray, type_of_column

STDIN = Path("-")


@dataclass(frozen=True, slots=True)
class NewRows:
    """Rows for a fitted model: m of them, in file order.

    Attributes
    ----------
    name : str
        What their source is called in messages.
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
    """

    name: str
    features: Features
    row: IntArray
    truths: tuple[str, ...]
    kept: pa.Table
    warnings: tuple[str, ...]
    horizon: Horizon | None = None

    def batches(self) -> Generator[tuple[IntArray, Features], FloatArray, None]:
        """The rows in the order in which they can be predicted: positions, and features.

        What is sent in return is their prediction as numbers, which later rows may look back on.
        """
        if self.horizon is None:
            yield np.arange(len(self.row)), self.features
        else:
            yield from self.horizon.batches(self.features, self.row)

    def missing(self) -> dict[str, BoolArray]:
        """For each input column with missing cells, which rows they are in; svmlight files are not looked through."""
        return missing_cells(self.features) if isinstance(self.features.numeric, np.ndarray) else {}


def load_rows(
    config: Config, path: Path, names: Sequence[str], kinds: Sequence[type_of_column], keep: Sequence[str] = ()
) -> NewRows:
    """Read rows to be predicted from a CSV, Parquet or svmlight file, told apart by extension (``.gz`` may follow).

    Parameters
    ----------
    config : Config
        The configuration of the fitted model.
    path : Path
        ``-`` is the standard input, which must hold CSV.
    names, kinds : sequence of str
        `Features.names` and `Features.kinds` of the data the model was fitted on, lag features included.
    keep : sequence of str
        Names or globs of columns to carry over.

    Raises
    ------
    DataError
        Where the file lacks columns, or holds cells the model cannot take.
    """
    if path == STDIN and config.dataset.kind != "svmlight":
        return _table_rows(config, csv_from_stdin(), names, kinds, keep)
    suffix = path.with_suffix("").suffix.lower() if path.suffix.lower() == ".gz" else path.suffix.lower()
    if config.dataset.kind == "svmlight" or suffix in {".svmlight", ".libsvm", ".svm"}:
        return _svmlight_rows(config, path, names, keep)
    if suffix in {".csv", ".tsv", ".txt"}:
        return _table_rows(config, open_csv(path), names, kinds, keep)
    if suffix in {".parquet", ".pq"}:
        return _table_rows(config, open_parquet(path), names, kinds, keep)
    raise DataError(
        f"{shown(path)}: the extension {suffix or '(none)'!r} does not say what the file is.",
        "New rows are read from .csv, .parquet and .svmlight files, all but Parquet also as .gz; - is the standard input.",
    )


def _svmlight_rows(config: Config, path: Path, names: Sequence[str], keep: Sequence[str]) -> NewRows:
    import pyarrow as pa

    if path == STDIN:
        raise DataError("Standard input: the model was fitted on an svmlight file.", "Give such a file by its name.")
    if keep:
        raise DataError(f"{shown(path)}: an svmlight file has no column {keep[0]!r} to keep.", "Leave --keep out.")
    if config.dataset.kind != "svmlight":
        raise DataError(
            f"{shown(path)}: the model was fitted on named columns, which an svmlight file has not.",
            "Give a CSV or Parquet file.",
        )
    file = read_svmlight(path, None, fitted_base(names))
    X, warnings = same_width(file, names)
    usable, left_out = complete_svmlight_rows(file, config.preprocess.missing.strategy)
    rows = np.flatnonzero(usable)
    features = Features(tuple(names), numeric_kinds(len(names)), X if usable.all() else X[rows], ())
    return NewRows(file.name, features, rows.astype(np.int64), (), pa.table({}), (*warnings, *left_out))


def _table_rows(
    config: Config,
    source: CsvFile | ParquetFile,
    names: Sequence[str],
    kinds: Sequence[type_of_column],
    keep: Sequence[str],
) -> NewRows:
    layout, kind = _layout(config, source, names, kinds)
    as_text = {name for name in layout.features if kind[name] in {"categorical", "text"}} | layout.as_text
    cells = source.read(layout.used, as_text, frozenset(layout.features))
    table = cells.table
    kept = _kept(source, keep)
    _check_numbers(cells, {name: kind[name] for name in layout.features}, source)
    features, mistakes = read_features(cells, kind), Mistakes(config)
    note_infinite(features, source, mistakes)
    mistakes.settle()
    warnings: list[str] = []
    usable = np.ones(len(cells), dtype=bool)
    strategy = config.preprocess.missing.strategy
    if strategy == "error":
        _refuse_missing(features, source)
    if strategy == "drop":
        usable &= complete_rows(features, usable, warnings)
    ahead = None
    if layout.lagged:
        order = time_order(table[layout.time], str(layout.time), source)
        group = role_texts(table[layout.group], layout.group, "dataset.group", source) if layout.group else None
        made = make_lags(cells, layout, config, source, order=order, group=group, target=None)
        features = with_columns(features, made).only(names)
        ahead = _horizon(config, cells, order, group, features.numeric_names)
        usable &= _with_history(made, ahead, usable, config, warnings)
    rows = np.flatnonzero(usable).astype(np.int64)
    if not len(rows):
        raise DataError(f"{source.name}: no row of {len(cells):,} can be predicted.", " ".join(warnings))
    if not usable.all():
        features = features.take(rows)
        kept = kept.take(rows) if kept.num_columns else kept
    truths = tuple(n for n in layout.features if kind[n] == "numeric" and cells.kinds.get(n) == "boolean")
    return NewRows(source.name, features, rows, truths, kept, tuple(warnings), ahead)


def _horizon(config: Config, cells: Cells, order: IntArray, group: TextArray | None, names: Sequence[str]) -> Horizon | None:
    """Where the target is among the columns with lags: what is known of it, and where its lag features stand."""
    lags, target = config.preprocess.lags, getattr(config.dataset, "target", None)
    if lags is None or target not in lags.columns:
        return None
    steps, windows = tuple(lags.lags or ()), tuple(lags.rolling_mean or ())
    columns = [names.index(name) if name in names else -1 for name in lagged_names([target], steps, windows)]
    return horizon(np.asarray(cells.numbers(target)), order, group, steps, windows, columns)


def _with_history(made: Lagged, ahead: Horizon | None, usable: BoolArray, config: Config, warnings: list[str]) -> BoolArray:
    """Rows whose lag features are known, or will be once earlier rows are predicted; warnings count the others by reason."""
    target = getattr(config.dataset, "target", None)
    gaps = config.preprocess.missing.strategy not in {"error", "drop"}
    short = usable & ~made.complete
    if short.any():
        n, depth = int(short.sum()), count(made.depth, "earlier row")
        warnings.append(f"{count(n, 'row')} without {depth} for the lag features left out.")
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


def _kept(source: CsvFile | ParquetFile, patterns: Sequence[str]) -> pa.Table:
    """The columns that are carried over, in the order in which they were asked for."""
    import pyarrow as pa

    names: dict[str, None] = {}
    for pattern in patterns:
        found = [name for name in source.header if matches(name, pattern)]
        if not found:
            raise missing_column(pattern, "--keep", source)
        names |= dict.fromkeys(found)
    return source.verbatim(list(names)) if names else pa.table({})


def _layout(
    config: Config, source: TableSource, names: Sequence[str], kinds: Sequence[type_of_column]
) -> tuple[Layout, dict[str, type_of_column]]:
    """Find the model's input columns in the table; all that are missing are named at once."""
    lags = config.preprocess.lags
    lagged = tuple(lags.columns) if lags else ()
    made = set(lagged_names(lagged, tuple(lags.lags or ()), tuple(lags.rolling_mean or ()))) if lags else set()
    time, group = (getattr(config.dataset, role, None) if lags else None for role in ("time", "group"))
    features = tuple(name for name in names if name not in made)
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
    return Layout(features=features, lagged=lagged, time=time, group=group), kind


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
