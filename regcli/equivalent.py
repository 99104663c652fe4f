"""A grid point as scikit-learn's own estimators: the objects, and the line of code that makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from regcli.paths import PathSpec
    from regcli.plan import Plan

# Their own defaults stop while coefficients still differ from the optimum in the third digit. SAGA, of the first order, would
# take very long to 1e-8.
EXACT: dict[str, Any] = {"tol": 1e-8, "max_iter": 100_000}
EXACT_SAGA: dict[str, Any] = {"tol": 1e-6, "max_iter": 10_000, "random_state": 0}
DIGITS = 10


@dataclass(frozen=True, slots=True)
class Written:
    """A grid point as code.

    Attributes
    ----------
    code : str
        One expression, of names of `sklearn.linear_model`, `sklearn.pipeline` and `sklearn.preprocessing` alone.
    remarks : tuple of str
        What X stands for, what `fit` is to be given, and what is left out for want of an equivalent.
    """

    code: str
    remarks: tuple[str, ...]


def estimator(plan: Plan, spec: PathSpec, lam: float) -> Any:  # noqa: ANN401
    """The unfitted estimator whose objective a point minimises on the scaled design (penalty factors aside)."""
    from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge

    model, (_, ratio) = plan.config.model, spec.undivided
    _, value = spec.sklearn(plan.problem.weight_sum, lam, classification=plan.task == "classification")
    common: dict[str, Any] = {"fit_intercept": model.fit_intercept}
    if plan.task == "classification":
        how = {"solver": "saga", **EXACT_SAGA} if ratio > 0 else EXACT
        return LogisticRegression(C=float(value), l1_ratio=ratio, class_weight=model.class_weight, **how, **common)
    common["positive"] = spec.positive
    if lam == 0:
        return LinearRegression(**common)
    if spec.penalty == "ridge":
        return Ridge(alpha=float(value), **(EXACT if spec.positive else {}), **common)
    if spec.penalty == "lasso":
        return Lasso(alpha=float(value), **EXACT, **common)
    return ElasticNet(alpha=float(value), l1_ratio=ratio, **EXACT, **common)


def written(plan: Plan, spec: PathSpec, lam: float) -> Written:
    """The line that makes and fits the same model on the training rows, but for what is left out."""
    steps = [step for step in (_scaler(plan), estimator(plan, spec, lam)) if step is not None]
    shown = [_call(step) for step in steps]
    code = f"make_pipeline({', '.join(shown)})" if len(steps) > 1 else shown[0]
    return Written(code, tuple(_remarks(plan, spec, steps)))


def _scaler(plan: Plan) -> Any:  # noqa: ANN401
    """The unfitted scaler; None where there is none."""
    from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

    center = plan.config.model.fit_intercept and not sparse.issparse(plan.problem.X)
    make: dict[str, Any] = {
        "standard": lambda: StandardScaler(with_mean=center),
        "robust": lambda: RobustScaler(with_centering=center),
        "minmax": MinMaxScaler,
        "maxabs": MaxAbsScaler,
    }
    scale = plan.config.preprocess.scale
    return make[scale]() if scale in make else None


def _remarks(plan: Plan, spec: PathSpec, steps: list[Any]) -> list[str]:
    out = []
    if plan.recipe.transformer is not None:
        out.append("X stands for the columns as they are before scaling, encoded and filled in")
    if plan.target_scale is not None:
        out.append(f"y stands for {plan.target_scale}(y)")
    if plan.dataset.weight is not None:
        names = [
            type(step).__name__.lower()
            for step in steps
            if type(step).__name__ not in {"RobustScaler", "MinMaxScaler", "MaxAbsScaler"}
        ]
        given = [f"{name}__sample_weight=w" for name in names] if len(steps) > 1 else ["sample_weight=w"]
        out.append(f"fit it with the sample weights w: .fit(X, y, {', '.join(given)})")
    factors = spec.penalty_on(plan.outputs).factors
    if spec.penalty != "none" and not (factors == 1).all():
        out.append("left out: penalty factors")
    if spec.positive and plan.task == "classification":
        out.append("left out: coefficients of one sign (positive)")
    if plan.config.preprocess.scale == "minmax" and (sparse.issparse(plan.problem.X) or not plan.config.model.fit_intercept):
        out.append("left out: scaling by the range without moving the minimum to 0")
    if plan.task == "classification" and (spec.l1_ratio or 0) > 0 and plan.config.preprocess.scale == "none":
        out.append("SAGA converges slowly where columns differ much in size")
    return out


def _call(step: Any) -> str:  # noqa: ANN401
    """The expression that makes an unfitted estimator: its strength, and whatever differs from the defaults."""
    usual = type(step)().get_params(deep=False)
    strength = {"alpha", "C", "l1_ratio"}
    given = {name: value for name, value in step.get_params(deep=False).items() if name in strength or value != usual[name]}
    return f"{type(step).__name__}({', '.join(f'{name}={_literal(value)}' for name, value in given.items())})"


def _literal(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}" if np.isfinite(value) else 'float("inf")'
    return f'"{value}"' if isinstance(value, str) else repr(value)
