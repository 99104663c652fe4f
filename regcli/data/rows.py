"""New rows for a model that is already fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regcli.data.columns import numeric_kinds, refuse_non_number
from regcli.data.csvfile import open_csv
from regcli.data.lags import lagged_names
from regcli.data.layout import Layout, missing_column
from regcli.data.parquet import open_parquet
from regcli.data.roles import role_texts, time_order
from regcli.data.svmlight import complete_rows as complete_svmlight_rows
from regcli.data.svmlight import fitted_base, read_svmlight, same_width
from regcli.data.table import complete_rows, make_lags, missing_cells, read_features, with_columns
from regcli.data.types import Features
from regcli.data.wording import count, did_you_mean, listing, shown
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from regcli.config import Config
    from regcli.data.cells import Cells
    from regcli.data.source import TableSource
    from regcli.data.types import IntArray, type_of_column

NewRows = tuple[Features, "IntArray", tuple[str, ...]]


def load_rows(config: Config, path: Path, names: Sequence[str], kinds: Sequence[type_of_column]) -> NewRows:
    """Read rows to be predicted from a CSV, Parquet or svmlight file, told apart by extension (``.gz`` may follow).

    Parameters
    ----------
    config : Config
        The configuration of the fitted model.
    path : Path
    names, kinds : sequence of str
        `Features.names` and `Features.kinds` of the data the model was fitted on, lag features included.

    Returns
    -------
    features : Features
        The same columns for m rows, in file order.
    row : int64 ndarray (m,)
        Their row numbers in the file, counted from 0 behind the header.
    warnings : tuple of str
        Such as how many rows were left out and why.

    Raises
    ------
    DataError
        Where the file lacks columns, or holds cells the model cannot take.
    """
    suffix = path.with_suffix("").suffix.lower() if path.suffix.lower() == ".gz" else path.suffix.lower()
    if config.dataset.kind == "svmlight" or suffix in {".svmlight", ".libsvm", ".svm"}:
        return _svmlight_rows(config, path, names)
    if suffix in {".csv", ".tsv", ".txt"}:
        return _table_rows(config, open_csv(path), names, kinds)
    if suffix in {".parquet", ".pq"}:
        return _table_rows(config, open_parquet(path), names, kinds)
    raise DataError(
        f"{shown(path)}: the extension {suffix or '(none)'!r} does not say what the file is.",
        "New rows are read from .csv, .parquet and .svmlight files, all but Parquet also as .gz.",
    )


def _svmlight_rows(config: Config, path: Path, names: Sequence[str]) -> NewRows:
    if config.dataset.kind != "svmlight":
        raise DataError(
            f"{shown(path)}: the model was fitted on named columns, which an svmlight file has not.",
            "Give a CSV or Parquet file.",
        )
    file = read_svmlight(path, None, fitted_base(names))
    X, warnings = same_width(file, names)
    keep, left_out = complete_svmlight_rows(file, config.preprocess.missing.strategy)
    rows = np.flatnonzero(keep)
    features = Features(tuple(names), numeric_kinds(len(names)), X if keep.all() else X[rows], ())
    return features, rows.astype(np.int64), (*warnings, *left_out)


def _table_rows(config: Config, source: TableSource, names: Sequence[str], kinds: Sequence[type_of_column]) -> NewRows:
    layout, kind = _layout(config, source, names, kinds)
    as_text = {name for name in layout.features if kind[name] in {"categorical", "text"}} | layout.as_text
    cells = source.read(layout.used, as_text, frozenset(layout.features))
    table = cells.table
    for name in layout.features:
        if kind[name] in {"numeric", "boolean"}:
            _check_number(cells, name, kind[name], source)
    features, _ = read_features(cells, layout, source, kind)
    warnings: list[str] = []
    keep = np.ones(len(cells), dtype=bool)
    strategy = config.preprocess.missing.strategy
    if strategy == "error":
        _refuse_missing(features, source)
    if layout.lagged:
        order = time_order(table[layout.time], str(layout.time), source)
        group = role_texts(table[layout.group], layout.group, "dataset.group", source) if layout.group else None
        made = make_lags(cells, layout, config, source, order=order, group=group, target=None)
        features = with_columns(features, made)
        keep &= made.complete
        if strategy in {"error", "drop"}:  # the latest rows may follow ones whose target is not known yet
            keep &= ~np.isnan(made.values).any(axis=1)
        if not keep.all():
            warnings.append(f"{count(int((~keep).sum()), 'row')} without enough earlier rows for the lag features left out.")
    if strategy == "drop":
        keep &= complete_rows(features, keep, warnings)
    rows = np.flatnonzero(keep).astype(np.int64)
    if not keep.all():
        features = features.take(rows)
    return features, rows, tuple(warnings)


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
        raise missing_column(absent[0], "input column", source)
    if absent:
        spare = [name for name in source.header if name not in needed]
        raise DataError(
            f"{source.name}: {len(absent)} of the model's {len(needed)} input columns are missing: "
            f"{listing([name + did_you_mean(name, spare) for name in absent])}.",
            "Predictions need every column the model was fitted on, under the same name.",
        )
    kind = {name: k for name, k in zip(names, kinds, strict=True) if name not in made}
    return Layout(features=features, lagged=lagged, time=time, group=group), kind


def _check_number(cells: Cells, name: str, kind: type_of_column, source: TableSource) -> None:
    """Check that a column holds what the model takes it for; one without any value is all missing."""
    if name not in cells.kinds:
        column = cells.table[name]
        if column.null_count < len(column):
            what = "column" if kind == "numeric" else "true/false column"
            refuse_non_number(column, name, source, what, "The model was fitted on numbers there: correct the cell.")
    elif kind == "boolean" and cells.kinds[name] == "numeric":
        values = np.asarray(cells.numbers(name))
        other = values[~((values == 0) | (values == 1) | np.isnan(values))]
        if len(other):
            raise DataError(
                f"{source.name}: column {name!r} must be true or false, but holds {other[0]:g}.", "Correct the column."
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
