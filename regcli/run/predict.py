"""Applies a run's model to new rows."""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from zipfile import BadZipFile

import numpy as np

from regcli.data import load_rows
from regcli.data.rows import Wanted
from regcli.errors import RunError, UsageError
from regcli.families.described import predict_with
from regcli.numerics.reproducible import steady
from regcli.preprocess import filled_columns, known_levels
from regcli.run import encode, layout
from regcli.run.unfamiliar import unfamiliar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from regcli.data.answers import Question
    from regcli.data.memory import Source
    from regcli.data.rows import NewRows
    from regcli.numerics.arrays import FloatArray
    from regcli.run.reader import RunReader

FileForm = Literal["csv", "json", "parquet"]


@dataclass(frozen=True, slots=True)
class Predictions:
    """What a model says of new rows.

    Attributes
    ----------
    table : pyarrow.Table
        ``row``, ``prediction``, for a classification the probability ``p_<class>`` of each class, of a model with lags of its
        target ``from_predictions`` (some of the lags are predictions themselves), then the columns kept.
    warnings : tuple of str
    """

    table: pa.Table
    warnings: tuple[str, ...]

    def encoded(self, form: FileForm) -> bytes:
        """The table as a file."""
        if form == "parquet":
            return encode.encode_parquet(self.table)
        return encode.encode_csv(self.table) if form == "csv" else encode.encode_json(self.table.to_pylist())


def predict_rows(run: RunReader, data: Path | Source, *, keep: Sequence[str] = (), threshold: float | None = None) -> Predictions:
    """Predict for the rows of a file.

    Parameters
    ----------
    run : RunReader
        Of a `fit`.
    data : Path or Source
        CSV, Parquet or svmlight with the model's input columns; ``-`` is the standard input. Or rows in memory.
    keep : sequence of str
        Names or globs of columns to carry over.
    threshold : float, optional
        Two classes: the label is the second one where its probability is at least this; otherwise the more probable one.

    Raises
    ------
    RunError
        Where the run has no model, or the model's file is not to be trusted.
    DataError
        Where the rows cannot be read, lack columns, or hold what the model does not know at all.
    UsageError
        Where the threshold or a column to be kept makes no sense.
    """
    run.require_model()
    classes = classes_of(run)
    _check_threshold(threshold, classes)
    rows, prediction, probability, warnings = applied(run, data, tuple(keep), threshold=threshold)
    return Predictions(_table(rows, prediction, probability, classes), warnings)


def classes_of(run: RunReader) -> tuple[str, ...]:
    """The labels of a classification in the model's order; none for a regression."""
    return tuple(str(label) for label in run.manifest["classes"])


def applied(
    run: RunReader,
    data: Path | Source,
    keep: tuple[str, ...] = (),
    *,
    question: Question | None = None,
    threshold: float | None = None,
) -> tuple[NewRows, Any, FloatArray | None, tuple[str, ...]]:
    """A run's model on the rows of a file: the rows, values or labels (m,), probabilities (m, K) or None, and warnings."""
    inputs = run.manifest["dataset"]["inputs"]
    wanted = Wanted(tuple(i["name"] for i in inputs), tuple(i["kind"] for i in inputs), keep, question)
    rows = load_rows(run.config, data, wanted)
    pipeline = load_model(run)
    if tuple(map(str, getattr(pipeline, "classes_", ()))) != classes_of(run):
        raise RunError(
            f"{run.path}: the run is damaged: {layout.MODEL} knows other classes than {layout.MANIFEST}.",
            "Make the run again from its configuration.",
        )
    columns = pipeline[0]
    warnings = unfamiliar(rows, known_levels(columns), run.manifest["dataset"]["columns"], filled_columns(columns))
    with steady():
        prediction, probability = _in_batches(pipeline, rows, classes_of(run), threshold)
    return rows, prediction, probability, (*rows.warnings, *warnings)


def _in_batches(
    pipeline: Any,  # noqa: ANN401
    rows: NewRows,
    classes: Sequence[str],
    threshold: float | None = None,
) -> tuple[Any, FloatArray | None]:
    """Values or labels (m,), and probabilities (m, K); rows that look back on others' predictions come after those."""
    m = len(rows.row)
    prediction = np.empty(m, dtype=object if classes else np.float64)
    probability = np.empty((m, len(classes))) if classes else None
    batches = rows.batches()
    with suppress(StopIteration):
        at, features = next(batches)
        while True:
            prediction[at], p = predict_with(pipeline, features)
            if probability is not None and p is not None:
                probability[at] = p
                if threshold is not None:
                    prediction[at] = np.array(classes, dtype=object)[(p[:, 1] >= threshold).astype(int)]
            at, features = batches.send(prediction[at].astype(np.float64) if rows.horizon is not None else np.empty(0))
    return prediction, probability


def _check_threshold(threshold: float | None, classes: Sequence[str]) -> None:
    if threshold is None:
        return
    if len(classes) != 2:
        what = f"has {len(classes)} classes" if classes else "predicts numbers"
        raise UsageError(f"--threshold {threshold:g}: the model {what}.", "It decides between two classes: leave it out.")
    if not 0 <= threshold <= 1:
        raise UsageError(f"--threshold {threshold:g}: it is a probability.", "Give a number from 0 to 1.")


def _table(rows: NewRows, prediction: Any, probability: FloatArray | None, classes: Sequence[str]) -> pa.Table:  # noqa: ANN401
    columns: dict[str, Any] = {"row": rows.row, "prediction": prediction}
    if probability is not None:
        columns |= {f"p_{label}": probability[:, k] for k, label in enumerate(classes)}
    if rows.horizon is not None:
        columns["from_predictions"] = rows.horizon.from_predictions(rows.row)
    for name in rows.kept.column_names:
        if name in columns:
            raise UsageError(f"--keep {name}: predictions have a column of that name.", f"Rename {name!r} in {rows.name}.")
    return encode.arrow_table(columns | {name: rows.kept[name] for name in rows.kept.column_names})


def load_model(run: RunReader) -> Any:  # noqa: ANN401
    """The fitted pipeline, or a model from plain arrays that predicts likewise."""
    if layout.ARRAYS not in run.manifest["files"]:
        return _pipeline(run)
    from regcli.families.saved import FromArrays

    content = run.content(layout.ARRAYS)
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            arrays = dict(stored)
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise _unreadable(run, error, layout.ARRAYS) from error
    columns = _pipeline(run) if layout.MODEL in run.manifest["files"] else None
    family = str(run.manifest["selected"]["family"])
    return FromArrays(family, arrays, columns, classes_of(run), run.manifest.get("target_scale"))


def _pipeline(run: RunReader) -> Any:  # noqa: ANN401
    """A pipeline; nothing in the file is run, and no type is made that a regcli model does not consist of."""
    import skops.io

    content = run.content(layout.MODEL)
    try:
        unknown = sorted(set(skops.io.get_untrusted_types(data=content)) - set(layout.TRUSTED_TYPES))
    except Exception as error:
        raise _unreadable(run, error) from error
    if unknown:
        raise RunError(
            f"{run.path / layout.MODEL}: the file holds types that no regcli model has: {', '.join(unknown)}.",
            "It was not written by regcli: do not use it.",
        )
    try:
        pipeline = skops.io.loads(content, trusted=list(layout.TRUSTED_TYPES))
        if type(pipeline).__name__ != "Pipeline":
            raise TypeError(f"it holds a {type(pipeline).__name__}")  # noqa: TRY301 - told like all else that is wrong with it
    except Exception as error:
        raise _unreadable(run, error) from error
    return pipeline


def _unreadable(run: RunReader, error: Exception, name: str = layout.MODEL) -> RunError:
    """Skops meets a damaged file with whatever its parts raise."""
    reason = " ".join(str(error).split()) or type(error).__name__
    return RunError(f"{run.path / name}: the model cannot be read: {reason}.", "Fit it again.")
