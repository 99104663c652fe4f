"""The chosen model for other programs: scikit-learn's own pipeline and plain numbers predict what the run predicts."""

from dataclasses import replace

import numpy as np
import pytest
from in_memory import TARGETS, N, X, Y, dataset, fitted
from scipy.special import expit, softmax

from regcli.data.types import Features
from regcli.families.described import predict_with

TOWN = np.array(["a", "b", "c", "b"] * (N // 4), dtype=object)


def with_town(target="y", **more):
    rows = dataset(target, **more)
    kinds = ("numeric",) * 4 + ("categorical",)
    return replace(rows, features=Features((*rows.features.names, "town"), kinds, rows.features.numeric, (TOWN,)))


def by_hand(affine, features):
    """The linear predictor from model.json as its description says; (n,) or (n, K)."""
    values = dict(zip(features.numeric_names, features.numeric.T, strict=True))
    texts = dict(zip(features.text_names, features.texts, strict=True))
    k = np.size(affine["intercept"])
    eta = np.tile(np.atleast_1d(affine["intercept"]).astype(float), (N, 1))
    for entry in affine["inputs"]:
        name = entry["column"]
        if "levels" in entry:
            eta += np.array([np.atleast_1d(entry["levels"].get(level, entry["unseen"])) for level in texts[name]])
            continue
        x, gone = values[name].copy(), np.isnan(values[name])
        x[gone] = entry.get("fill", np.nan)
        eta += x[:, None] * np.atleast_1d(entry["coefficient"]) + gone[:, None] * np.atleast_1d(entry.get("missing", np.zeros(k)))
    return eta[:, 0] if k == 1 else eta


LINKS = {
    "identity": lambda eta: eta,
    "logit": expit,
    "softmax": lambda eta: softmax(eta, axis=1),
    "log": np.exp,
    "log1p": np.expm1,
}


@pytest.mark.parametrize("categorical", [{}, {"drop": "first"}, {"min_frequency": 20}])
@pytest.mark.parametrize("target", TARGETS)
def test_pipeline_and_plain_numbers_predict_the_same(target, categorical):
    rows = with_town(target)
    outcome = fitted(rows, save_model=True, penalty="ridge", preprocess={"categorical": categorical})
    affine = outcome.portrait.affine
    prediction, probability = predict_with(outcome.portrait.pipeline.made(), rows.features)
    said = LINKS[affine["link"]](by_hand(affine, rows.features))
    if target == "y":
        np.testing.assert_allclose(said, prediction, rtol=1e-9)
        return
    np.testing.assert_allclose(said, probability if target == "three" else probability[:, 1], atol=1e-9)
    assert affine["classes"] == list(rows.classes)
    assert prediction.tolist() == [rows.classes[k] for k in probability.argmax(axis=1)]


def test_gaps_are_filled_as_the_pipeline_fills_them():
    holey = X.copy()
    holey[::7, 1] = np.nan
    rows = dataset(X=holey)
    missing = {"strategy": "median", "indicator": True}
    outcome = fitted(rows, save_model=True, penalty="ridge", preprocess={"missing": missing})
    prediction, _ = predict_with(outcome.portrait.pipeline.made(), rows.features)
    np.testing.assert_allclose(by_hand(outcome.portrait.affine, rows.features), prediction, rtol=1e-9)
    (entry,) = [entry for entry in outcome.portrait.affine["inputs"] if entry["column"] == "x1"]
    assert entry["fill"] == np.nanmedian(holey[:, 1])


@pytest.mark.parametrize(("kind", "there"), [("log", np.exp), ("log1p", np.expm1)])
def test_a_target_fitted_on_another_scale_is_predicted_on_its_own(kind, there):
    rows = dataset(y=there(np.abs(Y) / 4))
    outcome = fitted(rows, save_model=True, penalty="ridge", preprocess={"target": kind})
    affine = outcome.portrait.affine
    assert affine["link"] == kind
    prediction, _ = predict_with(outcome.portrait.pipeline.made(), rows.features)
    np.testing.assert_allclose(LINKS[kind](by_hand(affine, rows.features)), prediction, rtol=1e-9)


def test_what_is_not_affine_has_no_plain_numbers_and_what_has_no_effect_is_left_out():
    polynomial = fitted(dataset(), save_model=True, preprocess={"polynomial": {"degree": 2}})
    assert polynomial.portrait.affine is None
    assert polynomial.portrait.pipeline is not None
    none = fitted(dataset(), save_model=True, lambdas={"values": [50.0]}).portrait.affine
    assert none["inputs"] == []
    assert none["intercept"] == pytest.approx(Y.mean())
