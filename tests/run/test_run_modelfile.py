"""The files of models: what skops writes, written without it, and read by it."""

import json
import re

import numpy as np
import pytest
import skops.io
from small_runs import REGRESSION, fitted

from regcli.families.described import Estimator
from regcli.run import modelfile
from regcli.run.modelfile import NotPlainError, encode_model, plain_content

TRUSTED = ["numpy.dtype"]
P = 3
SCALER = Estimator(
    "StandardScaler",
    {"with_mean": False},
    {
        "mean_": np.zeros(P), "scale_": np.array([1.0, 2.0, 0.5]), "var_": np.array([1.0, 4.0, 0.25]), "n_features_in_": P,
        "n_samples_seen_": 12, "feature_names_in_": np.array(["a", "größer", "c d"], dtype=object),
    },
)  # fmt: skip
LINE = {"n_features_in_": P, "coef_": np.array([0.5, -1.0, 0.0]), "intercept_": 0.25}
CLASSES = {
    "n_features_in_": P, "coef_": np.ones((2, P)), "intercept_": np.zeros(2), "classes_": np.array(["no", "yes"]),
    "n_iter_": np.array([0]),
}  # fmt: skip
MODELS = [
    Estimator("LinearRegression", {}, LINE),
    Estimator("LinearRegression", {"fit_intercept": False, "positive": True}, LINE),
    Estimator("Ridge", {"alpha": 3.5}, LINE),
    Estimator("Lasso", {"alpha": 0.1, "tol": 1e-8, "max_iter": 100_000}, LINE),
    Estimator("ElasticNet", {"alpha": 0.1, "l1_ratio": 0.9, "positive": True}, LINE),
    Estimator("LogisticRegression", {"C": float("inf"), "l1_ratio": 0.0, "class_weight": {"no": 1.0, "yes": 2.5}}, CLASSES),
    Estimator("LogisticRegression", {"C": 2.0, "l1_ratio": 1.0, "solver": "saga", "random_state": 0}, CLASSES),
]


def pipeline(model):
    return Estimator("Pipeline", {"steps": [("scale", SCALER), ("model", model)]})


def without_numbers(schema, files):
    """The content of a file whatever objects are numbered by: arrays stand where their files are named."""

    def plain(value):
        if isinstance(value, list):
            return [plain(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {k: files[v] if k == "file" else plain(v) for k, v in value.items() if k != "__id__"}

    return plain(json.loads(schema))


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_it_is_what_skops_writes(model):
    described = pipeline(model)
    assert without_numbers(*plain_content(described)) == without_numbers(*modelfile._content_by_skops(described.made()))


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_skops_reads_it(model):
    described = pipeline(model)
    made, read = described.made(), skops.io.loads(encode_model(described), trusted=TRUSTED)
    assert read.get_params().keys() == made.get_params().keys()
    assert read[-1].get_params() == made[-1].get_params()
    X = np.random.default_rng(0).normal(size=(9, P))
    for ours, theirs in ((read[0].scale_, made[0].scale_), (read[-1].coef_, made[-1].coef_)):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(read[-1].predict(X), made[-1].predict(X))


def test_everything_has_a_number_of_its_own():
    numbers = re.findall(r'"__id__": (\d+)', plain_content(pipeline(MODELS[-1]))[0])
    assert len(set(numbers)) == len(numbers)


def test_what_is_not_plain_is_left_to_skops():
    outcome = fitted({**REGRESSION, "preprocess": {"missing": "median"}})
    with pytest.raises(NotPlainError):
        plain_content(outcome.portrait.pipeline)
    assert skops.io.loads(encode_model(outcome.portrait.pipeline), trusted=TRUSTED).steps[0][0] == "columns"


def test_so_is_every_model_where_other_releases_are_installed(monkeypatch):
    monkeypatch.setattr(modelfile, "RELEASES", {**modelfile.RELEASES, "skops": "0.17."})
    with pytest.raises(NotPlainError):
        plain_content(pipeline(MODELS[0]))
    assert skops.io.loads(encode_model(pipeline(MODELS[0])), trusted=TRUSTED)[-1].intercept_ == 0.25
