"""A path on one training set: cut down, joined, and what it predicts."""

import numpy as np
import pytest
from scipy import sparse

from regcli.linear.objective.path import PathFit, joined

RNG = np.random.default_rng(5)


def path(lambdas, columns, *, p=6, k=2, saturated=False, failure=""):
    """Any path at all."""
    points = len(lambdas)
    coef = RNG.normal(size=(points, len(columns), k))
    intercept, n_iter = RNG.normal(size=(points, k)), np.arange(points) + 3
    return PathFit(np.array(lambdas), intercept, np.array(columns, dtype=int), coef, p, n_iter, saturated, failure)


@pytest.mark.parametrize("form", [np.array, sparse.csc_array])
def test_predictors_are_those_of_all_coefficients(form):
    fit, X = path([1.0, 0.5, 0.1], [1, 4]), RNG.normal(size=(7, 6))
    eta = fit.eta(form(X))
    assert eta.shape == (3, 7, 2)
    for i in range(3):
        np.testing.assert_allclose(eta[i], X @ fit.dense(i) + fit.intercept[i], atol=1e-14)
        assert not fit.dense(i)[[0, 2, 3, 5]].any()


def test_a_column_counts_as_used_where_any_output_uses_it():
    fit = path([1.0, 0.5, 0.1], [0, 2, 3])
    fit.coef[0] = 0.0
    fit.coef[1, :2] = 0.0
    fit.coef[2, 0, 0] = 0.0
    assert fit.n_nonzero.tolist() == [0, 1, 3]


@pytest.mark.parametrize("points", [slice(1, 3), np.array([1, 2])])
def test_a_path_cut_down_keeps_its_points(points):
    fit = path([1.0, 0.5, 0.1, 0.01], [1, 5], saturated=True, failure="late")
    some = fit.at(points)
    assert some.lambdas.tolist() == [0.5, 0.1]
    assert some.n_iter.tolist() == [4, 5]
    for i in range(2):
        np.testing.assert_array_equal(some.dense(i), fit.dense(i + 1))
        np.testing.assert_array_equal(some.intercept[i], fit.intercept[i + 1])
    assert (some.saturated, some.failure) == (True, "late")


def test_stretches_of_other_columns_are_one_path():
    parts = [path([1.0, 0.5], [4]), path([0.1], [0, 4, 5]), path([0.01], [2], saturated=True, failure="at last")]
    whole = joined(parts)
    assert whole.lambdas.tolist() == [1.0, 0.5, 0.1, 0.01]
    assert whole.columns.tolist() == [0, 2, 4, 5]
    X = RNG.normal(size=(5, 6))
    np.testing.assert_allclose(whole.eta(X), np.concatenate([part.eta(X) for part in parts]), atol=1e-14)
    assert whole.n_iter.tolist() == [3, 4, 3, 3]
    assert (whole.saturated, whole.failure) == (True, "at last")
    assert joined(parts[:1]) is parts[0]
