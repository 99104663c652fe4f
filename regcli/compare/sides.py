"""The two runs of a comparison, read; and whether they can be compared at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.errors import RunError
from regcli.scoring import Scored

if TYPE_CHECKING:
    from regcli.data.types import FloatArray, IntArray, Task
    from regcli.run import RunReader


@dataclass(frozen=True)
class Side:
    """One run, as the rows need it."""

    run: RunReader

    @property
    def manifest(self) -> dict[str, Any]:
        """The run's manifest."""
        return self.run.manifest

    @property
    def metrics(self) -> dict[str, Any]:
        """The run's metrics.json."""
        return self.run.metrics

    @property
    def metric(self) -> str:
        """The metric λ was chosen by."""
        return str(self.manifest["metric"])

    @cached_property
    def predictions(self) -> dict[str, Any]:
        """Columns of predictions.csv."""
        return self.run.predictions()

    @cached_property
    def fold_weight(self) -> FloatArray:
        """Validation weight of every fold."""
        return np.array(self.metrics["folds"]["weight"], dtype=np.float64)

    def by_fold(self, part: str, metric: str) -> FloatArray:
        """Scores fold by fold; NaN where undefined."""
        return np.array(self.metrics["folds"][part][metric], dtype=np.float64)

    @cached_property
    def held_out(self) -> IntArray:
        """Positions of the holdout in `predictions`."""
        return np.flatnonzero(self.predictions["role"] == "holdout")

    @cached_property
    def holdout(self) -> Scored:
        """Predictions of the held-out rows, as metrics take them."""
        columns, rows = self.predictions, self.held_out
        weight = columns["weight"][rows].astype(np.float64) if "weight" in columns else np.ones(len(rows))
        task: Task = self.manifest["task"]
        if task == "regression":
            return Scored(columns["y"][rows], columns["prediction"][rows], weight, task)
        classes = list(self.manifest["classes"])
        code = {label: float(i) for i, label in enumerate(classes)}
        probability = np.column_stack([columns[f"p_{label}"][rows] for label in classes])
        return Scored(np.array([code[label] for label in columns["y"][rows]]), probability, weight, task)

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
        return self.metrics["selected"]["l1_ratio"] in {None, 0.0}


@dataclass(frozen=True)
class Pair:
    """Run A, the reference, and run B."""

    a: Side
    b: Side

    @cached_property
    def same_folds(self) -> bool:
        """Both cross-validated the same rows, with the same outcomes, in the same folds."""
        if self.a.manifest["folds"]["sha256"] != self.b.manifest["folds"]["sha256"]:
            return False
        return self._same_rows("train")

    @cached_property
    def same_holdout(self) -> bool:
        """Both were tested on the same rows with the same outcomes."""
        return len(self.a.held_out) > 0 and self._same_rows("holdout")

    def _same_rows(self, role: str) -> bool:
        columns = [side.predictions for side in (self.a, self.b)]
        rows = [np.flatnonzero(c["role"] == role) for c in columns]
        return all(np.array_equal(columns[0][name][rows[0]], columns[1][name][rows[1]]) for name in ("row", "y"))

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
