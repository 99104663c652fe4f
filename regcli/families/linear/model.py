"""The chosen model for other programs: a plain scikit-learn pipeline, and plain numbers where every step is affine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.families.described import Estimator, in_units_of_y
from regcli.families.linear.equivalent import estimator
from regcli.preprocess import RARE, fitted_parts, known_levels

if TYPE_CHECKING:
    from regcli.families.linear.paths import PathSpec
    from regcli.numerics.arrays import FloatArray
    from regcli.prepare import Prepared

AFFINE_FORMAT = 1


def build_pipeline(prepared: Prepared, spec: PathSpec, lam: float, intercept: FloatArray, coef: FloatArray) -> Estimator:
    """The fitted pipeline, of scikit-learn's own classes alone.

    Parameters
    ----------
    prepared : Prepared
    spec : PathSpec
    lam : float
    intercept : ndarray (K,)
    coef : ndarray (p, K)
        For the scaled columns.
    """
    scaling, transformer = prepared.preprocessor.scaling, prepared.preprocessor.transformer
    is_sparse = prepared.problem.is_sparse
    measured: dict[str, Any] = {
        "mean_": scaling.center,
        "scale_": scaling.scale,
        "var_": scaling.scale**2,
        "n_features_in_": len(scaling.scale),
        "n_samples_seen_": len(prepared.plan.splits.train),
    }
    if transformer is None and not is_sparse:
        measured["feature_names_in_"] = np.array(prepared.plan.dataset.features.numeric_names, dtype=object)
    scaler = Estimator("StandardScaler", {"with_mean": bool(scaling.center.any()) and not is_sparse}, measured)
    found: dict[str, Any] = {"n_features_in_": len(coef)}
    if prepared.plan.task == "regression":
        found |= {"coef_": coef[:, 0].copy(), "intercept_": float(intercept[0])}
    else:
        found |= {"coef_": np.ascontiguousarray(coef.T), "intercept_": intercept.copy()}
        found |= {"classes_": np.array(prepared.plan.dataset.classes), "n_iter_": np.array([0])}
    # the coefficients of two stages are no single penalty's: what holds them has none
    holds = spec if spec.second is None else replace(spec, second=None, penalty="none", l1_ratio=None, positive=False)
    model = replace(estimator(prepared, holds, lam if holds is spec else 0.0), fitted=found)
    steps = [("columns", transformer)] if transformer is not None else []
    return Estimator("Pipeline", {"steps": [*steps, ("scale", scaler), ("model", in_units_of_y(prepared, model))]})


def affine_form(prepared: Prepared, coefficients: FloatArray) -> dict[str, Any] | None:
    """The model as plain numbers; None where a step (polynomial, text, dates) is not affine in the columns or their levels.

    The linear predictor is ``intercept + Σ``: for a numeric input ``coefficient × value`` (``fill`` in place of a missing
    value, and ``missing`` added then), for a categorical one the entry of ``levels`` (``unseen`` for any other text). With
    several classes every number is a list in the order of ``classes``. What is predicted is the predictor itself (``link``
    identity), its logistic function (logit), its softmax, its exponential (log), or that less one (log1p). Inputs without
    effect are left out.

    Parameters
    ----------
    prepared : Prepared
    coefficients : ndarray (K, p + 1)
        In the units of the columns, intercept first.
    """
    if prepared.plan.config.preprocess.polynomial is not None or {"text", "date"} & set(prepared.plan.dataset.features.kinds):
        return None
    by_name = {output.name: coefficients[:, 1 + j] for j, output in enumerate(prepared.outputs)}
    k = len(coefficients)
    zero = np.zeros(k)

    def plain(values: FloatArray) -> Any:  # noqa: ANN401
        return float(values[0]) if k == 1 else [float(v) for v in values]

    transformer = prepared.preprocessor.transformer
    categories, fills = known_levels(transformer), _fills(transformer)
    features = prepared.plan.dataset.features
    inputs: list[dict[str, Any]] = []
    for name, kind in zip(features.names, features.kinds, strict=True):
        entry: dict[str, Any] = {"column": name, "kind": kind}
        if name in categories:
            known = categories[name]
            bucket = by_name.get(f"{name}={RARE}", zero)
            found = {level: bucket if level in known.rare else by_name.get(f"{name}={level}", zero) for level in known.levels}
            live = any(v.any() for v in found.values())
            entry |= {"levels": {level: plain(v) for level, v in found.items()}, "unseen": plain(bucket)}
        else:
            missing = by_name.get(f"{name}=missing", zero)
            live = bool(by_name[name].any() or missing.any())
            entry["coefficient"] = plain(by_name[name])
            if missing.any():
                entry["missing"] = plain(missing)
        if name in fills:
            entry["fill"] = fills[name]
        if live:
            inputs.append(entry)
    plan = prepared.plan
    link = plan.target_scale or {"squared": "identity", "logistic": "logit", "multinomial": "softmax"}[plan.loss]
    head: dict[str, Any] = {
        "format_version": AFFINE_FORMAT,
        "task": prepared.plan.task,
        "target": prepared.plan.dataset.target,
        "link": link,
    }
    if prepared.plan.task == "classification":
        head["classes"] = list(prepared.plan.dataset.classes)
    return head | {"intercept": plain(coefficients[:, 0]), "inputs": inputs}


def _fills(transformer: Any) -> dict[str, Any]:  # noqa: ANN401
    """What imputers fill in, by column."""
    fills: dict[str, Any] = {}
    for part, names in fitted_parts(transformer):
        if hasattr(part, "statistics_"):
            fills |= {n: v if isinstance(v, str) else float(v) for n, v in zip(names, part.statistics_, strict=True)}
    return fills
