"""Small boosted trees find what lines do not, and nothing in noise."""

from __future__ import annotations

import numpy as np

from regcli.advice.boosted import boosted

RANDOM = np.random.default_rng(13)
X = RANDOM.normal(size=(600, 5))
TRAIN, OUTSIDE = np.arange(400), np.arange(400, 600)


def left(y, X=X):
    y = y[:, None]
    error = np.square(y[OUTSIDE] - boosted(X, y, TRAIN, OUTSIDE)).mean()
    return error / y[OUTSIDE].var()


def test_interactions_and_steps_are_found():
    assert left(((X[:, 0] > 0) & (X[:, 1] > 0)) * 1.0) < 0.1
    assert left(np.where(X[:, 2] > 0.5, 3.0, 0.0)) < 0.1


def test_noise_stays_noise():
    assert 0.9 < left(RANDOM.normal(size=600)) < 1.4


def test_gaps_are_a_bin_of_their_own():
    y = np.where(RANDOM.random(600) < 0.5, 1.0, 0.0)
    holes = X.copy()
    holes[y == 1, 0] = np.nan
    assert left(y, holes) < 0.05


def test_columns_with_one_value_and_no_value_do_no_harm():
    flat = np.column_stack([np.ones(600), np.full(600, np.nan), X[:, 0]])
    assert left(X[:, 0], flat) < 0.2
