"""Twins: one choice among equal lasso solutions, whatever the solver, the fold and the order of descent."""

import numpy as np
import pytest
from scipy import sparse

from regcli import linear

RNG = np.random.default_rng(5)
N = 60
BASE = RNG.normal(size=(N, 5))
Y = BASE[:, 0] - BASE[:, 2] + 0.3 * RNG.normal(size=N)


def problem(X, *, intercept=True, loss="squared"):
    y = (Y > 0).astype(float) if loss == "logistic" else Y
    return linear.Problem.build(np.array(X, order="F"), y, None, loss, intercept=intercept)


def penalty(p, **more):
    return linear.Penalty(1.0, np.ones(p), **more)


def twins(X, **more):
    made = problem(X, **more)
    return [(t.columns.tolist(), t.sign.tolist()) for t in linear.twins_of_problem(made, penalty(X.shape[1]))]


def test_copies_mirrored_and_shifted_columns_are_twins_and_others_are_not():
    X = np.column_stack([BASE, BASE[:, 0] + 7, -BASE[:, 0], BASE[:, 2], BASE[:, 1] + 1e-6 * BASE[:, 3], 2 * BASE[:, 3]])
    assert sorted(twins(X)) == [([0, 5, 6], [1, 1, -1]), ([2, 7], [1, 1])]
    assert sorted(twins(X, intercept=False)) == [([0, 6], [1, -1]), ([2, 7], [1, 1])]


def test_other_factors_and_a_sign_constraint_make_columns_differ():
    X = np.column_stack([BASE, BASE[:, 0], -BASE[:, 1]])
    made = problem(X)
    unlike = linear.Penalty(1.0, np.array([1, 1, 1, 1, 1, 2.0, 1]))
    assert [t.columns.tolist() for t in linear.twins_of_problem(made, unlike)] == [[1, 6]]
    assert [t.columns.tolist() for t in linear.twins_of_problem(made, penalty(7, positive=True))] == [[0, 5]]


@pytest.mark.parametrize("loss", ["squared", "logistic"])
@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5, 6], [5, 1, 6, 3, 4, 0, 2]])
def test_the_first_twin_speaks_for_all_and_the_certificate_holds(loss, order):
    X = np.column_stack([BASE, BASE[:, 0] + 3, -BASE[:, 2]])[:, order]
    made, shape = problem(X, loss=loss), penalty(7)
    y = (Y > 0).astype(float) if loss == "logistic" else Y
    solver, _ = linear.choose_solver(loss, 1.0, positive=False)
    fit = linear.solve_path(made, shape, np.array([0.1, 0.01]), solver=solver, tol=1e-8, max_iter=1000)
    told = linear.told_by_the_first(fit, linear.twins_of_problem(made, shape))
    raw = np.asarray(X)
    np.testing.assert_allclose(told.eta(raw), fit.eta(raw), atol=1e-12)
    assert (linear.certificates(made, y, None, shape, told) <= 1e-8).all()
    for group in linear.twins_of_problem(made, shape):
        used = np.abs(told.dense(1))[group.columns, 0]
        assert used[0] > 0
        assert (used[1:] == 0).all()


def test_sparse_twins():
    X = sparse.random_array((N, 4), density=0.4, rng=RNG, format="csc")
    both = sparse.csc_array(sparse.hstack([X, X[:, [1]], -X[:, [2]]]))
    made = linear.Problem.build(both, Y, None, "squared", intercept=True)
    found = [(t.columns.tolist(), t.sign.tolist()) for t in linear.twins_of_problem(made, penalty(6))]
    assert sorted(found) == [([1, 4], [1, 1]), ([2, 5], [1, -1])]
