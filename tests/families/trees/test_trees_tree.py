"""Decision trees along each of their axes."""

from dataclasses import replace

import numpy as np
import pytest
from in_memory import X, dataset, fitted, planned

from regcli.engine import search
from regcli.errors import UsageError


def tree(**entry):
    return {"penalty": [], "estimators": [{"kind": "tree", **entry}]}


@pytest.mark.parametrize("axis", ["ccp_alpha", "max_depth", "min_samples_leaf"])
def test_a_path_goes_from_few_leaves_to_many(axis):
    (path,) = fitted(dataset(), **tree(axis=axis)).paths
    assert (np.diff(path.complexity) >= 0).all()
    assert path.complexity[0] < 5 < path.complexity[-1]
    assert path.usable.all()
    assert np.isnan(path.kkt).all()
    assert np.isnan(path.df).all()


def test_gaps_are_handed_over_as_they_are():
    holes = X.copy()
    holes[::4, 0] = np.nan
    prepared = planned(dataset(X=holes), preprocess={"missing": "median"}, **tree())
    assert prepared.paths[0].recipe.transformer is None
    assert np.isnan(prepared.paths[0].recipe.rows(np.arange(60))).any()
    assert fitted(dataset(X=holes), preprocess={"missing": "median"}, **tree()).metrics["n_nonzero"] > 0


def test_a_criterion_of_the_other_task_is_refused():
    with pytest.raises(UsageError, match="criterion gini is none of regression"):
        planned(dataset(), **tree(criterion="gini"))
    assert planned(dataset("two"), **tree(criterion="entropy")).paths[0].setting == "min_samples_leaf=1;criterion=entropy"


def test_poisson_is_of_targets_that_are_not_negative():
    data = dataset()
    with pytest.raises(UsageError, match="criterion poisson is of counts, and the target is negative in some rows"):
        planned(data, **tree(criterion="poisson"))
    counts = replace(data, y=np.round(5 * np.exp(data.y / np.ptp(data.y))))
    assert fitted(counts, **tree(criterion="poisson")).paths[0].usable.all()


def test_a_linear_model_that_is_as_good_is_simpler():
    outcome = fitted(dataset(), penalty="ridge", estimators=["tree"], select={"rule": "pct_loss", "tolerance": 1e9})
    assert outcome.paths[outcome.choice.path].path.family == "linear"
    assert [path.path.family for path in outcome.paths] == ["linear", "tree"]


def test_the_line_makes_the_model():
    import sklearn.tree

    outcome = fitted(dataset(), **tree(max_features=[2], seeds=1))
    line = outcome.metrics["selected"]["sklearn"]
    model = eval(line["code"], vars(sklearn.tree)).fit(X, dataset().y)
    assert np.mean((model.predict(X) - dataset().y) ** 2) == pytest.approx(outcome.metrics["refit"]["mse"], rel=1e-12)
    assert line["remarks"] == []


def test_the_tree_of_the_grid_is_grown_once(monkeypatch):
    from regcli.families.trees import tree as module

    grown = []
    fit = module.fit_native

    def counted(given, estimator):
        grown.append(given.f)
        return fit(given, estimator)

    monkeypatch.setattr(module, "fit_native", counted)
    prepared = planned(dataset(), **tree())
    (path,) = search(prepared).paths
    assert sorted(grown) == [0, 1, 2, 3]
    # and what was not kept, as of an interrupted run, is grown again
    again = planned(dataset(), **tree(values=path.lambdas.tolist()))
    np.testing.assert_array_equal(search(again).paths[0].complexity, path.complexity)
    assert sorted(grown) == [0, 0, 1, 1, 2, 2, 3, 3]
