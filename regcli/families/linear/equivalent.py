"""A grid point as scikit-learn's own estimators: the objects, and the line of code that makes them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from regcli.families.described import Estimator, literal

if TYPE_CHECKING:
    from regcli.families.linear.paths import PathSpec
    from regcli.prepare import Prepared

# Their own defaults stop while coefficients still differ from the optimum in the third digit. SAGA, of the first order, would
# take very long to 1e-8.
EXACT: dict[str, Any] = {"tol": 1e-8, "max_iter": 100_000}
EXACT_SAGA: dict[str, Any] = {"solver": "saga", "tol": 1e-6, "max_iter": 10_000, "random_state": 0}
# Coefficients below this are zero to `SelectFromModel`, whose own threshold depends on the unit of y.
NOT_ZERO = 1e-12


@dataclass(frozen=True, slots=True)
class Written:
    """A grid point as code.

    Attributes
    ----------
    code : str
        One expression, of names of `sklearn.linear_model`, `sklearn.pipeline` and `sklearn.preprocessing` alone; with a second
        stage of `sklearn.feature_selection` and `sklearn.ensemble`, too, or where nothing there does the same, words.
    remarks : tuple of str
        What X stands for, what `fit` is to be given, and what is left out for want of an equivalent.
    """

    code: str
    remarks: tuple[str, ...]


def written(prepared: Prepared, spec: PathSpec, lam: float, first: float | None = None) -> Written:
    """The line that makes and fits the same model on the training rows, but for what is left out.

    Parameters
    ----------
    prepared : Prepared
    spec : PathSpec
    lam : float
    first : float, optional
        λ of the first stage, where it has one of its own.
    """
    if spec.second is not None:
        return _in_two_stages(prepared, spec, lam, first)
    steps = [step for step in (_scaler(prepared), estimator(prepared, spec, lam)) if step is not None]
    code = f"make_pipeline({', '.join(map(str, steps))})" if len(steps) > 1 else str(steps[0])
    return Written(code, tuple(_remarks(prepared, spec, [step.name for step in steps])))


def _in_two_stages(prepared: Prepared, spec: PathSpec, lam: float, first: float | None) -> Written:
    """The same where a second stage starts from what a first one selects or weighs."""
    second, gamma = spec.second, spec.gamma or 0.0
    plain = replace(spec, second=None)
    if second is None or (second.mixes and gamma == 1):
        return written(prepared, plain, lam)
    if second.name == "adaptive":
        return _with_weights(prepared, spec, lam, first or 0.0)
    scaler = _scaler(prepared)
    if second.mixes:
        selecting, fitting = (
            estimator(prepared, plain, lam),
            estimator(prepared, replace(plain, penalty="none", l1_ratio=None), 0.0),
        )
    else:
        # the screen's λ is one for y in its own unit
        screen = replace(plain, l1_ratio=1.0, unit=1.0)
        selecting = estimator(prepared, screen, float(second.lambdas[second.place]))
        fitting = estimator(prepared, replace(plain, penalty=spec.fits), lam)
    chosen = f"SelectFromModel({selecting}, threshold={NOT_ZERO})"
    head = "" if scaler is None else f"{scaler}, "
    names = [*([] if scaler is None else [scaler.name]), "SelectFromModel", fitting.name]
    if not second.mixes or gamma == 0:
        return Written(f"make_pipeline({head}{chosen}, {fitting})", tuple(_remarks(prepared, spec, names)))
    refit, weights = f"make_pipeline({chosen}, {fitting})", f"{literal(gamma)} and {literal(1.0 - gamma)}"
    if prepared.plan.task == "classification" or prepared.plan.dataset.weight is not None:
        before = "" if scaler is None else f" behind {scaler}"
        code = f"no estimator mixes linear predictors; those of {selecting} and of {refit}{before}, with weights {weights}"
        return Written(code, tuple(_remarks(prepared, spec, names)))
    both = f'VotingRegressor([("first", {selecting}), ("refit", {refit})], weights=[{literal(gamma)}, {literal(1.0 - gamma)}])'
    code = f"make_pipeline({head}{both})" if head else both
    return Written(code, tuple(_remarks(prepared, spec, [*names[:-2], "VotingRegressor"])))


def _with_weights(prepared: Prepared, spec: PathSpec, lam: float, first: float) -> Written:
    """An adaptive lasso is a lasso on columns that are multiplied by their weights."""
    plain = replace(spec, second=None)
    ridge = estimator(prepared, replace(plain, penalty="ridge", l1_ratio=0.0, positive=False, unit=1.0), first)
    scaler = _scaler(prepared)
    columns = "X" if scaler is None else f"{scaler}'s columns"
    power = "" if spec.gamma == 1 else f"^{spec.gamma:g}"
    unit = "" if spec.unit == 1 else f", with β divided by {literal(spec.unit)}"
    fitting = estimator(prepared, plain, lam)
    said = f"X stands for {columns}, each multiplied by |β|{power} of {ridge} on them{unit}"
    return Written(str(fitting), (said, *_remarks(prepared, spec, [fitting.name])))


def estimator(prepared: Prepared, spec: PathSpec, lam: float) -> Estimator:
    """The unfitted estimator whose objective a point minimises on the scaled design (penalty factors aside)."""
    model, (_, ratio) = prepared.plan.config.model, spec.undivided
    _, value = spec.sklearn(prepared.problem.weight_sum, lam, classification=prepared.plan.task == "classification")
    common: dict[str, Any] = {} if model.fit_intercept else {"fit_intercept": False}
    if prepared.plan.task == "classification":
        if model.class_weight is not None:
            common["class_weight"] = model.class_weight
        how = EXACT_SAGA if ratio > 0 else EXACT
        return Estimator("LogisticRegression", {"C": float(value), "l1_ratio": ratio, **common, **how})
    if spec.positive:
        common["positive"] = True
    if lam == 0:
        return Estimator("LinearRegression", common)
    if ratio == 0:
        # an elastic net with l1_ratio 0 is a ridge, which divides by no sum of weights
        alpha = float(value) if spec.penalty == "ridge" else float(value) * prepared.problem.weight_sum
        return Estimator("Ridge", {"alpha": float(alpha), **common, **(EXACT if spec.positive else {})})
    if spec.penalty == "lasso":
        return Estimator("Lasso", {"alpha": float(value), **common, **EXACT})
    return Estimator("ElasticNet", {"alpha": float(value), "l1_ratio": ratio, **common, **EXACT})


def _scaler(prepared: Prepared) -> Estimator | None:
    """The scaler; None where there is none."""
    centred = prepared.plan.config.model.fit_intercept and not prepared.problem.is_sparse
    calls = {
        "standard": Estimator("StandardScaler", {} if centred else {"with_mean": False}),
        "robust": Estimator("RobustScaler", {} if centred else {"with_centering": False}),
        "minmax": Estimator("MinMaxScaler", {}),
        "maxabs": Estimator("MaxAbsScaler", {}),
    }
    return calls.get(prepared.plan.config.preprocess.scale)


def _remarks(prepared: Prepared, spec: PathSpec, steps: list[str]) -> list[str]:
    """What is to be known of a line; `steps` are the classes of its pipeline."""
    out = []
    if prepared.recipe.transformer is not None:
        out.append("X stands for the columns as they are before scaling, encoded and filled in")
    if prepared.plan.target_scale is not None:
        out.append(f"y stands for {prepared.plan.target_scale}(y)")
    if prepared.plan.dataset.weight is not None:
        names = [step.lower() for step in steps if step not in {"RobustScaler", "MinMaxScaler", "MaxAbsScaler"}]
        given = [f"{name}__sample_weight=w" for name in names] if len(steps) > 1 else ["sample_weight=w"]
        out.append(f"fit it with the sample weights w: .fit(X, y, {', '.join(given)})")
    factors = spec.penalty_on(prepared.outputs).factors
    if spec.penalty != "none" and not (factors == 1).all():
        out.append("left out: penalty factors")
    if spec.positive and prepared.plan.task == "classification":
        out.append("left out: coefficients of one sign (positive)")
    if prepared.plan.config.preprocess.scale == "minmax" and (
        prepared.problem.is_sparse or not prepared.plan.config.model.fit_intercept
    ):
        out.append("left out: scaling by the range without moving the minimum to 0")
    if prepared.plan.task == "classification" and (spec.l1_ratio or 0) > 0 and prepared.plan.config.preprocess.scale == "none":
        out.append("SAGA converges slowly where columns differ much in size")
    return out
