"""A model that is kept as plain arrays, read back: what makes its columns, and its family, which knows what the arrays mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.families import FAMILIES
from regcli.preprocess import TARGET_SCALES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regcli.numerics.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class FromArrays:
    """Predicts as a pipeline of scikit-learn does.

    Attributes
    ----------
    family : str
    arrays : mapping of str to ndarray
    columns : object or None
        Fitted transformer (a pipeline of steps) from input columns to what the family's model takes; None where it takes them.
    classes_ : tuple of str
        Labels; empty for a regression.
    scale : str or None
        On which the target was fitted.
    """

    family: str
    arrays: Mapping[str, FloatArray]
    columns: Any
    classes_: tuple[str, ...]
    scale: str | None = None

    def predict(self, X: Any) -> Any:  # noqa: ANN401
        """Values or labels, (m,)."""
        mean = self._mean(X)
        if self.classes_:
            return np.array(self.classes_, dtype=object)[mean.argmax(axis=1)]
        return mean if self.scale is None else TARGET_SCALES[self.scale][1](mean)

    def predict_proba(self, X: Any) -> FloatArray:  # noqa: ANN401
        """Probabilities of all classes, (m, K)."""
        if not self.classes_:
            raise AttributeError("predict_proba: the model predicts numbers")
        return self._mean(X)

    def _mean(self, X: Any) -> FloatArray:  # noqa: ANN401
        made = X if self.columns is None else self.columns.transform(X)
        return FAMILIES[self.family].mean(self.arrays, made)

    def __getitem__(self, step: int) -> Any:  # noqa: ANN401
        """The first step is what makes the columns, as of a pipeline."""
        return None if self.columns is None else self.columns[step]
