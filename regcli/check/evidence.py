"""What the checklist judges by, from a run's files: those of an earlier regcli tell less, and the rows say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.audit.checklist import signs
from regcli.audit.checklist.evidence import Evidence, Rows, is_shuffled, without_coefficients
from regcli.audit.checklist.points import Along, Points
from regcli.figures import value
from regcli.metrics import METRICS
from regcli.outcome import Looks, Surroundings
from regcli.run import count_baselines, looks_of
from regcli.run.layout import COEFFICIENTS
from regcli.run.points import same_point
from regcli.scored import Scored

if TYPE_CHECKING:
    from regcli.data.types import Task
    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.run import RunReader

INTERCEPT = "(intercept)"
_COEFFICIENTS = {
    "coefficient": "coefficient",
    "standardized": "coefficient_standardized",
    "frequency": "selection_frequency",
    "agreement": "sign_agreement",
}


def of_run(run: RunReader) -> Evidence:
    """What a run that is done tells.

    Raises
    ------
    RunError
        Where a file is missing or damaged.
    """
    manifest, config, metrics, sweep = run.manifest, run.config, run.metrics, run.sweep()
    metric, folds = manifest["metric"], manifest["folds"]
    # λ descends along each path: where the index starts again, so does a path
    path = np.cumsum(sweep["lambda_index"] == 0) - 1
    starts = np.flatnonzero(sweep["lambda_index"] == 0).tolist()
    along = tuple(Along.of(config, sweep["axis"][i] if "axis" in sweep else None, int(sweep["entry"][i])) for i in starts)
    points = Points.of(sweep, path, int(np.flatnonzero(sweep["selected"])[0]), METRICS[metric].sign, along)
    best, weakest = _scores_by_fold(run, sweep, points, metric)
    return Evidence(
        metric=metric,
        asked=tuple(manifest["metrics"]),
        rule=manifest["rule"],
        classes=tuple(manifest["classes"]),
        penalty=str(sweep["penalty"][points.selected]),
        scale=config.preprocess.scale,
        class_weight=config.model.class_weight is not None,
        tol=config.model.tol,
        cv=folds["kind"],
        shuffled=is_shuffled(folds["kind"], config.cv.shuffle),
        dates=tuple(each["name"] for each in manifest["dataset"]["inputs"] if each["kind"] == "date"),
        n_train=manifest["dataset"]["n_train"],
        repeats=folds["repeats"],
        is_fit=manifest["command"] == "fit",
        n_holdout=manifest["dataset"]["n_holdout"],
        metrics=metrics,
        points=points,
        best_by_fold=best,
        weakest_by_fold=weakest,
        **_coefficients(run),
        rows=_rows(run),
        around=Surroundings(_looks(run), count_baselines(run.path.parent, manifest["name"])),
        allow_looks=config.check.allow_looks,
        signs=signs.read(value(metrics, "check.leakage")),
    )


def _looks(run: RunReader) -> Looks | None:
    """By the ledger; where it knows nothing of the run, by what the run itself was told."""
    known, told = looks_of(run.path), value(run.told, "check.looks.n")
    return known if known is not None or told is None else Looks(int(told))


def _scores_by_fold(run: RunReader, sweep: Any, points: Points, metric: str) -> tuple[FloatArray, FloatArray]:  # noqa: ANN401
    """Validation scores of the best point and of the weakest, in the order of the folds; NaN where they are not told."""
    chosen = np.array(run.metrics["folds"]["validation"][metric], dtype=np.float64)
    if points.best == points.weakest == points.selected:
        return chosen, chosen
    folds = run.folds()
    use = folds["metric"] == metric

    def at(point: int) -> FloatArray:
        if point == points.selected:
            return chosen
        found = np.asarray(folds["validation"][use & same_point(folds, sweep, point)], dtype=np.float64)
        return found if len(found) == len(chosen) else np.full(len(chosen), np.nan)

    return at(points.best), at(points.weakest)


def _coefficients(run: RunReader) -> dict[str, Any]:
    if COEFFICIENTS not in run.manifest["files"]:
        return without_coefficients()
    columns = run.coefficients()
    keep = np.flatnonzero(columns["feature"] != INTERCEPT)
    k = len(dict.fromkeys(columns["class"])) if "class" in columns else 1
    features = len(keep) // k
    return {
        "feature": columns["feature"][keep][:features],
        "source": columns["source"][keep][:features],
        **{name: columns[column][keep].reshape(k, features) for name, column in _COEFFICIENTS.items()},
    }


def _rows(run: RunReader) -> Rows:
    columns, task = run.predictions(), run.manifest["task"]
    use = np.flatnonzero(columns["role"] == "train")
    _, row = np.unique(columns["row"][use], return_inverse=True)
    weight = columns["weight"][use].astype(np.float64) if "weight" in columns else np.ones(len(use))
    return Rows(row, _fold(columns, use), _scored(columns, use, weight, task, list(run.manifest["classes"])))


def _fold(columns: Any, use: IntArray) -> IntArray:  # noqa: ANN401
    """Which fold, in the order in which they stand: predictions are written fold after fold."""
    repeat, label = columns["repeat"][use], columns["fold"][use]
    return np.cumsum(np.r_[False, (repeat[1:] != repeat[:-1]) | (label[1:] != label[:-1])])


def _scored(columns: Any, use: IntArray, weight: FloatArray, task: Task, classes: list[str]) -> Scored:  # noqa: ANN401
    if not classes:
        return Scored(columns["y"][use], columns["prediction"][use], weight, task)
    code = {label: float(i) for i, label in enumerate(classes)}
    probability = np.column_stack([columns[f"p_{label}"][use] for label in classes])
    return Scored(np.array([code[label] for label in columns["y"][use]]), probability, weight, task)
