"""Other values of one key on the same folds, and the curves they draw."""

from __future__ import annotations

import numpy as np
import pytest
from in_memory import dataset, fitted
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import PolynomialFeatures

from regcli.audit import audit
from regcli.audit.variants import CURVES, VARIANTS
from regcli.errors import ConfigError

DEGREES = {"key": "preprocess.polynomial.degree", "values": [1, 2, 3]}


def one_column(n=60, weight=None):
    rng = np.random.default_rng(2)
    x = rng.uniform(-1, 1, n)
    y = 1 + x - 2 * x**2 + 0.1 * rng.normal(size=n)
    return dataset(X=x[:, None], y=y, weight=weight, fold=np.array([str(i % 4) for i in range(n)], dtype=object))


def varied(rows, **config):
    outcome = audit(fitted(rows, **{"penalty": ["none", "ridge"], "vary": DEGREES, **config}), lambda *_: None)
    return outcome, outcome.audits["vary"]


def test_nothing_is_varied_unless_it_was_asked_for():
    assert "vary" not in audit(fitted(dataset()), lambda *_: None).audits


def test_scores_are_those_of_polynomials_fitted_by_hand():
    rows = one_column()
    outcome, found = varied(rows)
    table = [variant for variant in found.tables[VARIANTS] if variant.path == "none"]
    assert [variant.value for variant in table] == ["1", "2", "3"]
    X = rows.features.numeric
    for degree, variant in enumerate(table, start=1):
        made = PolynomialFeatures(degree, include_bias=False).fit_transform(X)
        scores = []
        for fold in outcome.plan.splits.folds:
            model = LinearRegression().fit(made[fold.train], rows.y[fold.train])
            scores.append(((rows.y[fold.validation] - model.predict(made[fold.validation])) ** 2).mean())
        assert variant.by_fold == pytest.approx(scores, rel=1e-6)
        assert variant.n_features == degree


def test_a_curve_is_what_the_model_of_all_rows_predicts():
    rows = one_column()
    outcome, found = varied(rows)
    curves = found.tables[CURVES]
    n = len(outcome.plan.splits.train)
    assert curves.y[:n] == pytest.approx(rows.y)
    assert np.isnan(curves.prediction[:n]).all()
    mine = (curves.value == "2") & (curves.path == "none")
    made = PolynomialFeatures(2, include_bias=False)
    model = LinearRegression().fit(made.fit_transform(rows.features.numeric), rows.y)
    assert curves.prediction[mine] == pytest.approx(model.predict(made.transform(curves.x[mine][:, None])), rel=1e-6)
    assert curves.x[mine].min() < rows.features.numeric.min()


def test_the_best_value_is_found_and_set_against_the_runs_own():
    _, found = varied(one_column(), select={"rule": "min"})
    assert found.numbers["best_value"] in {"2", "3"}
    assert found.numbers["gain"] > 2 * found.numbers["gain_se"] > 0
    outcome, found = varied(one_column(), preprocess={"polynomial": {"degree": 2}}, vary={**DEGREES, "values": [2]})
    assert found.numbers["gain"] == pytest.approx(0, abs=1e-12)
    assert found.numbers["best_mean"] == pytest.approx(outcome.metrics["selected"]["validation_mean"])


def test_weights_and_two_classes_have_curves_too():
    weight = np.random.default_rng(0).uniform(0.5, 2, 60)
    assert CURVES in varied(one_column(weight=weight))[1].tables
    rows = dataset("two", X=dataset().features.numeric[:, :1])
    curves = varied(rows, penalty="ridge")[1].tables[CURVES]
    assert ((curves.prediction >= 0) & (curves.prediction <= 1))[np.isfinite(curves.prediction)].all()


def test_several_columns_have_scores_and_no_curves():
    _, found = varied(dataset(), vary={"key": "preprocess.scale", "values": ["standard", "none"]})
    assert set(found.tables) == {VARIANTS}
    assert {variant.value for variant in found.tables[VARIANTS]} == {"standard", "none"}


def test_a_value_that_the_key_cannot_have_is_refused_before_anything_is_fitted():
    with pytest.raises(ConfigError, match="a whole number from 1 to 20, not 99"):
        fitted(dataset(), vary={**DEGREES, "values": [1, 99]})


def test_a_value_with_which_nothing_can_be_selected_is_said_and_left_out(monkeypatch):
    from regcli.audit import variants
    from regcli.errors import FitError

    def searched(prepared):
        if len(prepared.outputs) == 2:
            raise FitError("none of the grid points converged")
        return search(prepared)

    search = variants.search
    monkeypatch.setattr(variants, "search", searched)
    _, found = varied(one_column())
    assert [variant.value for variant in found.tables[VARIANTS]] == ["1", "1", "3", "3"]
    assert found.warnings == ("preprocess.polynomial.degree: 2: none of the grid points converged",)
