"""The scikit-learn line, pasted: it makes the same model, or says what it leaves out."""

import warnings

import numpy as np
import pytest
import sklearn.ensemble
import sklearn.feature_selection
import sklearn.linear_model
import sklearn.pipeline
import sklearn.preprocessing
from in_memory import TARGETS, N, X, dataset, fitted
from sklearn.exceptions import ConvergenceWarning

WEIGHT = np.where(np.arange(N) % 3 == 0, 2.5, 1.0)
NAMES = {
    name: getattr(module, name)
    for module in (sklearn.ensemble, sklearn.feature_selection, sklearn.linear_model, sklearn.pipeline, sklearn.preprocessing)
    for name in module.__all__
}


def pasted(outcome):
    """The estimator that the line makes, under warnings as errors; and what is said beside it."""
    line = outcome.metrics["selected"]["sklearn"]
    return eval(line["code"], dict(NAMES)), line["remarks"]


def agree(outcome, model, **given):
    """Fit the line as it is told, on the untreated columns, and hold its predictor against the run's own."""
    plan = outcome.plan
    rows, names = plan.splits.train, np.array(plan.dataset.classes)
    y = plan.dataset.y[rows]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(X[rows], names[y.astype(int)] if len(names) else y, **given)
    theirs = model.decision_function(X) if len(names) else model.predict(X)
    b = outcome.paths[outcome.choice.path].details.coefficients[outcome.choice.index]
    ours = (b[:, 0] + X @ b[:, 1:].T).squeeze()
    if len(names) > 2:  # log-odds of several classes are known but for a number that all of them share
        ours, theirs = ours - ours.mean(axis=1, keepdims=True), theirs - theirs.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(theirs, ours, rtol=0, atol=2e-4 * np.abs(ours).max())


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("penalty", ["none", "ridge", "lasso", "elasticnet"])
@pytest.mark.parametrize("scale", ["standard", "robust", "minmax", "maxabs", "none"])
def test_the_line_makes_the_same_model(target, penalty, scale):
    entry = {"kind": "elasticnet", "l1_ratio": [0.3]} if penalty == "elasticnet" else penalty
    outcome = fitted(dataset(target), penalty=entry, preprocess={"scale": scale}, select={"rule": "min"})
    model, remarks = pasted(outcome)
    if scale == "none" and target != "y" and penalty in {"lasso", "elasticnet"}:
        # these columns' sizes differ a hundredfold
        assert remarks == ["SAGA converges slowly where columns differ much in size"]
        return
    assert remarks == []
    agree(outcome, model)


@pytest.mark.parametrize("penalty", ["none", "ridge", "lasso", "elasticnet"])
@pytest.mark.parametrize("options", [{"fit_intercept": False}, {}])
def test_positive_coefficients_and_no_intercept(penalty, options):
    entry = {"kind": penalty, "positive": True}
    outcome = fitted(dataset(), penalty=entry, model={"tol": 1e-8, **options})
    agree(outcome, pasted(outcome)[0])
    assert "positive=True" in outcome.metrics["selected"]["sklearn"]["code"]


@pytest.mark.parametrize("target", ["two", "three"])
@pytest.mark.parametrize(
    "options", [{"fit_intercept": False}, {"class_weight": "balanced"}, {"class_weight": {"yes": 3, "a": 2}}]
)
def test_classes_and_their_weights(target, options):
    weights = options.get("class_weight")
    if isinstance(weights, dict):
        options = {"class_weight": {label: w for label, w in weights.items() if label in TARGETS[target][1]}}
    outcome = fitted(dataset(target), penalty="lasso", model={"tol": 1e-8, **options})
    agree(outcome, pasted(outcome)[0])


@pytest.mark.parametrize("scale", ["standard", "robust", "none"])
@pytest.mark.parametrize(("target", "penalty"), [("y", "lasso"), ("y", "ridge"), ("two", "ridge")])
def test_sample_weights_are_given_as_it_says(target, penalty, scale):
    outcome = fitted(dataset(target, weight=WEIGHT), penalty=penalty, preprocess={"scale": scale})
    model, (told,) = pasted(outcome)
    given = eval(f"dict({told.partition('X, y, ')[2]}", {"w": WEIGHT})
    agree(outcome, model, **given)


def test_an_elastic_net_without_lasso_is_a_ridge():
    outcome = fitted(dataset(), penalty={"kind": "elasticnet", "l1_ratio": [0]})
    assert outcome.metrics["selected"]["sklearn"]["code"].startswith("make_pipeline(StandardScaler(), Ridge(alpha=")
    agree(outcome, pasted(outcome)[0])


def test_what_has_no_equivalent_is_said():
    factors = fitted(dataset(), penalty={"kind": "lasso", "factors": {"x1": 3}})
    assert pasted(factors)[1] == ["left out: penalty factors"]
    assert pasted(fitted(dataset(), penalty={"kind": "lasso", "factors": {"x*": 3}}))[1] == []
    signs = fitted(dataset("two"), penalty={"kind": "lasso", "positive": True})
    assert "positive" in pasted(signs)[1][0]
    range_alone = fitted(dataset(), preprocess={"scale": "minmax"}, model={"fit_intercept": False})
    assert "without moving" in pasted(range_alone)[1][0]
    with pytest.raises(AssertionError, match="Not equal"):
        agree(factors, pasted(factors)[0])


def test_the_saved_model_carries_the_parameters_of_the_line():
    outcome = fitted(dataset("two"), save_model=True, model={"class_weight": "balanced", "tol": 1e-8})
    line, saved = pasted(outcome)[0][-1], outcome.portrait.pipeline.made()[-1]
    ours, theirs = line.get_params(), saved.get_params()
    assert ours.pop("C") == pytest.approx(theirs.pop("C"), rel=1e-9)
    assert ours == theirs


def test_scikit_learns_own_tolerance_would_not_do():
    # otherwise the line could leave tol out
    outcome = fitted(dataset("two"), penalty="lasso")
    model, _ = pasted(outcome)
    model[-1].set_params(tol=1e-4, max_iter=100)
    with pytest.raises((AssertionError, ConvergenceWarning)):
        agree(outcome, model)


STAGES = [
    {"kind": "relaxed", "gamma": 0},
    {"kind": "relaxed", "gamma": 0.25},
    {"kind": "relaxed", "gamma": 1},
    {"refit": "none"},
    {"refit": "ridge", "gamma": 0.3},
    {"refit": "elasticnet", "gamma": 0.3, "l1_ratio": 0.4},
]


@pytest.mark.parametrize("stage", STAGES, ids=str)
@pytest.mark.parametrize("how", [{}, {"preprocess": {"scale": "none"}}, {"preprocess": {"target": "standard"}}], ids=str)
def test_two_stages_in_one_line(stage, how):
    outcome = fitted(dataset(), penalty={"kind": "lasso", "stage": stage}, select={"rule": "min"}, **how)
    model, remarks = pasted(outcome)
    assert remarks == []
    agree(outcome, model)


@pytest.mark.parametrize("stage", [STAGES[0], STAGES[4]], ids=str)
@pytest.mark.parametrize("target", ["two", "three"])
def test_two_stages_of_classes(stage, target):
    outcome = fitted(dataset(target), penalty={"kind": "lasso", "stage": stage}, lambdas={"values": [0.1, 0.03]})
    model, remarks = pasted(outcome)
    assert remarks == []
    agree(outcome, model)


def test_two_stages_with_weights():
    outcome = fitted(dataset(weight=WEIGHT), penalty={"kind": "lasso", "stage": {"refit": "none"}})
    model, (remark,) = pasted(outcome)
    assert "standardscaler__sample_weight=w, selectfrommodel__sample_weight=w, linearregression__sample_weight=w" in remark
    steps = ("standardscaler", "selectfrommodel", "linearregression")
    agree(outcome, model, **{f"{step}__sample_weight": WEIGHT for step in steps})


def test_what_scikit_learn_cannot_mix_is_said():
    outcome = fitted(dataset("two"), penalty={"kind": "lasso", "stage": {"kind": "relaxed", "gamma": 0.5}})
    assert outcome.metrics["selected"]["sklearn"]["code"].startswith("no estimator mixes linear predictors; those of Logistic")


@pytest.mark.parametrize("how", [{}, {"preprocess": {"target": "standard"}}], ids=str)
def test_an_adaptive_lasso_is_one_on_weighted_columns(how):
    outcome = fitted(
        dataset(), penalty={"kind": "lasso", "stage": {"kind": "adaptive", "gamma": 0.5}}, select={"rule": "min"}, **how
    )
    model, (remark,) = pasted(outcome)
    head, rest = remark.split(", each multiplied by |β|^0.5 of ")
    assert head == "X stands for StandardScaler()'s columns"
    ridge, _, unit = rest.partition(" on them")
    scaled, y = NAMES["StandardScaler"]().fit_transform(X), outcome.plan.dataset.y
    beta = eval(ridge, dict(NAMES)).fit(scaled, y).coef_
    if how:
        beta = beta / float(unit.removeprefix(", with β divided by "))
    weights = np.abs(beta) ** 0.5
    model.fit(scaled * weights, y)
    b = outcome.paths[outcome.choice.path].details.coefficients[outcome.choice.index][0]
    np.testing.assert_allclose(model.predict(scaled * weights), b[0] + X @ b[1:], atol=1e-4 * np.abs(b[0] + X @ b[1:]).max())
