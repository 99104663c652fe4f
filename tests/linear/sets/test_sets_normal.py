"""Normal equations with the free columns eliminated, against least squares on the rows."""

import numpy as np
import pytest

from regcli.linear import Penalty
from regcli.linear.sets.normal import Normal, Reduced, scaled_gram

RNG = np.random.default_rng(2)
X = RNG.normal(size=(40, 6))
X -= X.mean(axis=0)
Y = X @ [1.0, -1.0, 0.5, 0.0, 2.0, 0.0] + RNG.normal(size=40)
Y -= Y.mean()


def normal(X=X):
    live = X.any(axis=0)
    return Normal(X.T @ X / 40, X.T @ Y / 40, Y @ Y / 40, live, np.where(live, 1.0, np.inf))


def test_what_is_left_is_what_the_free_columns_do_not_explain():
    free = np.array([True, False, False, True, False, False])
    reduced = Reduced.build(normal(), free)
    basis, _ = np.linalg.qr(X[:, free])
    rest, y = (values - basis @ (basis.T @ values) for values in (X[:, ~free], Y))
    np.testing.assert_allclose(reduced.Q, rest.T @ rest / 40, atol=1e-13)
    np.testing.assert_allclose(reduced.q, rest.T @ y / 40, atol=1e-13)
    b = RNG.normal(size=(3, 4))
    whole = reduced.expand(b, 6)
    np.testing.assert_array_equal(whole[:, ~free], b)
    for coef in whole:
        theirs = np.linalg.lstsq(X[:, free], Y - X[:, ~free] @ coef[~free])[0]
        np.testing.assert_allclose(coef[free], theirs, atol=1e-12)


def test_without_free_columns_nothing_is_eliminated_and_dead_ones_are_left_out():
    columns = X.copy()
    columns[:, 2] = 0.0
    reduced = Reduced.build(normal(columns), np.zeros(6, dtype=bool))
    assert reduced.bound.tolist() == [0, 1, 3, 4, 5]
    assert reduced.Q.shape == (5, 5)
    assert reduced.expand(np.ones((1, 5)), 6).tolist() == [[1, 1, 0, 1, 1, 1]]


def test_a_column_that_the_free_ones_explain_stays_at_zero():
    columns = X.copy()
    columns[:, 5] = 1000 * columns[:, 0]
    reduced = Reduced.build(normal(columns), np.arange(6) == 0)
    at = reduced.bound.tolist().index(5)
    assert not reduced.Q[at].any()
    assert not reduced.Q[:, at].any()
    assert reduced.q[at] == 0.0
    assert (np.diag(np.delete(np.delete(reduced.Q, at, 0), at, 1)) > 0).all()


def test_factors_scale_the_gram_matrix():
    penalty = Penalty(0.0, np.array([0.0, 4.0, 1.0, 1.0, 0.25, 1.0]))
    reduced = Reduced.build(normal(), penalty.factors == 0)
    gram, root = scaled_gram(reduced, penalty)
    assert root.tolist() == [2.0, 1.0, 1.0, 0.5, 1.0]
    np.testing.assert_allclose(gram, reduced.Q / np.outer(root, root))
    assert scaled_gram(reduced, Penalty(0.0, np.array([0.0, 1, 1, 1, 1, 1])))[0] is reduced.Q
    assert gram[0, 0] == pytest.approx(reduced.Q[0, 0] / 4)
