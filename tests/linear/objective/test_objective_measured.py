"""What fits are judged by, on numbers that can be worked out by hand."""

import numpy as np
import pytest

from regcli.linear import LOSSES, Penalty
from regcli.linear.objective.measured import Measured

X = np.array([[1.0, 2.0], [3.0, 2.0], [5.0, 8.0], [7.0, 0.0]])
S = np.full(4, 0.25)
Y = np.array([[0.0], [2.0], [0.0], [2.0]])


def measured(penalty, own=(1.0, 1.0), *, intercept=True):
    mean = X.mean(axis=0) if intercept else np.zeros(2)
    rms = np.sqrt(((X - mean) ** 2).mean(axis=0))
    return Measured.of(X, Y, S, (mean, rms), LOSSES["squared"], penalty, np.array(own), intercept=intercept)


def judged(made, lam, b):
    residual = S[:, None] * (Y - X @ b - 1.0)
    return made.violated(np.array([lam]), (X.T @ residual)[None], residual.sum(axis=0)[None], b[None])


def test_at_zero_what_pulls_beyond_the_edge_is_measured_in_sizes_of_column_and_residuals():
    made = measured(Penalty(1.0, np.ones(2)))
    pulls = np.array([(S * (X[:, j] - X[:, j].mean()) * (Y[:, 0] - 1)).sum() for j in range(2)])
    sizes = X.std(axis=0) * Y.std()
    np.testing.assert_allclose(made.unit[:, 0], sizes)
    found, _, gradient = judged(made, 0.25, np.zeros((2, 1)))
    np.testing.assert_allclose(gradient[0, :, 0], pulls)
    assert found[0] == pytest.approx(((np.abs(pulls) - 0.25) / sizes).max())
    assert judged(made, np.abs(pulls).max(), np.zeros((2, 1)))[0][0] == 0


def test_own_columns_are_those_of_the_design_divided_by_their_units():
    lasso = Penalty(1.0, np.ones(2))
    one, two = measured(lasso), measured(lasso, own=(2.0, 0.5))
    np.testing.assert_allclose(two.unit[:, 0], one.unit[:, 0] / [2.0, 0.5])
    np.testing.assert_allclose(judged(two, 0.1, np.zeros((2, 1)))[2], judged(one, 0.1, np.zeros((2, 1)))[2] / [[2.0], [0.5]])


def test_the_intercept_is_a_column_of_ones():
    assert measured(Penalty(1.0, np.ones(2))).of_intercepts(np.array([0.5])) == pytest.approx(0.5 / Y.std())


def test_a_step_over_free_columns_counts_where_gradients_are_small_and_not_where_nothing_is_free():
    penalised, free = measured(Penalty(1.0, np.ones(2))), measured(Penalty(1.0, np.array([0.0, 1.0])))
    b, eta = np.zeros((2, 1)), lambda: np.ones((4, 1))
    _, slope, _ = judged(free, 0.1, b)
    assert penalised.with_gain(0.1, slope[0], np.zeros(1), b, eta, 1e-9) == 1e-9
    share = slope[0, 0, 0] ** 2 / X[:, 0].var() / Y.var()
    assert free.with_gain(0.1, slope[0], np.zeros(1), b, eta, 1e-9) == pytest.approx(share)
