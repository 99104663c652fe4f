"""A training set: centred, weighed and measured, dense as sparse."""

import numpy as np
import pytest
from scipy import sparse

from regcli.linear import Problem
from regcli.linear.objective import problem as module

RNG = np.random.default_rng(8)
X = RNG.normal(size=(30, 4)) * (RNG.random((30, 4)) < 0.7) + [0, 3, 0, -1]
Y = RNG.normal(size=30)
WEIGHTS = RNG.uniform(0.5, 2.0, 30)
S = WEIGHTS / WEIGHTS.sum()


def build(form, *, X=X, intercept=True):
    made = np.asfortranarray(X) if form is np.array else form(X)
    return Problem.build(made, Y, WEIGHTS, "squared", intercept=intercept)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("form", [np.array, sparse.csc_array])
def test_every_product_is_that_of_the_centred_columns(form, intercept):
    problem = build(form, X=X.copy(), intercept=intercept)
    Z = X - S @ X if intercept else X
    b, r, h = RNG.normal(size=(4, 2)), RNG.normal(size=(30, 2)), RNG.uniform(size=30)
    some, others = np.array([0, 3]), np.array([1, 2, 3])
    np.testing.assert_allclose(problem.dot(b), Z @ b, atol=1e-13)
    np.testing.assert_allclose(problem.dot(b[:2], some), Z[:, some] @ b[:2], atol=1e-13)
    np.testing.assert_allclose(problem.tdot(r), Z.T @ (S[:, None] * r), atol=1e-13)
    np.testing.assert_allclose(problem.gram(some, others, h), Z[:, some].T @ (Z[:, others] * h[:, None]), atol=1e-12)
    np.testing.assert_allclose(problem.column_sums(some, h), h @ Z[:, some], atol=1e-13)
    np.testing.assert_allclose(problem.rms, np.sqrt(S @ Z**2), rtol=1e-12)
    assert problem.weight_sum == pytest.approx(WEIGHTS.sum())
    assert problem.objective(np.zeros((30, 1))) == pytest.approx(0.5 * S @ Y**2)


@pytest.mark.parametrize("form", [np.array, sparse.csc_array])
def test_the_intercept_is_given_back_for_the_columns_as_they_came(form):
    problem = build(form, X=X.copy())
    b = RNG.normal(size=(4, 1))
    intercept = problem.uncentre(np.array([2.0]), b)
    np.testing.assert_allclose(X @ b + intercept, problem.dot(b) + 2.0, atol=1e-12)


def test_narrowed_it_is_the_problem_of_those_columns():
    some = np.array([3, 1])
    narrow, alone = build(np.array, X=X.copy()).narrow(some), build(np.array, X=X[:, some].copy())
    np.testing.assert_allclose(narrow.X, alone.X, atol=1e-15)
    np.testing.assert_allclose(narrow.scale, alone.scale, rtol=1e-13)
    assert narrow.shape == (30, 2, 1)


def test_columns_are_measured_a_few_at_a_time_as_all_at_once(monkeypatch):
    whole = build(np.array, X=X.copy())
    monkeypatch.setattr(module, "CELLS", 31)
    parts = build(np.array, X=X.copy())
    np.testing.assert_allclose(parts.X, whole.X, atol=1e-15)
    np.testing.assert_allclose(parts.center, whole.center, atol=1e-15)
    every = np.arange(4)
    np.testing.assert_allclose(parts.gram(every, every, S), whole.gram(every, every, S), rtol=1e-12)


@pytest.mark.parametrize("form", [np.array, sparse.csc_array])
def test_a_column_without_spread_carries_nothing_however_large_it_is(form):
    columns = X.copy()
    columns[:, 2] = 1e9 + 0.1
    problem = build(form, X=columns)
    assert problem.rms[2] == 0.0
    assert problem.rms[[0, 1, 3]].all()
    assert np.isinf(problem.scale[2, 0])


def test_a_constant_target_is_measured_by_its_size():
    problem = Problem.build(np.asfortranarray(X), np.full(30, 0.1), None, "squared", intercept=True)
    assert problem.null_rms[0] == pytest.approx(0.1)
    assert problem.null_intercept[0] == pytest.approx(0.1)
