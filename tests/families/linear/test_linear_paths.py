"""Grids, their ends, and the unit that λ and l1_ratio are measured in."""

from dataclasses import replace

import in_memory
import numpy as np
import pytest
from scipy.linalg import svdvals
from sklearn.linear_model import ElasticNet, Lasso, Ridge

from regcli.engine import run
from regcli.errors import DataError, UsageError
from regcli.families.described import predict_with

RNG = np.random.default_rng(17)
N, P = 90, 5
X = RNG.normal(size=(N, P)) * [1, 10, 0.1, 1, 3] + [0, 5, 0, 1, 0]
Y = 40.0 * (X[:, 0] - 0.1 * X[:, 1]) + 30.0 * RNG.normal(size=N) + 200.0


def rows(y=Y, X=X, weight=None, classes=()):
    fold = np.array([str(i % 3) for i in range(len(X))], dtype=object)
    made = in_memory.dataset(X=X, y=y, weight=weight, fold=fold)
    task = "classification" if classes else "regression"
    return replace(made, classes=classes, task=task, row=np.arange(len(X)) + 7, target="price")


def planned(dataset, **config):
    return in_memory.planned(dataset, **{"lambdas": {}, "model": {"tol": 1e-9}, "execution": {"jobs": 1}, **config})


def fitted(dataset, **config):
    return run(planned(dataset, **config), save_model=True)


def scaled(X):
    return (X - X.mean(axis=0)) / X.std(axis=0)


def ends(path):
    return [float(path.lambdas[0]), float(path.lambdas[-1])]


def by_df(X, shares):
    d2 = svdvals(scaled(X)) ** 2 / len(X)
    d2 = d2[d2 > 1e-12]
    from scipy.optimize import brentq

    goals = [shares[0], shares[1] * len(d2)]
    return [np.exp(brentq(lambda t, g=g: (d2 / (d2 + np.exp(t))).sum() - g, -60, 60, xtol=1e-14)) for g in goals]


# grids


@pytest.mark.parametrize("engine", ["auto", "reference"])
@pytest.mark.parametrize("p", [P, 150])
def test_ridge_runs_over_degrees_of_freedom_whatever_the_unit_of_y(engine, p):
    wide = X if p == P else RNG.normal(size=(N, p))
    for unit in (1e-3, 1.0, 1e6):
        (path,) = planned(rows(unit * Y, wide), penalty="ridge", execution={"engine": engine, "jobs": 1}).paths
        assert ends(path) == pytest.approx(by_df(wide, (0.05, 0.999)), rel=1e-8)


def test_an_elastic_net_reaches_down_to_ridges_bottom_where_that_is_lower():
    bottom = by_df(X, (0.05, 0.999))[1]
    pull = np.abs(scaled(X).T @ (Y - Y.mean())).max() / N
    plan = planned(rows(), penalty={"kind": "elasticnet", "l1_ratio": [0.1, 0.5, 1.0]})
    assert bottom / 0.9 < pull / 0.1 * 1e-4
    assert [ends(path) for path in plan.paths] == [
        pytest.approx([pull / 0.1, bottom / 0.9]),
        pytest.approx([pull / 0.5, bottom / 0.5]),
        pytest.approx([pull, pull * 1e-4]),
    ]
    (path,) = planned(rows(Y / 1e5), penalty={"kind": "elasticnet", "l1_ratio": 0.5}).paths
    assert ends(path) == pytest.approx([pull / 0.5 / 1e5, pull / 0.5 * 1e-9])


def test_an_elastic_net_on_nearly_dependent_wide_columns_goes_no_further_than_is_of_use():
    wide = (RNG.normal(size=(N, 10)) @ RNG.normal(size=(10, 120))) + 1e-5 * RNG.normal(size=(N, 120))
    pull = np.abs(scaled(wide).T @ (Y - Y.mean())).max() / N
    ridge = by_df(wide, (0.05, 0.999))[1]
    (path,) = planned(rows(Y, wide), penalty={"kind": "elasticnet", "l1_ratio": 0.5}).paths
    assert ridge / 0.5 < pull / 0.5 * 1e-4 / Y.std()
    assert ends(path) == pytest.approx([pull / 0.5, pull / 0.5 * 1e-4 / Y.std()])
    (path,) = planned(rows(Y, wide), penalty={"kind": "elasticnet", "l1_ratio": 0.5}, preprocess={"target": "standard"}).paths
    assert ends(path) == pytest.approx([pull / 0.5 / Y.std(), pull / 0.5 * 1e-4 / Y.std()])


def test_what_is_given_of_ridges_grid_is_taken_and_the_rest_by_degrees_of_freedom():
    top, bottom = by_df(X, (0.05, 0.999))

    def found(**lambdas):
        return ends(planned(rows(), penalty="ridge", lambdas=lambdas).paths[0])

    assert found(max=7.0) == pytest.approx([7.0, bottom])
    assert found(min=0.5) == pytest.approx([top, 0.5])
    assert found(min_ratio=0.01) == pytest.approx([top, top * 0.01])
    assert found(max=1e-9) == pytest.approx([1e-9, 1e-13])
    with pytest.raises(UsageError, match=r"larger than the grid's top"):
        found(min=1e6)


def test_logistic_ridge_takes_the_null_models_weights():
    y = (np.quantile(Y, 0.8) < Y).astype(float)
    (path,) = planned(rows(y, classes=("no", "yes")), penalty="ridge").paths
    h = y.mean() * (1 - y.mean())
    assert ends(path) == pytest.approx([h * end for end in by_df(X, (0.05, 0.999))], rel=1e-8)


def test_a_penalty_entry_has_its_own_grid():
    own = {"values": [0.3, 3.0]}
    plan = planned(
        rows(), lambdas={"count": 7},
        penalty=["lasso", {"kind": "lasso", "lambdas": own}, {"kind": "ridge", "lambdas": {"count": 4, "max": 1.0}}],
    )  # fmt: skip
    assert [len(path.lambdas) for path in plan.paths] == [7, 2, 4]
    assert plan.paths[1].lambdas.tolist() == [3.0, 0.3]
    assert plan.paths[2].lambdas[0] == 1.0
    assert [path.ending is None for path in plan.paths] == [False, True, False]


# ends of paths


@pytest.mark.parametrize("engine", ["auto", "reference"])
def test_an_unpenalised_trend_does_not_end_the_path(engine):
    """It explains 99.99 % before the path begins; what the others add is measured on what it leaves."""
    trend = np.arange(N) * 1.0
    y = 100.0 * trend + X[:, 0] + 0.3 * X[:, 4] + RNG.normal(size=N)
    plan = planned(
        rows(y, np.column_stack([trend, X])), penalty={"kind": "lasso", "factors": {"x0": 0}},
        execution={"engine": engine, "jobs": 1},
    )  # fmt: skip
    (path,) = run(plan, save_model=False).paths
    assert len(path.lambdas) > 40
    first, last = path.details.coefficients[0][0], path.details.coefficients[-1][0]
    assert (first != 0).tolist() == [True, True, False, False, False, False, False]
    assert last[2] == pytest.approx(1.0, abs=0.3)


# the unit of the target


PENALTIES = [{"kind": "elasticnet", "l1_ratio": 0.3}, {"kind": "lasso"}, {"kind": "ridge"}, {"kind": "none"}]


@pytest.mark.parametrize("penalty", PENALTIES, ids=lambda penalty: penalty["kind"])
@pytest.mark.parametrize("engine", ["auto", "reference"])
def test_standard_is_the_fit_to_y_in_sds(penalty, engine):
    lam = 0.07
    outcome = fitted(
        rows(), penalty=penalty, lambdas={"values": [lam]}, preprocess={"target": "standard"},
        execution={"engine": engine, "jobs": 1},
    )  # fmt: skip
    sd, (path,) = Y.std(), outcome.paths
    Z, kind = scaled(X), penalty["kind"]
    theirs = {
        "elasticnet": ElasticNet(alpha=lam, l1_ratio=0.3, tol=1e-12, max_iter=100_000),
        "lasso": Lasso(alpha=lam, tol=1e-12, max_iter=100_000),
        "ridge": Ridge(alpha=lam * N),
        "none": Ridge(alpha=0.0),
    }[kind].fit(Z, Y / sd)
    ours = outcome.portrait.coefficients
    assert ours.standardized[1:] == pytest.approx(theirs.coef_ * sd, rel=1e-6)
    assert outcome.metrics["refit"]["mse"] == pytest.approx(((Y - sd * theirs.predict(Z)) ** 2).mean(), rel=1e-8)
    assert path.lambdas.tolist() == [0.0 if kind == "none" else lam]
    assert path.path.l1_ratio == (0.3 if kind == "elasticnet" else {"lasso": 1.0, "ridge": 0.0, "none": None}[kind])
    # the estimator kept is the one for y in its own unit
    kept = outcome.portrait.pipeline.made()[-1]
    if kind != "none":
        assert outcome.summaries[0].sklearn_value[0] == pytest.approx(kept.alpha)
        again = type(kept)(**{**kept.get_params(), "tol": 1e-12, "max_iter": 100_000}).fit(Z, Y)
        assert again.coef_ == pytest.approx(kept.coef_, rel=1e-6)


@pytest.mark.parametrize("kind", ["elasticnet", "lasso", "ridge"])
def test_with_standard_nothing_depends_on_the_unit(kind):
    penalty = {"kind": kind, "l1_ratio": 0.5} if kind == "elasticnet" else {"kind": kind}
    weight = RNG.uniform(0.5, 2.0, N)
    one, other = (
        fitted(rows(y, weight=weight), penalty=penalty, lambdas={"count": 20}, preprocess={"target": "standard"})
        for y in (Y, 1e-4 * Y)
    )
    assert other.paths[0].lambdas == pytest.approx(one.paths[0].lambdas, rel=1e-8)
    assert other.choice.index == one.choice.index
    assert other.summaries[0].validation_mean * 1e8 == pytest.approx(one.summaries[0].validation_mean, rel=1e-6)
    sd = np.sqrt(np.average((Y - np.average(Y, weights=weight)) ** 2, weights=weight))
    if kind == "lasso":
        (plain,) = planned(rows(Y, weight=weight), penalty="lasso", lambdas={"count": 20}).paths
        assert one.prepared.paths[0].lambdas == pytest.approx(plain.lambdas / sd)


def test_an_elastic_net_on_a_target_far_from_unit_deviation_is_remarked_upon_once():
    def remarks(y=Y, **config):
        penalty = {"kind": "elasticnet", "l1_ratio": [0.2, 0.8]}
        return [w for w in planned(rows(y), **({"penalty": penalty} | config)).warnings if "preprocess.target" in w]

    (said,) = remarks()
    assert "SD is" in said
    assert "preprocess.target: standard" in said
    assert not remarks(2.9 * Y / Y.std())
    assert remarks(3.1 * Y / Y.std())
    assert not remarks(0.35 * Y / Y.std())
    assert remarks(0.32 * Y / Y.std())
    assert not remarks(preprocess={"target": "standard"})
    assert not remarks(penalty=["ridge", "lasso"])
    assert not remarks(penalty={"kind": "elasticnet", "l1_ratio": [0, 1]})


# the scale of the target


@pytest.mark.parametrize(("kind", "there", "back"), [("log", np.log, np.exp), ("log1p", np.log1p, np.expm1)])
def test_a_log_scale_is_the_fit_to_the_logarithm_with_predictions_of_y(kind, there, back):
    y = np.exp(Y / 100.0)
    how = {"penalty": "ridge", "lambdas": {"values": [0.1]}}
    outcome, plain = fitted(rows(y), preprocess={"target": kind}, **how), fitted(rows(there(y)), **how)
    assert outcome.metrics["validation"] == plain.metrics["validation"]
    assert outcome.predictions.y.tolist() == plain.predictions.y.tolist()
    mine, other = (predict_with(done.portrait.pipeline.made(), done.plan.dataset.features)[0] for done in (outcome, plain))
    assert mine == pytest.approx(back(other), rel=1e-12)
    assert (outcome.portrait.affine["link"], plain.portrait.affine["link"]) == (kind, "identity")
    assert outcome.portrait.affine["inputs"] == plain.portrait.affine["inputs"]


def test_a_value_without_logarithm_is_named():
    y = Y - Y.min() + 1.0
    y[[4, 9]] = 0.0, 0.0
    with pytest.raises(DataError, match=r"'price' is 0 in row 11 .*1 more") as caught:
        planned(rows(y), penalty="ridge", preprocess={"target": "log"})
    assert caught.value.remedies == ({"preprocess.target": "log1p"},)
    y[9] = -1.0
    with pytest.raises(DataError, match=r"-1 in row 16") as caught:
        planned(rows(y), penalty="ridge", preprocess={"target": "log1p"})
    assert caught.value.remedies == ({"preprocess.target": "none"},)


def test_classes_have_no_unit():
    y = (Y.mean() < Y).astype(float)
    with pytest.raises(UsageError, match=r"preprocess.target: standard has no meaning for classification"):
        planned(replace(rows(y), task="classification", classes=("a", "b")), penalty="ridge", preprocess={"target": "standard"})


def test_ridges_own_grid_has_no_further_end_to_go_to():
    """Where the best point is its last, shrinking does not help; where it is its first, the columns do not."""
    clean = X @ [3.0, 0.2, 9.0, 1.0, 1.0]
    (said,) = [w for w in fitted(rows(clean), penalty="ridge", lambdas={"stop": "never"}).warnings if "of the grid" in w]
    assert "shrinking does not help" in said
    assert "lambdas.min" in said
    (said,) = [w for w in fitted(rows(clean), penalty="ridge", lambdas={"min": 0.1}).warnings if "of the grid" in w]
    assert said.endswith("lower lambdas.min_ratio or lambdas.min to look further down")
    noise = np.random.default_rng(3).normal(size=N)
    (said,) = [w for w in fitted(rows(noise), penalty="ridge").warnings if "of the grid" in w]
    assert "the columns do not help" in said
