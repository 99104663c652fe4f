from dataclasses import replace

import pytest

from regcli.audit.recommend import Model, Point, recommend

NAN = float("nan")


def point(worse=0.0, p=NAN, gap=0.05):
    return Point(None, 0.1, 100.0 + worse, 5.0, gap * 90, gap, 10, worse, worse / 100, p)


def model(kind, worse=0.0, p=1.0, *, gap=0.05, n_inputs=10, phi=0.9, steady=True, family="linear", chosen=None):
    best = point(worse, p if worse else NAN, gap)
    return Model(kind, kind, (family, 0), best, chosen or best, n_inputs, phi, steady)


def advised(*models, null=200.0, rule="min"):
    return recommend(models, min(models, key=lambda m: m.best.mean), "mse", null, rule)


def test_what_does_not_beat_the_null_model_is_not_recommended():
    found = advised(model("none", 1), model("ridge"), null=104.0)
    assert found.model is None
    assert found.reason.startswith("Ridge, the best of them, is no more than one standard error better than the null model")
    assert "is no better than" in advised(model("ridge"), model("lasso", 1), null=99.0).reason


def test_no_penalty_where_it_does_as_well_and_does_not_over_fit():
    found = advised(model("none", 1), model("ridge"), model("lasso", 2))
    assert found.model.kind == "none"
    assert "is within noise of ridge, the best (1% worse, p = 1)" in found.reason


def test_ridge_where_it_over_fits():
    found = advised(model("none", 1, gap=0.4), model("lasso"), model("ridge", 2))
    assert found.model.kind == "ridge"
    assert "40% of train, which is large. Ridge is within noise of the lasso, the best (2% worse, p = 1)." in found.reason


@pytest.mark.parametrize(("worse", "p", "how"), [(8, 0.5, "a standard error worse"), (3, 0.01, "worse by more than noise")])
def test_ridge_where_no_penalty_is_worse(worse, p, how):
    found = advised(model("none", worse, p), model("ridge"), model("lasso", 1))
    assert found.model.kind == "ridge"
    assert how in found.reason
    assert found.reason.startswith("The model without a penalty is ")  # "No penalty is worse" says it of every penalty


def test_the_lasso_where_it_needs_few_columns_and_loses_nothing():
    found = advised(model("none", 1, gap=0.4), model("ridge"), model("lasso", 2, n_inputs=3))
    assert found.model.kind == "lasso"
    assert "needs 3 input columns where ridge needs 10" in found.reason
    # … and what it would cost where it does lose
    found = advised(model("none", 1, gap=0.4), model("ridge"), model("lasso", 3.1, 0.02, n_inputs=3))
    assert found.model.kind == "ridge"
    assert "The lasso needs 3 input columns where ridge needs 10, but is worse by more than noise than ridge" in found.reason
    assert "(3.1% worse, p = 0.02)" in found.reason


def test_the_elastic_net_where_the_lasso_changes_its_columns():
    lasso = model("lasso", n_inputs=3, phi=0.3, steady=False)
    ridge, net = model("ridge", 1), model("elasticnet", 2, n_inputs=6, phi=0.8)
    found = advised(ridge, lasso, net)
    assert found.model.kind == "elasticnet"
    assert "Its columns change from fold to fold (Φ = 0.3), those of the elastic net, 6 in number, less (Φ = 0.8)" in found.reason
    found = advised(ridge, lasso, replace(net, is_steady=False))
    assert found.model.kind == "lasso"
    assert "look at the data before anything is explained by them" in found.reason


def test_of_families_that_are_as_good_the_simpler():
    boosting = model("boosting", family="boosting")
    assert advised(model("ridge", 2), boosting).model.kind == "ridge"
    assert advised(model("ridge", 9, 0.001), boosting).model.kind == "boosting"


def test_what_the_rule_gives_away_is_said():
    found = advised(model("ridge", chosen=point(4, 0.0002)), model("lasso", 1), rule="1se")
    assert (
        "Its λ by rule 1se is 4% worse than the best of all, more than noise (p < 0.001): the price of the simpler model; select"
        in found.reason
    )
    found = advised(model("ridge", chosen=point(4, 0.3)), model("lasso", 1), rule="1se")
    assert "4% worse than the best of all, within noise (p = 0.3)" in found.reason
    assert "rule" not in advised(model("ridge"), model("lasso", 1)).reason


def test_the_best_where_it_needs_fewer_columns_than_what_is_as_good():
    found = advised(model("none", 1, gap=0.4), model("ridge", 2), model("lasso", n_inputs=9))
    assert found.model.kind == "lasso"
    assert "The lasso is the best and needs 9 input columns where ridge needs 10." in found.reason
    # but not where they change from fold to fold, nor where nothing over-fits
    assert advised(model("ridge", 2), model("lasso", n_inputs=9, steady=False)).model.kind == "ridge"
    assert advised(model("none", 1), model("ridge", 2), model("lasso", n_inputs=9)).model.kind == "none"


def test_a_score_of_next_to_nothing_is_no_measure():
    best = replace(model("none"), best=replace(point(), mean=1e-28, se=1e-29), n_inputs=9)
    found = advised(best, model("lasso", 1e30, 0.001, n_inputs=2))
    assert "(more than 1000% worse, p = 0.001)" in found.reason
