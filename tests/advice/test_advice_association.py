"""Shares of variance and of errors, against plain computations."""

from __future__ import annotations

import numpy as np
from scipy import stats

from regcli.advice.association import (
    autocorrelation,
    explained,
    guessed,
    is_sorted,
    level_means,
    predicted,
    r_squared,
    random_folds,
    ranks,
    skill,
    standardised,
)

RANDOM = np.random.default_rng(3)


def test_squared_correlations_are_those_of_scipy_by_value_and_by_rank():
    X, y = RANDOM.normal(size=(50, 4)), RANDOM.normal(size=50)
    X[:, 1] = np.round(X[:, 1])
    plain = [stats.pearsonr(x, y)[0] ** 2 for x in X.T]
    ranked = [stats.spearmanr(x, y)[0] ** 2 for x in X.T]
    np.testing.assert_allclose(r_squared(X, y[:, None]), plain)
    np.testing.assert_allclose(r_squared(ranks(X), ranks(y[:, None])), ranked)


def test_columns_without_spread_tell_nothing_and_gaps_are_the_mean():
    X = np.column_stack([np.full(20, 1e9), np.where(np.arange(20) < 5, np.nan, np.arange(20.0))])
    Z = standardised(X)
    assert not Z[:, 0].any()
    assert not Z[:5, 1].any()
    np.testing.assert_allclose(np.square(Z[:, 1]).sum(), 1.0)


def test_autocorrelation_and_order():
    assert autocorrelation(np.arange(100.0)) > 0.9
    assert abs(autocorrelation(RANDOM.normal(size=4000))) < 0.06
    assert is_sorted(np.arange(50.0)[::-1])
    assert not is_sorted(RANDOM.normal(size=50))


def test_skill_is_one_for_a_copy_and_about_none_for_noise():
    y = (RANDOM.random(400) < 0.4).astype(int)
    assert skill(y * 2.0, y, 2) == 1.0
    assert skill(y + 0.1 * RANDOM.normal(size=400), y, 2) > 0.98
    assert skill(RANDOM.normal(size=400), y, 2) < 0.2
    assert skill(np.where(y == 1, np.nan, 3.0), y, 2) == 1.0, "a gap is a value like any other"


def test_equal_values_of_a_sorted_file_tell_nothing():
    y = np.repeat([0, 1], 100)
    assert skill(np.zeros(200), y, 2) <= 0.0


def test_level_means_leave_the_row_itself_out():
    found = level_means(np.array(["a", "a", "b", None, None], dtype=object), np.array([[1.0], [3.0], [10.0], [0.0], [4.0]]))
    assert found[:, 0].tolist() == [3.0, 1.0, 3.6, 4.0, 0.0]


def test_predictions_of_unseen_rows_explain_what_there_is_to_explain():
    X = RANDOM.normal(size=(300, 5))
    Y = X[:, :1] + 0.5 * RANDOM.normal(size=(300, 1))
    folds = random_folds(300)
    assert sorted(np.bincount(folds)) == [60] * 5
    assert 0.75 < explained(Y, predicted(X, Y, folds)) < 0.85
    assert explained(Y, predicted(RANDOM.normal(size=(300, 5)), Y, folds)) < 0.05
    codes = (Y[:, 0] > 0).astype(int)
    assert guessed(codes, 2, predicted(X, codes[:, None].astype(float), folds)) > 0.6
