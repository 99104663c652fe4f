"""Ridge and least squares: closed forms, whatever the units, from dense and sparse columns."""

import numpy as np
import pytest
from one_set import walk
from scipy import sparse

from regcli.linear.solvers import direct

RNG = np.random.default_rng(5)


def test_a_polynomial_of_degree_five_is_found_again():
    """Wampler's first problem among NIST's reference sets, y = 1 + x + … + x⁵ for x = 0 … 20: every coefficient is 1."""
    x = np.arange(21.0)
    X = np.column_stack([x**k for k in range(1, 6)])
    fit, kkt, *_ = walk(X, 1 + X.sum(axis=1), [0.0], 0.0)
    assert fit.dense(0)[:, 0] == pytest.approx(np.ones(5), abs=2e-8)
    assert fit.intercept[0, 0] == pytest.approx(1.0, abs=1e-6)
    assert kkt[0] < 1e-12


@pytest.mark.parametrize("form", [np.array, sparse.csc_array])
@pytest.mark.parametrize("intercept", [True, False])
def test_no_penalty_with_more_columns_than_rows_has_the_smallest_norm(form, intercept):
    X, y = RNG.normal(size=(8, 20)), RNG.normal(size=8)
    fit, kkt, *_ = walk(form(X), y, [0.0], 0.0, intercept=intercept)
    centred = X - X.mean(axis=0) if intercept else X
    wanted = np.linalg.pinv(centred) @ (y - y.mean() * intercept)
    assert fit.dense(0)[:, 0] == pytest.approx(wanted, rel=1e-6, abs=1e-9)
    assert kkt[0] < 1e-12


def test_twins_share_what_ridge_gives():
    X = RNG.normal(size=(30, 2))
    fit, *_ = walk(np.column_stack([X, X[:, 0]]), X @ [1.0, 2.0], [0.1, 0.0], 0.0)
    for i in range(2):
        assert fit.dense(i)[0, 0] == pytest.approx(fit.dense(i)[2, 0])


def normal_equations(X, y, lam, weights, factors):
    """Ridge by the normal equations of centred columns."""
    s = weights / weights.sum()
    centred, right = X - s @ X, y - s @ y
    return np.linalg.solve((centred * s[:, None]).T @ centred + lam * np.diag(factors), (centred * s[:, None]).T @ right)


@pytest.mark.parametrize("form", ["dense", "sparse", "sparse and large"])
def test_ridge_is_what_its_normal_equations_say(form, monkeypatch):
    if form == "sparse and large":
        monkeypatch.setattr(direct, "DIAGONALISED", 3)
    X = RNG.normal(size=(30, 6)) * (RNG.random((30, 6)) < 0.6)
    y, weights, factors = RNG.normal(size=30), RNG.uniform(0.5, 2, 30), np.array([0, 1, 2, 0.5, 0, 1.0])
    lambdas = [3.0, 0.1, 1e-3]
    made = X if form == "dense" else sparse.csc_array(X)
    fit, kkt, *_ = walk(made, y, lambdas, 0.0, weights=weights, factors=factors)
    assert kkt.max() < 1e-11
    for i, lam in enumerate(lambdas):
        np.testing.assert_allclose(fit.dense(i)[:, 0], normal_equations(X, y, lam, weights, factors), rtol=1e-8, atol=1e-10)
    assert (fit.n_iter == 1).all()


def test_short_columns_beside_long_ones_are_refined():
    """One column a hundred thousand times as long as the others: its rounding does not drown theirs."""
    X = RNG.normal(size=(50, 4)) * [1e5, 1, 1, 1e-1]
    y = X @ [1e-5, 1.0, -1.0, 3.0] + RNG.normal(size=50)
    fit, kkt, *_ = walk(X, y, [0.01], 0.0)
    np.testing.assert_allclose(fit.dense(0)[:, 0], normal_equations(X, y, 0.01, np.ones(50), np.ones(4)), rtol=1e-7)
    assert kkt[0] < 1e-11
