"""Predictions as metrics take them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from regcli.data.types import Task
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Scored:
    """Predictions on some rows, as metrics take them: of one model, or of every point of a path at once.

    Attributes
    ----------
    y : ndarray (n,)
        Values, or class indices.
    mean : ndarray (…, n) or (…, n, K)
        Predicted values, or probabilities of all K >= 2 classes.
    weight : ndarray (n,)
        Sample weights.
    task : {"regression", "classification"}
    """

    y: FloatArray
    mean: FloatArray
    weight: FloatArray
    task: Task

    @property
    def inner(self) -> int:
        """How many of the last axes of `mean` belong to one model."""
        return 1 if self.task == "regression" else 2

    @property
    def binary(self) -> bool:
        """Two classes: metrics speak of the second one."""
        return bool(self.mean.shape[-1] == 2)

    @property
    def label(self) -> FloatArray:
        """Index of the most probable class, (…, n); a tie goes to the first."""
        return np.asarray(np.argmax(self.mean, axis=-1), dtype=np.float64)

    @property
    def indicator(self) -> FloatArray:
        """One column a class, 1 where the row belongs to it, (n, K)."""
        return np.asarray(self.y[:, None] == np.arange(self.mean.shape[-1]), dtype=np.float64)

    def at(self, rows: BoolArray | IntArray) -> Scored:
        """Some of the rows, by mask or by position."""
        of_rows = (..., rows) if self.inner == 1 else (..., rows, slice(None))
        return replace(self, y=self.y[rows], mean=self.mean[of_rows], weight=self.weight[rows])

    def average(self, values: FloatArray) -> FloatArray:
        """Weighted mean over rows, (…,)."""
        return np.asarray(values @ self.weight / self.weight.sum())

    def spread(self) -> float:
        """Weighted variance of y; NaN where there is none to explain."""
        total = float(self.average((self.y - self.average(self.y)) ** 2))
        return total if len(self.y) > 1 and total > 0 else float("nan")
