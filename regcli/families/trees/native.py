"""Estimators of scikit-learn as models: fitted to a training set, asked for probabilities of every class, kept as a pipeline."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.families.described import Estimator, in_units_of_y

if TYPE_CHECKING:
    from regcli.families.axis import AxisPath
    from regcli.families.given import Given
    from regcli.numerics.arrays import FloatArray, Matrix
    from regcli.prepare import Prepared


@dataclass(frozen=True, slots=True)
class Native:
    """A fitted estimator.

    Attributes
    ----------
    estimator : object
        Its classes are the numbers of those that its training rows have.
    classes : int
        How many classes there are; 0 for a regression.
    """

    estimator: Any
    classes: int

    def mean(self, X: Matrix) -> FloatArray:
        """Predicted values (m,), or probabilities of all classes (m, K)."""
        if not self.classes:
            return np.asarray(self.estimator.predict(X), dtype=np.float64)
        return every_class(self.estimator.predict_proba(X), self.estimator.classes_, self.classes)


def every_class(probability: FloatArray, known: FloatArray, classes: int) -> FloatArray:
    """Probabilities (…, m, K) of all classes from those of the classes that a training set has; 0 for the others."""
    probability = np.asarray(probability, dtype=np.float64)
    if probability.shape[-1] == classes:
        return probability
    out = np.zeros((*probability.shape[:-1], classes))
    out[..., np.asarray(known).astype(int)] = probability
    return out


def fit_native(given: Given, estimator: Any) -> Native:  # noqa: ANN401
    """Fit an estimator to a training set."""
    estimator.fit(given.X, given.y, sample_weight=given.weight)
    return Native(estimator, given.classes)


def as_pipeline(prepared: Prepared, given: Given, model: Native) -> Estimator:
    """The pipeline that is kept: the columns made as in training, the model, and its classes by their labels."""
    fitted, features = copy(model.estimator), prepared.plan.dataset.features
    if model.classes:
        fitted.classes_ = np.array(prepared.plan.dataset.classes)[np.asarray(fitted.classes_).astype(int)]
    transformer = given.encoded.transformer
    if transformer is None and isinstance(features.numeric, np.ndarray):
        fitted.feature_names_in_ = np.array(features.numeric_names, dtype=object)
    steps = [("columns", transformer)] if transformer is not None else []
    return Estimator("Pipeline", {"steps": [*steps, ("model", in_units_of_y(prepared, fitted))]})


def remarks(prepared: Prepared, path: AxisPath) -> list[str]:
    """What X and y stand for in the line of code, and what `fit` is to be given."""
    plan, out = prepared.plan, []
    if path.recipe.transformer is not None:
        out.append("X stands for the columns as numbers")
    if plan.target_scale is not None:
        out.append(f"y stands for {plan.target_scale}(y)")
    weights = [
        *(["the sample weights"] if plan.dataset.weight is not None else []),
        *(["the classes' weights"] if plan.config.model.class_weight is not None else []),
    ]
    if weights:
        out.append(f"fit it with {' times '.join(weights)} w: .fit(X, y, sample_weight=w)")
    return out
