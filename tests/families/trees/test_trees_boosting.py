"""Boosting: staged scores, levels and gaps as they are."""

from dataclasses import replace

import numpy as np
import pytest
from in_memory import N, X, Y, dataset, fitted, planned
from scipy import sparse

from regcli.data.types import Features
from regcli.errors import DataError, UsageError


def boosting(**entry):
    return {"penalty": [], "estimators": [{"kind": "boosting", "min_samples_leaf": 5, **entry}]}


def with_towns(towns, y=Y):
    rows = dataset(y=y)
    names, kinds = (*rows.features.names, "town"), (*rows.features.kinds, "categorical")
    return replace(rows, features=Features(names, kinds, rows.features.numeric, (np.array(towns, dtype=object),)))


def test_rounds_are_chosen_on_the_mean_curve_and_not_inside_a_fold():
    outcome = fitted(dataset(), **boosting(learning_rate=0.3), select={"rule": "min"})
    (path,) = outcome.paths
    assert path.lambdas[0] == 1
    assert path.lambdas[-1] == round(50 / 0.3)
    np.testing.assert_array_equal(path.n_iter, np.repeat(path.lambdas[None], 4, axis=0))
    assert (np.diff(path.train["mse"], axis=1) <= 1e-12).all()
    assert (np.diff(path.complexity) > 0).all()
    assert outcome.choice.index == path.validation["mse"].mean(axis=0).argmin()


def test_levels_are_no_indicators_and_gaps_are_left_as_they_are():
    towns = np.array(["a", "b", "c", None] * (N // 4), dtype=object)
    holes = X.copy()
    holes[::5, 1] = np.nan
    rows = with_towns(towns, Y + 5.0 * (towns == "b"))
    rows = replace(rows, features=replace(rows.features, numeric=np.asfortranarray(holes)))
    prepared = planned(rows, preprocess={"missing": "median"}, **boosting(max=20))
    made = prepared.paths[0].recipe
    from regcli.families.given import Given

    given = Given.of(prepared, made, 0)
    assert given.X.shape[1] == 5
    # a town that is not known is a level of its own, as missing numbers stay missing
    assert np.isnan(given.X).any(axis=0).tolist() == [False, True, False, False, False]
    outcome = fitted(rows, preprocess={"missing": "median"}, save_model=True, **boosting(max=20))
    assert outcome.metrics["validation"]["mse"] < 0.6 * outcome.metrics["null_model"]["mse"]
    from regcli.families.described import predict_with

    predicted, _ = predict_with(outcome.portrait.pipeline.made(), rows.features)
    assert np.mean((predicted - rows.y) ** 2) == pytest.approx(outcome.metrics["refit"]["mse"], rel=1e-12)


def test_more_levels_than_can_be_told_apart_are_refused(monkeypatch):
    monkeypatch.setattr("regcli.families.trees.boosting.LEVELS", 3)
    with pytest.raises(DataError, match="'town' has 4 levels; 3 can be told apart"):
        planned(with_towns(["a", "b", "c", "d"] * (N // 4)), **boosting())


def test_what_the_backend_does_not_know_is_refused():
    with pytest.raises(UsageError, match="it has no subsample"):
        planned(dataset(), **boosting(subsample=0.5))
    rows = dataset()
    thin = replace(rows, features=replace(rows.features, numeric=sparse.csr_array(X)))
    with pytest.raises(UsageError, match="no sparse columns"):
        planned(thin, **boosting())
    assert planned(thin, penalty=[], estimators=[{"kind": "tree"}]).paths
