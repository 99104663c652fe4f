"""Estimators of scikit-learn's in words, and as they are kept for other programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from regcli.preprocess import TARGET_SCALES, columns

if TYPE_CHECKING:
    from regcli.data.types import Features
    from regcli.numerics.arrays import FloatArray
    from regcli.prepare import Prepared

DIGITS = 10
# Where the classes are.
PLACES = {
    "Pipeline": "sklearn.pipeline",
    "TransformedTargetRegressor": "sklearn.compose",
    **dict.fromkeys(("ElasticNet", "Lasso", "LinearRegression", "LogisticRegression", "Ridge"), "sklearn.linear_model"),
    **dict.fromkeys(
        ("FunctionTransformer", "MaxAbsScaler", "MinMaxScaler", "RobustScaler", "StandardScaler"), "sklearn.preprocessing"
    ),
    **dict.fromkeys(("DecisionTreeClassifier", "DecisionTreeRegressor"), "sklearn.tree"),
    **{
        f"{name}{task}": "sklearn.ensemble"
        for name in ("RandomForest", "ExtraTrees", "HistGradientBoosting")
        for task in ("Classifier", "Regressor")
    },
    **{
        f"{name}{task}": place
        for name, place in (("LGBM", "lightgbm"), ("XGB", "xgboost"))
        for task in ("Classifier", "Regressor")
    },
}

_LIBRARY = {"sklearn": "scikit-learn", "lightgbm": "LightGBM", "xgboost": "XGBoost"}
LIBRARIES = tuple(_LIBRARY.values())


@dataclass(frozen=True, slots=True)
class Estimator:
    """An estimator of scikit-learn's in words: scikit-learn is imported when it is made, and not before.

    Attributes
    ----------
    name : str
        Its class.
    given : dict
        What is given to the class; defaults are not. Estimators in lists of steps are such descriptions, or objects.
    fitted : dict
        Attributes that it has besides, once it is fitted.
    """

    name: str
    given: dict[str, Any]
    fitted: dict[str, Any] = field(default_factory=dict)

    def made(self) -> Any:  # noqa: ANN401
        """The object."""
        found = getattr(import_module(PLACES[self.name]), self.name)(**_made(self.given))
        for name, value in _made(self.fitted).items():
            setattr(found, name, value)
        return found

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{name}={literal(value)}' for name, value in self.given.items())})"


def _made(value: Any) -> Any:  # noqa: ANN401
    """The same with objects in the place of descriptions."""
    if isinstance(value, Estimator):
        return value.made()
    if isinstance(value, dict):
        return {name: _made(item) for name, item in value.items()}
    return type(value)(map(_made, value)) if isinstance(value, (list, tuple)) else value


def literal(value: Any) -> str:  # noqa: ANN401
    """A parameter's value as code."""
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}" if np.isfinite(value) else 'float("inf")'
    return f'"{value}"' if isinstance(value, str) else repr(value)


def library_of(code: str) -> str:
    """The library that the outermost class of an expression is from, as it writes itself."""
    # `make_pipeline` stands around scikit-learn's own
    return _LIBRARY[PLACES.get(code.partition("(")[0], "sklearn").partition(".")[0]]


def in_units_of_y(prepared: Prepared, model: Any) -> Any:  # noqa: ANN401
    """The fitted estimator, its predictions brought back from the scale on which the target was fitted."""
    if prepared.plan.target_scale is None:
        return model
    function, inverse, *_ = TARGET_SCALES[prepared.plan.target_scale]
    there_and_back = {"func": function, "inverse_func": inverse, "check_inverse": False}
    back = Estimator("FunctionTransformer", {**there_and_back, "validate": True}, {"n_features_in_": 1})
    # what its own fit would note: y is one column
    fitted = {"regressor_": model, "transformer_": back, "_training_dim": 1}
    return Estimator("TransformedTargetRegressor", {"regressor": model, **there_and_back}, fitted)


def predict_with(pipeline: Any, features: Features) -> tuple[Any, FloatArray | None]:  # noqa: ANN401
    """Predictions of a loaded pipeline for new rows: values or labels (n,), and probabilities (n, K) for a classifier."""
    X = features.numeric if sparse.issparse(features.numeric) else columns.frame(features)
    prediction = pipeline.predict(X)
    is_classifier = len(getattr(pipeline, "classes_", ())) > 0
    return prediction, pipeline.predict_proba(X) if is_classifier else None
