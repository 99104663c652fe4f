"""LightGBM and XGBoost behind the entry of boosting: their own estimators' scores, and models that are read back."""

import importlib

import numpy as np
import pytest
from in_memory import THREE, TWO, X, Y, dataset, fitted, planned

from regcli.errors import UsageError
from regcli.families.trees import Boosting, extras
from regcli.families.trees.extras import told

BACKENDS = ["lightgbm", "xgboost"]
NUMBER = np.arange(len(X)) % 3
NATIVE = {
    "lightgbm": {
        "min_child_samples": 4, "max_depth": 3, "subsample": 0.8, "subsample_freq": 1, "feature_fraction_bynode": 0.5,
        "reg_lambda": 0.5, "verbosity": -1, "deterministic": True, "force_row_wise": True,
    },
    "xgboost": {
        "min_child_weight": 4, "max_depth": 3, "subsample": 0.8, "colsample_bynode": 0.5, "reg_lambda": 0.5,
        "tree_method": "hist",
    },
}  # fmt: skip


def boosting(backend, **entry):
    levers = {"min_samples_leaf": 4, "subsample": 0.8, "colsample": 0.5, "l2": 0.5, "learning_rate": 0.2, "seeds": 1}
    return {"penalty": [], "estimators": [{"kind": "boosting", "backend": backend, "values": [1, 4, 15], **levers, **entry}]}


@pytest.mark.parametrize("target", ["y", "two", "three"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_scores_are_those_of_the_backends_own_estimator_and_the_kept_model_predicts_the_same(backend, target):
    module = pytest.importorskip(backend)
    metric = "mse" if target == "y" else "brier"
    outcome = fitted(dataset(target), save_model=True, select={"metric": metric, "rule": "min"}, **boosting(backend))
    (path,) = outcome.paths
    truth = {"y": Y, "two": TWO, "three": THREE}[target]
    kind = extras.PREFIX[backend] + ("Regressor" if target == "y" else "Classifier")
    for k in range(3):
        train, held = k != NUMBER, k == NUMBER
        for i, rounds in enumerate(path.lambdas):
            native = getattr(module, kind)(
                n_estimators=int(rounds), learning_rate=0.2, n_jobs=1, random_state=outcome.plan.config.cv.seed, **NATIVE[backend]
            )
            native.fit(X[train], truth[train])
            if target == "y":
                expected = np.mean((native.predict(X[held]) - truth[held]) ** 2)
            else:
                # through the booster, which knows no names of columns
                raw = native.booster_.predict(X[held]) if backend == "lightgbm" else native.predict_proba(X[held])
                p = np.column_stack([1 - raw, raw]) if raw.ndim == 1 else raw
                indicator = truth[held][:, None] == np.arange(p.shape[1])
                expected = np.mean(((p - indicator) ** 2).sum(axis=1)) / (2 if target == "two" else 1)
            assert path.validation[metric][k, i] == pytest.approx(expected, rel=1e-12 if backend == "lightgbm" else 1e-6)
    assert (np.diff(path.complexity) > 0).all()
    assert path.n_nonzero[-1] == X.shape[1]
    mean = Boosting().mean(outcome.portrait.arrays, X)
    at = outcome.metrics["refit"][metric]
    if target == "y":
        assert np.mean((mean - Y) ** 2) == pytest.approx(at, rel=1e-12)
    else:
        assert mean.shape == (len(X), 2 if target == "two" else 3)
        np.testing.assert_allclose(mean.sum(axis=1), 1.0, rtol=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
def test_one_job_and_two_give_the_same_bits(backend):
    pytest.importorskip(backend)
    one, two = (fitted(dataset(), execution={"jobs": jobs}, **boosting(backend)).paths[0] for jobs in (1, 2))
    np.testing.assert_array_equal(one.validation["mse"], two.validation["mse"])
    np.testing.assert_array_equal(one.complexity, two.complexity)


def test_levers_are_told_by_the_backends_names_and_the_leaves_penalty_always():
    assert "reg_lambda=0," in str(told("lightgbm", "regression", {"l2": None}, 0))
    assert "reg_lambda=1," in str(told("xgboost", "regression", {"l2": None}, 0))
    line = str(told("lightgbm", "classification", {"max_depth": None, "max_leaves": 8, "subsample": 0.5, "l2": 3}, 7))
    assert line.startswith("LGBMClassifier(reg_lambda=3, ")
    for said in ("max_depth=-1", "num_leaves=8", "subsample=0.5", "subsample_freq=1", "random_state=7", "n_jobs=1"):
        assert said in line
    assert "max_depth=0, " in str(told("xgboost", "regression", {"max_depth": None}, 0))


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_backend_that_is_not_installed_is_told_with_its_extra(backend, monkeypatch):
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=f"backend {backend} is not installed") as refused:
        planned(dataset(), **boosting(backend))
    assert f"pip install 'regcli[{backend}]'" in refused.value.hint


def test_a_line_of_code_names_what_can_be_imported():
    for backend in BACKENDS:
        if importlib.util.find_spec(backend):
            assert told(backend, "regression", {"rounds": 3}, 0).made().n_estimators == 3
