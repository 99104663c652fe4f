import numpy as np
import pytest
from in_memory import ALL, RNG, dataset, fitted
from scipy import stats

from regcli.audit import audit
from regcli.audit.ranking import Ranking
from regcli.engine import InMemory
from regcli.noise import holm


def nobody(*_):
    pass


def ranked(rows, **config):
    outcome = fitted(rows, **config)
    return outcome, Ranking().look(outcome, nobody, InMemory()).numbers


def models(found):
    return {key: model for key, model in found.items() if isinstance(model, dict)}


def test_one_kind_alone_is_not_ranked():
    assert Ranking().look(fitted(dataset(), penalty={"kind": "elasticnet", "l1_ratio": [0.3, 0.7]}), nobody, InMemory()) is None


def test_every_entry_stands_there_at_its_best_and_as_the_rule_takes_it():
    outcome, found = ranked(dataset(), penalty=ALL, lambdas={"count": 20})
    assert list(models(found)) == ["none", "ridge", "lasso", "elasticnet"]
    chosen = outcome.metrics["selected"]
    mine = found[found["selected"]]["chosen"]
    assert found["selected"] == chosen["penalty"]
    assert (mine["lambda"], mine["l1_ratio"]) == (chosen["lambda"], chosen["l1_ratio"])
    assert mine["n_inputs"] == outcome.metrics["n_inputs"]
    assert found["lost"] == mine["worse_relative"]
    for fitted_path, summary in zip(outcome.paths, outcome.summaries, strict=True):
        model = found[fitted_path.path.penalty]
        assert model["best"]["mean"] <= summary.validation_mean.min()
        assert model["chosen"]["lambda"] >= model["best"]["lambda"] or fitted_path.path.penalty == "elasticnet"
    top = min(summary.validation_mean.min() for summary in outcome.summaries)
    assert found[found["best"]]["best"] == {**found[found["best"]]["best"], "mean": top, "worse": 0.0}
    assert np.isnan(found[found["best"]]["best"]["p"])


@pytest.mark.parametrize("metric", ["mse", "r2"])
def test_differences_and_their_p_are_those_of_the_corrected_t_test_with_holms_correction(metric):
    outcome, found = ranked(dataset(), penalty=["none", "ridge", "lasso"], lambdas={"count": 20}, select={"metric": metric})
    sign = 1 if metric == "mse" else -1
    losses = {}
    for path in outcome.paths:
        by_fold = sign * path.validation[metric]
        losses[path.path.penalty] = by_fold[:, np.argmin(by_fold.mean(axis=0))]
    best = losses.pop(found["best"])
    raw = []
    for values in losses.values():
        d = values - best
        error = np.sqrt((1 / 3 + 1 / 2) * d.var(ddof=1))  # three folds: a third of the rows over two thirds
        raw.append(2 * stats.t.sf(abs(d.mean()) / error, 2))
    for (name, values), p in zip(losses.items(), holm(raw), strict=True):
        assert found[name]["best"]["worse"] == pytest.approx((values - best).mean())
        assert found[name]["best"]["p"] == pytest.approx(p)


def test_two_entries_of_one_kind_are_told_apart():
    _, found = ranked(dataset(), penalty=["lasso", {"kind": "lasso", "factors": {"x0": 0}}])
    assert list(models(found)) == ["lasso-0", "lasso-1"]


def test_a_kind_without_a_usable_point_is_left_out():
    # nothing holds the coefficients of separated classes back
    X = RNG.normal(size=(60, 4))
    y = (X[:, 0] > 0).astype(float)
    outcome, found = ranked(dataset("two", X=X, y=y), penalty=["none", "ridge", "lasso"], lambdas={"count": 10})
    assert any("finite optimum" in warning for warning in outcome.warnings)
    assert list(models(found)) == ["ridge", "lasso"]


def test_columns_that_are_noise_are_not_worth_a_model():
    outcome = audit(fitted(dataset(y=RNG.normal(size=60)), penalty=ALL), nobody)
    found = outcome.audits["ranking"].numbers
    assert found["recommended"] is None
    assert "look at the data" in found["reason"]


def test_a_single_fold_tests_nothing_and_ranks_all_the_same():
    one = {"kind": "shuffle_split", "n_splits": 2, "test_size": 0.3}
    _, found = ranked(dataset(), penalty=ALL, cv=one)
    assert found["recommended"] in models(found)
    fold = np.array(["-1"] * 30 + ["0"] * 30, dtype=object)
    _, found = ranked(dataset(fold=fold), penalty=ALL)
    assert all(np.isnan(model["best"]["p"]) for model in models(found).values())
    assert found["recommended"] in models(found)
