"""Boosted models round by round against scikit-learn's own stages, to the last bit."""

from dataclasses import replace

import numpy as np
import pytest
from in_memory import N, X, Y, dataset, planned
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from regcli.data.types import Features
from regcli.families import FAMILIES
from regcli.families.trees import staged
from regcli.families.trees.native import Native
from regcli.families.trees.staged import Staged, up_to
from regcli.numerics.reproducible import one_thread

RNG = np.random.default_rng(4)
ROUNDS = np.array([1, 2, 7, 12])


@pytest.fixture(autouse=True)
def alone():
    """Threads of scikit-learn's wait for each other where other tests run."""
    with one_thread():
        yield


def grown(kind, rows=400, **given):
    """With a column of levels behind numbers, and gaps in both."""
    numbers, levels = np.round(RNG.normal(size=(rows, 2)), 1), RNG.integers(0, 6, rows).astype(float)
    table = np.column_stack([numbers, levels])
    signal = numbers[:, 0] * (levels % 2) + numbers[:, 1] + 0.3 * RNG.normal(size=rows)
    table[RNG.random(table.shape) < 0.1] = np.nan
    y = {"y": signal, "two": signal > 0, "three": np.digitize(signal, [-0.5, 0.5])}[kind]
    made = HistGradientBoostingRegressor if kind == "y" else HistGradientBoostingClassifier
    model = made(max_iter=12, early_stopping=False, categorical_features=[2], min_samples_leaf=5, random_state=0, **given)
    new = table[RNG.permutation(rows)].copy()
    new[:5, 2], new[5:9] = 17.0, np.nan  # levels that are not known, and rows of which nothing is
    return model.fit(table, y), (table, new)


@pytest.mark.parametrize("many", [0, 10**9])
@pytest.mark.parametrize("kind", ["y", "two", "three"])
def test_every_stage_is_scikit_learns_to_the_last_bit(kind, many, monkeypatch):
    monkeypatch.setattr(staged, "MANY", many)
    model, sides = grown(kind, max_depth=4)
    path = Staged(Native(model, {"y": 0, "two": 2, "three": 3}[kind]), ROUNDS)
    for rows in sides:
        found = np.concatenate(list(path.predictions(np.asfortranarray(rows))))
        theirs = list(model.staged_predict(rows) if kind == "y" else model.staged_predict_proba(rows))
        np.testing.assert_array_equal(found, np.array(theirs)[ROUNDS - 1])


def test_points_come_in_blocks_where_they_are_many(monkeypatch):
    model, (rows, _) = grown("y")
    path = Staged(Native(model, 0), ROUNDS)
    (whole,) = path.predictions(rows)
    monkeypatch.setattr(staged, "HELD", 3 * len(rows))
    parts = list(path.predictions(rows))
    assert [len(part) for part in parts] == [3, 1]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_columns_in_use_are_those_that_are_looked_at():
    model, (rows, _) = grown("y")
    (used,) = Staged(Native(model, 0), np.array([12])).used
    for j in range(3):
        other = rows.copy()
        other[:, j] = other[::-1, j]
        assert used[j] == (model.predict(other) != model.predict(rows)).any()
    # alone it is the levels, which stand last, that count
    by_level = HistGradientBoostingRegressor(max_iter=3, early_stopping=False, categorical_features=[2], min_samples_leaf=5)
    by_level.fit(np.nan_to_num(rows), np.nan_to_num(rows)[:, 2] == 3)
    assert Staged(Native(by_level, 0), np.array([1])).used.tolist() == [[False, False, True]]


def test_a_model_after_some_rounds_is_that_of_so_many_rounds():
    model, (rows, new) = grown("three", max_features=0.5)
    few = up_to(Native(model, 3), 7)
    assert (few.estimator.n_iter_, few.estimator.max_iter, model.n_iter_) == (7, 7, 12)
    np.testing.assert_array_equal(few.mean(new), list(model.staged_predict_proba(new))[6])
    assert few.estimator.get_params() == {**model.get_params(), "max_iter": 7}
    assert rows.shape == new.shape


@pytest.mark.parametrize("levels_last", [False, True])
def test_the_model_on_all_rows_is_not_fitted_again(levels_last, monkeypatch):
    rows = dataset(y=Y)
    if levels_last:
        town = np.array(["a", "b", "c", "d"] * (N // 4), dtype=object)
        names, kinds = (*rows.features.names, "town"), (*rows.features.kinds, "categorical")
        rows = replace(rows, features=Features(names, kinds, rows.features.numeric, (town,)))
    prepared = planned(rows, penalty=[], estimators=[{"kind": "boosting", "max": 20, "min_samples_leaf": 5, "colsample": 0.5}])
    (path,) = prepared.paths
    family = FAMILIES["boosting"]
    from regcli.families.given import Given

    whole, fold = (Given.of(prepared, path.recipe, f) for f in (len(prepared.plan.splits.folds), 0))
    anew = family.model(whole, path, 3, 0)
    family.train(whole, path, 0)
    family.train(fold, path, 0)
    assert list(path.whole) == [0]
    monkeypatch.setattr("regcli.families.trees.boosting.fit_native", None)
    np.testing.assert_array_equal(family.model(whole, path, 3, 0).mean(whole.X), anew.mean(whole.X))
    assert whole.X.shape[1] == X.shape[1] + levels_last
