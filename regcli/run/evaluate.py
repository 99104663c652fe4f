"""A run's model on new labelled rows: every metric with its standard error, beside the null model's and the validation's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from regcli.data.answers import Question
from regcli.data.rows import STDIN
from regcli.errors import DataError
from regcli.evaluate import evaluate, null_prediction, share_gone
from regcli.preprocess import to_scale
from regcli.run.predict import applied, classes_of
from regcli.scored import Scored
from regcli.scoring import gap
from regcli.wording import harmless

if TYPE_CHECKING:
    from regcli.data.memory import Source
    from regcli.data.rows import NewRows
    from regcli.evaluate import RowScore
    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.run.reader import RunReader

Mark = Literal["worse", "better", "within noise"]
# One-sided chance that a difference no larger than noise is called worse.
LEVEL = 0.025
# Means over the same rows, summed in another order, differ by this share.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class ScoredRows:
    """A model's predictions on labelled rows.

    Attributes
    ----------
    source : str
        What the rows are called in messages.
    sha256 : str
        Of their source's bytes.
    row : int ndarray (n,)
        Their numbers in the source, ascending.
    scored : Scored
        True values, predictions, weights.
    weighted : bool
        The weights were read.
    warnings : tuple of str
    """

    source: str
    sha256: str
    row: IntArray
    scored: Scored
    weighted: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MetricScore:
    """One metric on new rows; None where undefined.

    Attributes
    ----------
    metric : str
    value, error : float or None
        With its standard error over rows.
    null : float or None
        The same of the null model: the training rows' mean, or their classes' shares.
    share_gone : float or None
        Of the null model's error; None for metrics that are no errors.
    validation, validation_error : float or None
        Of the run's cross-validation.
    worsening : float or None
        How much worse than in validation, in the metric's own unit; above 0 is worse whichever way the metric points.
    mark : {"worse", "better", "within noise"} or None
        None where a standard error is unknown.
    """

    metric: str
    value: float | None
    error: float | None
    null: float | None
    share_gone: float | None
    validation: float | None
    validation_error: float | None
    worsening: float | None
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every metric of a run's model on new rows, the selecting one first.

    Attributes
    ----------
    run : Path
    source : str
    n_rows : int
    weighted : bool
    scores : tuple of MetricScore
    warnings : tuple of str
    of : str or None
        What the scores are of, such as ``log(price)``, where that is not the target itself.
    """

    run: Path
    source: str
    n_rows: int
    weighted: bool
    scores: tuple[MetricScore, ...]
    warnings: tuple[str, ...]
    of: str | None = None


def score_rows(run: RunReader, data: Path | Source) -> ScoredRows:
    """Apply a run's model to labelled rows.

    Parameters
    ----------
    run : RunReader
        Of a `fit`.
    data : Path or Source
        As `predict_rows` takes it, with the target, and with the weight where the run has one.

    Raises
    ------
    RunError
        Where the run has no model.
    DataError
        Where the rows cannot be read, lack columns, or hold labels that the model does not know or of one class alone.
    """
    run.require_model()
    classes, task = classes_of(run), run.manifest["task"]
    target, weight = run.manifest["target"], getattr(run.config.dataset, "weight", None)
    rows, prediction, probability, warnings = applied(run, data, question=Question(target, task, classes, weight))
    y = _on_scale(np.asarray(rows.y), run.manifest.get("target_scale"), rows)
    if task == "classification" and len(np.unique(y)) == 1:
        raise DataError(
            f"{rows.name}: target {target!r} is {classes[int(y[0])]!r} in {'all' if len(y) > 1 else 'the only'} "
            f"{f'{len(y):,} rows' if len(y) > 1 else 'row'}: most metrics compare classes.",
            "Give rows of at least two classes.",
        )
    weights = np.ones(len(y)) if rows.weight is None else rows.weight
    if not weights.any():
        raise DataError(f"{rows.name}: dataset.weight {weight!r} is 0 in all rows used.", "Give rows with weight.")
    if rows.sha256 == run.manifest["dataset"]["sha256"]:
        told, what = f"`regcli show {run.path}` has those of its validation", "file" if isinstance(data, Path) else "data"
        warnings = (f"The model was fitted on this very {what}: its scores say nothing of new rows; {told}.", *warnings)
    mean = probability
    if mean is None:
        mean = _on_scale(np.asarray(prediction, dtype=np.float64), run.manifest.get("target_scale"))
    source = rows.name if data == STDIN or not isinstance(data, Path) else harmless(str(data))
    return ScoredRows(source, rows.sha256, rows.row, Scored(y, mean, weights, task), rows.weight is not None, warnings)


def _on_scale(values: FloatArray, scale: str | None, rows: NewRows | None = None) -> FloatArray:
    """Values of the target as the run scores them; of true values each must have a place on that scale."""
    if scale is None:
        return values
    found = to_scale(scale, values)
    bad = np.flatnonzero(~np.isfinite(found))
    if rows is not None and len(bad):
        raise DataError(
            f"{rows.name}: the model is scored on the scale {scale} of its target, which is {values[bad[0]]:g} in row "
            f"{rows.row[bad[0]]} (counted from 0){f' and {len(bad) - 1} more' if len(bad) > 1 else ''}.",
            "Correct the cell or empty it.",
        )
    return found


def evaluate_run(run: RunReader, data: Path | Source) -> Evaluation:
    """Score a run's model on new labelled rows, and hold it against its validation.

    Parameters
    ----------
    run : RunReader
        Of a `fit`.
    data : Path or Source
        As `score_rows` takes it.
    """
    rows = score_rows(run, data)
    metrics = run.metrics
    found = evaluate(rows.scored, null_of(run))
    first = [name for name in run.manifest["metrics"] if name in found]
    names = dict.fromkeys((*first, *found))
    scores = tuple(_against_validation(name, found[name], metrics, run.manifest, len(rows.row)) for name in names)
    scale = run.manifest.get("target_scale")
    of = f"{scale}({run.manifest['target']})" if scale else None
    return Evaluation(run.path, rows.source, len(rows.row), rows.weighted, scores, rows.warnings, of)


def null_of(run: RunReader) -> FloatArray:
    """What the null model of the training rows predicts; of a run that does not keep it, from its out-of-fold rows."""
    kept = run.metrics.get("null_prediction")
    if kept is not None:
        return np.asarray(kept, dtype=np.float64)
    predictions, classes, task = run.predictions(), classes_of(run), run.manifest["task"]
    _, once = np.unique(np.where(predictions["role"] == "train", predictions["row"], -1), return_index=True)
    once = once[predictions["role"][once] == "train"]
    y, weight = predictions["y"][once], predictions.get("weight", np.ones(len(predictions["row"])))[once]
    if task == "classification":
        y = np.array([classes.index(str(label)) for label in y])
    intercept = run.config.model.fit_intercept
    return null_prediction(y, weight, task, len(classes), intercept=intercept)


def _against_validation(name: str, found: RowScore, metrics: dict[str, Any], manifest: dict[str, Any], n: int) -> MetricScore:
    """One metric beside its validation; the difference is tested with both standard errors."""
    value, error, null = (_known(v) for v in (found.value, found.error, found.null))
    mean = metrics["validation"].get(name)
    selected = metrics["selected"]
    spread = metrics.get("validation_error", {}).get(name, selected["validation_se"] if selected["metric"] == name else None)
    worsening = None if value is None or mean is None else _difference(float(mean), value, name)
    folds = manifest["folds"]["n"] // max(manifest["folds"].get("repeats") or 1, 1)
    mark = None if worsening is None or error is None or spread is None else _mark(worsening, error, n - 1, spread, folds - 1)
    return MetricScore(name, value, error, null, share_gone(value, null, name), mean, spread, worsening, mark)


def _difference(mean: float, value: float, name: str) -> float:
    """How much worse a value is than a mean; 0 where rounding is all that there is."""
    found = float(gap(np.asarray(mean), np.asarray(value), name))
    return 0.0 if abs(found) <= ROUNDING * max(abs(mean), abs(value)) else found


def _mark(worsening: float, error: float, df: float, spread: float, df_spread: float) -> Mark | None:
    """What a t-test says of two independent estimates; with the smaller of both degrees of freedom, since rows may be few."""
    from scipy.special import stdtr

    total = error**2 + spread**2
    if min(df, df_spread) < 1:
        return None
    if total == 0:
        return "within noise" if worsening == 0 else "worse" if worsening > 0 else "better"
    if stdtr(min(df, df_spread), -abs(worsening) / np.sqrt(total)) >= LEVEL:
        return "within noise"
    return "worse" if worsening > 0 else "better"


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
