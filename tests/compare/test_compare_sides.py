"""The two runs of a comparison, and whether they can be compared at all."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from golden_runs import pair

from regcli.compare.sides import Pair, Side
from regcli.errors import RunError


def test_a_run_is_its_own_equal():
    same = pair("reference", "reference")
    assert same.same_file
    assert same.same_folds
    assert same.same_training_rows
    same.require_comparable()


def test_the_best_point_is_the_best_of_the_sweep():
    side = pair().a
    sweep = side.run.sweep()
    best = side.best(side.metric)
    assert best.mean == sweep["validation_mean"][sweep["converged"]].min()
    assert np.average(best.by_fold, weights=side.fold_weight) == pytest.approx(best.mean)
    assert side.best("mae").mean is None


def test_predictions_score_as_the_run_says():
    side = pair().a
    for fold, found in enumerate(side.by_fold("validation", "mse")):
        rows = np.flatnonzero((side.predictions["role"] == "train") & (side.predictions["fold"] == str(fold)))
        d = side.scored(rows)
        assert np.average((d.y - d.mean) ** 2, weights=d.weight) == pytest.approx(found)


def test_coefficients_are_told_by_feature_without_the_intercept():
    side = pair().a
    assert "(intercept)" not in side.standardized
    assert set(side.standardized) == set(side.fold_sd) == set(side.run.coefficients()["feature"]) - {"(intercept)"}


@pytest.mark.parametrize(
    ("key", "value", "says"), [("task", "classification", "another task"), ("target", "z", "another target")]
)
def test_numbers_that_mean_different_things_are_refused(key, value, says, monkeypatch):
    both = pair()
    monkeypatch.setitem(both.b.manifest, key, value)
    with pytest.raises(RunError, match=says):
        both.require_comparable()


def test_points_are_called_by_lambda_where_both_models_are_linear():
    def side(**selected):
        return Side(SimpleNamespace(metrics={"selected": selected}))

    assert Pair(side(), side(axis="lambda")).strength == "λ"
    assert Pair(side(), side(axis="rounds")).strength == "point"
