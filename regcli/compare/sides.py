"""The two runs of a comparison, read; and whether they can be compared at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.compare.judging import Limits
from regcli.errors import RunError
from regcli.metrics import METRICS
from regcli.run.opened import Opened
from regcli.run.points import same_point
from regcli.scored import Scored
from regcli.spoken import LAMBDA, is_beyond
from regcli.support import is_dense

if TYPE_CHECKING:
    from regcli.data.types import Task
    from regcli.numerics.arrays import FloatArray, IntArray


# Certificates are held to `tol`; what two solvers make of the same problem may differ by a little more in any score.
NUMERICAL = 10.0
DEFAULT_TOL = 1e-6


@dataclass(frozen=True)
class Best:
    """A grid point with the best mean.

    Attributes
    ----------
    mean : float or None
        None where the run was not selected by the metric in question.
    by_fold : ndarray (J,)
        Scores fold by fold; NaN where they are not known.
    is_selected : bool
        It is the point that the run selected.
    """

    mean: float | None
    by_fold: FloatArray
    is_selected: bool


@dataclass(frozen=True)
class Side(Opened):
    """One run, as the rows need it."""

    @cached_property
    def predictions(self) -> dict[str, Any]:
        """Columns of predictions.csv."""
        return self.run.predictions()

    @property
    def fold_ratio(self) -> float:
        """Validation rows over training rows of a fold, on average: n_te / n_tr."""
        folds = self.metrics["folds"]
        return float(np.mean(folds["n_validation"]) / np.mean(folds["n_train"]))

    @cached_property
    def fold_weight(self) -> FloatArray:
        """Validation weight of every fold."""
        return np.array(self.metrics["folds"]["weight"], dtype=np.float64)

    def by_fold(self, part: str, metric: str) -> FloatArray:
        """Scores fold by fold; NaN where undefined."""
        return np.array(self.metrics["folds"][part][metric], dtype=np.float64)

    def best(self, metric: str) -> Best:
        """The point with the best mean of the grid; of equal ones the simplest, that of the largest λ."""
        unknown = np.full(len(self.fold_weight), np.nan)
        if metric != self.metric:
            return Best(None, unknown, is_selected=False)
        sweep = self.run.sweep()
        sign = METRICS[metric].sign
        usable = np.flatnonzero(sweep["converged"] & np.isfinite(sweep["validation_mean"]))
        if not len(usable):
            return Best(None, unknown, is_selected=False)
        # of equal paths the largest λ; of others the first in the table, which goes from simple to complex
        by_lambda = sweep["axis"][usable] == "lambda" if "axis" in sweep else np.ones(len(usable), dtype=bool)
        strength = np.where(by_lambda, -sweep["lambda"][usable], np.inf)
        i = usable[np.lexsort((strength, sign * sweep["validation_mean"][usable]))[0]]
        mean = float(sweep["validation_mean"][i])
        if sweep["selected"][i]:
            return Best(mean, self.by_fold("validation", metric), is_selected=True)
        folds = self.run.folds()
        found = folds["validation"][(folds["metric"] == metric) & same_point(folds, sweep, int(i))]
        return Best(mean, found if len(found) == len(unknown) else unknown, is_selected=False)

    @cached_property
    def held_out(self) -> IntArray:
        """Positions of the holdout in `predictions`."""
        return np.flatnonzero(self.predictions["role"] == "holdout")

    @cached_property
    def holdout(self) -> Scored:
        """Predictions of the held-out rows."""
        return self.scored(self.held_out)

    def scored(self, rows: IntArray) -> Scored:
        """Predictions as metrics take them, at positions of `predictions`."""
        columns = self.predictions
        weight = columns["weight"][rows].astype(np.float64) if "weight" in columns else np.ones(len(rows))
        task: Task = self.manifest["task"]
        if task == "regression":
            return Scored(columns["y"][rows], columns["prediction"][rows], weight, task)
        classes = list(self.manifest["classes"])
        code = {label: float(i) for i, label in enumerate(classes)}
        probability = np.column_stack([columns[f"p_{label}"][rows] for label in classes])
        return Scored(np.array([code[label] for label in columns["y"][rows]]), probability, weight, task)

    @property
    def has_coefficients(self) -> bool:
        """The run tells its model's coefficients."""
        return self.run.has_coefficients

    @cached_property
    def standardized(self) -> dict[str, float]:
        """Standardised coefficients by feature (``class: feature`` where there are several classes), no intercept."""
        return self._column("coefficient_standardized")

    @cached_property
    def fold_sd(self) -> dict[str, float]:
        """SD of the standardised coefficients over folds."""
        return self._column("fold_sd")

    def _column(self, name: str) -> dict[str, float]:
        columns = self.run.coefficients()
        labels = columns["feature"] if "class" not in columns else [
            f"{label}: {feature}" for label, feature in zip(columns["class"], columns["feature"], strict=True)
        ]  # fmt: skip
        return {
            str(label): float(value)
            for label, feature, value in zip(labels, columns["feature"], columns[name], strict=True)
            if feature != "(intercept)"
        }

    @property
    def is_dense(self) -> bool:
        """The penalty sets no coefficient to zero."""
        chosen = self.metrics["selected"]
        return is_dense(chosen["l1_ratio"], chosen.get("stage"))


@dataclass(frozen=True)
class Pair:
    """Run A, the reference, and run B.

    Attributes
    ----------
    a, b : Side
    margin : float or None
        Share of A's score below which a change does not matter.
    """

    a: Side
    b: Side
    margin: float | None = None

    @property
    def limits(self) -> Limits:
        """What is too small to be a change."""
        tol = max(float(side.manifest.get("tol", DEFAULT_TOL)) for side in (self.a, self.b))
        return Limits(NUMERICAL * tol, self.margin)

    @property
    def asked(self) -> list[str]:
        """The metrics that either run was asked for, that of A's selection first."""
        return list(dict.fromkeys([self.a.metric, *self.a.manifest["metrics"], *self.b.manifest["metrics"]]))

    @property
    def strength(self) -> str:
        """What a point of their paths is called: λ where both models are linear."""
        chosen = [side.metrics.get("selected", {}) for side in (self.a, self.b)]
        return "point" if any(map(is_beyond, chosen)) else LAMBDA

    @property
    def same_file(self) -> bool:
        """Both read the same data."""
        return bool(self.a.manifest["dataset"]["sha256"] == self.b.manifest["dataset"]["sha256"])

    @cached_property
    def same_folds(self) -> bool:
        """Both cross-validated the same rows, with the same outcomes, in the same folds."""
        return self.a.manifest["folds"]["sha256"] == self.b.manifest["folds"]["sha256"] and self.same_training_rows

    @cached_property
    def same_training_rows(self) -> bool:
        """Both were trained and cross-validated on the same rows with the same outcomes, in whatever folds."""
        outcomes = []
        for side in (self.a, self.b):
            rows = np.flatnonzero(side.predictions["role"] == "train")
            row, first = np.unique(side.predictions["row"][rows], return_index=True)
            outcomes.append((row, side.predictions["y"][rows][first]))
        return all(np.array_equal(a, b) for a, b in zip(*outcomes, strict=True))

    @cached_property
    def same_holdout(self) -> bool:
        """Both were tested on the same rows with the same outcomes."""
        columns, rows = [side.predictions for side in (self.a, self.b)], [self.a.held_out, self.b.held_out]
        return len(rows[0]) > 0 and all(
            np.array_equal(columns[0][name][rows[0]], columns[1][name][rows[1]]) for name in ("row", "y")
        )

    def require_comparable(self) -> None:
        """Refuse runs whose numbers mean different things.

        Raises
        ------
        RunError
        """
        for side in (self.a, self.b):
            side.run.require_done()
        a, b = self.a.manifest, self.b.manifest
        for key, what in (
            ("task", "task"),
            ("target", "target"),
            ("target_scale", "scale of the target"),
            ("classes", "set of labels"),
            ("metric_definitions", "definition of metrics"),
        ):
            if a.get(key) != b.get(key):
                shown = " and ".join(_shown(manifest.get(key)) for manifest in (a, b))
                raise RunError(
                    f"{self.a.run.path} and {self.b.run.path} cannot be compared: another {what} ({shown}).",
                    "Compare runs of one task, target and set of labels.",
                )


def _shown(value: Any) -> str:  # noqa: ANN401
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
