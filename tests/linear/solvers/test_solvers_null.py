"""The null model, and one path on one training set whichever solver serves it."""

import numpy as np
import pytest
from one_set import walk
from scipy import sparse

from regcli.linear import Penalty, Problem, lambda_max, null_fit

RNG = np.random.default_rng(5)


def test_lambda_max_is_taken_beyond_the_unpenalised_columns():
    X = RNG.normal(size=(40, 4))
    y = 5 * X[:, 0] + X[:, 1] + RNG.normal(size=40)
    problem = Problem.build(np.array(X, order="F"), y, None, "squared", intercept=True)
    penalty = Penalty(1.0, np.array([0.0, 1, 1, 1]))
    Z = np.column_stack([np.ones(40), X[:, 0]])
    residual = y - Z @ np.linalg.lstsq(Z, y)[0]
    assert lambda_max(null_fit(problem, penalty, tol=1e-9, max_iter=100).gradient, 1.0, penalty.factors) == pytest.approx(
        np.abs(X[:, 1:].T @ residual / 40).max()
    )


def test_rounding_starts_no_grid():
    """A column that the unpenalised ones explain is not correlated with what they leave."""
    x = RNG.normal(size=30)
    problem = Problem.build(np.column_stack([x, 1000 - 3 * x]), x + RNG.normal(size=30), None, "squared", intercept=True)
    assert not null_fit(problem, Penalty(1.0, np.array([0.0, 1.0])), tol=1e-9, max_iter=100).gradient.any()


@pytest.mark.parametrize("rho", [0.0, 1.0])
@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_units_far_from_one(rho, loss):
    """Factors that follow the units make the same problem: b_j scales inversely, predictions stay."""
    X = RNG.normal(size=(40, 4))
    y = (X[:, 0] + RNG.normal(size=40) > 0) * 1.0 if loss == "logistic" else X[:, 0] + RNG.normal(size=40)
    units = np.array([1e-6, 1.0, 1e5, 1e3])
    plain, kkt, *_ = walk(X, y, [0.2, 0.02], rho, loss=loss)
    factors = units if rho == 1.0 else units**2
    scaled, other, *_ = walk(X * units, y, [0.2, 0.02], rho, loss=loss, factors=factors)
    assert max(kkt.max(), other.max()) <= 1e-9
    np.testing.assert_allclose(scaled.eta(X * units), plain.eta(X), atol=1e-7)


def test_a_constant_target_is_its_own_null_model():
    X = RNG.normal(size=(20, 3))
    for rho in (0.0, 1.0):
        fit, kkt, *_ = walk(X, np.full(20, 0.1), [0.1, 0.01], rho)
        assert kkt.max() < 1e-12
        np.testing.assert_allclose(fit.eta(X), 0.1, atol=1e-12)


@pytest.mark.parametrize("loss", ["squared", "logistic", "multinomial"])
def test_columns_without_spread_get_nothing(loss):
    X = np.column_stack([RNG.normal(size=50), np.full(50, 0.1), np.zeros(50)])
    y = RNG.integers(0, 2 if loss == "logistic" else 3, size=50) * 1.0
    for rho in (0.0, 1.0):
        for form in (np.array, sparse.csc_array):
            fit, kkt, *_ = walk(form(X), y, [0.01, 0.0] if rho == 0 else [0.01], rho, loss=loss)
            assert kkt.max() <= 1e-9
            assert not fit.dense(0)[1:].any()


@pytest.mark.parametrize("loss", ["logistic", "multinomial"])
def test_without_free_columns_the_null_model_says_the_shares_of_the_classes(loss):
    y = np.array([0, 1, 1, 2, 1, 0, 1, 1.0]) if loss == "multinomial" else np.array([0, 1, 1, 0, 1, 0, 1, 1.0])
    weights = np.array([2, 1, 1, 1, 1, 1, 1, 1.0])
    problem = Problem.build(np.asfortranarray(RNG.normal(size=(8, 3))), y, weights, loss, intercept=True)
    null = null_fit(problem, Penalty(1.0, np.ones(3)), tol=1e-9, max_iter=100)
    shares = np.bincount(y.astype(int), weights) / weights.sum()
    said = problem.loss.mean(null.eta)[0]
    assert said == pytest.approx(shares if loss == "multinomial" else shares[1:])
    assert null.objective == pytest.approx(-(shares @ np.log(shares)))


def test_no_path_is_walked_to_find_the_null_model_of_a_positive_fit():
    """A free column that would only enter with a negative sign stays out: then the null model is the mean."""
    x = RNG.normal(size=40)
    problem = Problem.build(np.column_stack([x, RNG.normal(size=40)]), -x, None, "squared", intercept=True)
    null = null_fit(problem, Penalty(1.0, np.array([0.0, 1.0]), positive=True), tol=1e-9, max_iter=100)
    np.testing.assert_allclose(null.eta[:, 0], -x.mean(), atol=1e-12)
