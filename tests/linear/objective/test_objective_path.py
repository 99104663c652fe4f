"""Grids, ends of paths, and fits whose answer is known."""

import time

import numpy as np
import pytest
from one_set import certificates, predictors
from scipy import sparse

from regcli.linear import Ending, Penalty, Problem, geometric_grid, lambda_max, null_fit, solve_path

RNG = np.random.default_rng(5)


def walk(X, y, lambdas, rho=1.0, *, loss="squared", intercept=True, weights=None, positive=False, factors=None, **how):
    X = X.copy() if sparse.issparse(X) else np.array(X, dtype=float, order="F")
    problem = Problem.build(X, np.asarray(y, dtype=float), weights, loss, intercept=intercept)
    penalty = Penalty(rho, np.ones(X.shape[1]) if factors is None else np.asarray(factors, float), positive)
    settings = {"tol": 1e-9, "max_iter": 10_000} | how
    fit = solve_path(problem, penalty, np.asarray(lambdas, float), **settings)
    return fit, certificates(problem, penalty, fit), problem, penalty


# grids


def test_a_grid_is_geometric_with_both_ends_exact():
    grid = geometric_grid(3.0, 0.003, 4)
    assert grid == pytest.approx([3.0, 0.3, 0.03, 0.003], rel=1e-14)
    assert grid[0] == 3.0
    assert grid[-1] == 0.003
    assert list(geometric_grid(3.0, 0.003, 1)) == [3.0]


def test_lambda_max_by_its_formula():
    gradient = np.array([[2.0], [-6.0], [1.0]])
    ones = np.ones(3)
    assert lambda_max(gradient, 1.0, ones) == 6.0
    assert lambda_max(gradient, 0.5, ones) == 12.0
    assert lambda_max(gradient, 0.0, ones) == pytest.approx(6000.0)
    assert lambda_max(gradient, 1.0, ones, positive=True) == 2.0
    assert lambda_max(gradient, 1.0, np.array([0.5, 3.0, 0.0])) == 4.0
    assert lambda_max(gradient, 1.0, np.zeros(3)) == 0.0
    assert lambda_max(np.column_stack([gradient, -2 * gradient]), 1.0, ones) == 12.0


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


# where a path ends


@pytest.mark.parametrize(
    ("explained", "ends"),
    [
        ([0.0, 0.9995, 0.9995, 0.9995], False),  # four points are too few
        ([0.0, 0.1, 0.2, 0.3, 0.4], False),
        ([0.0, 0.5, 0.9, 0.99, 0.9991], True),
        ([0.0, 0.5, 0.9, 0.95, 0.999], False),
        ([0.0, 0.1, 0.2, 0.5, 0.5 * (1 + 0.9e-5)], True),
        ([0.0, 0.1, 0.2, 0.5, 0.5 * (1 + 1.2e-5)], False),
        ([0.0, 0.0, 0.0, 0.0, 0.0], False),
        ([1e-12, 1e-12, 1e-12, 1e-12, 1e-12], False),  # rounding at the top, where nothing has begun
    ],
)
def test_the_rule_for_the_end(explained, ends):
    objectives = 3.0 - 3.0 * np.array(explained)
    assert Ending(3.0, nearly_all=True).reached(list(objectives)) == ends
    assert Ending(3.0, nearly_all=False).reached(list(objectives)) == (ends and explained[-1] < 0.999)


def test_a_path_ends_where_the_rule_says_and_only_where_asked():
    X = RNG.normal(size=(50, 3))
    y = X @ [1, -1, 0.5] + 0.5 * RNG.normal(size=50)
    grid = geometric_grid(1.0, 1e-8, 100)
    whole, *_, problem, _ = walk(X, y, grid)
    ending = Ending(0.5 * y.var(), nearly_all=True)
    short, *_ = walk(X, y, grid, ending=ending)
    assert not whole.saturated
    assert short.saturated
    assert len(whole.lambdas) == 100
    n = len(short.lambdas)
    objectives = [problem.objective(eta) for eta in predictors(problem, whole)]
    assert n == next(i for i in range(5, 101) if ending.reached(objectives[:i]))
    np.testing.assert_array_equal(short.coef, whole.coef[:n])


# answers known beforehand


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


def test_soft_thresholding_on_orthogonal_columns():
    Q, _ = np.linalg.qr(RNG.normal(size=(64, 5)) - 0.0)
    X = (Q - Q.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov((Q - Q.mean(axis=0)).T, bias=True))).T
    y = X @ [2.0, -1.0, 0.5, 0.0, 0.05] + 3.0
    for rho in (1.0, 0.5):
        fit, *_ = walk(X, y, [0.3], rho)
        raw = np.array([2.0, -1.0, 0.5, 0.0, 0.05])
        wanted = np.sign(raw) * np.maximum(np.abs(raw) - 0.3 * rho, 0) / (1 + 0.3 * (1 - rho))
        assert fit.dense(0)[:, 0] == pytest.approx(wanted, abs=1e-10)
        assert fit.intercept[0, 0] == pytest.approx(3.0)


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


# what fails


def test_too_few_iterations_are_seen_by_the_certificate():
    X = RNG.normal(size=(60, 20))
    X[:, 10:] = X[:, :10] + 0.05 * RNG.normal(size=(60, 10))
    y = (X[:, 0] - X[:, 12] + RNG.normal(size=60) > 0) * 1.0
    _, kkt, *_ = walk(X, y, [0.01], loss="logistic", max_iter=1)
    assert kkt[0] > 1e-6
    _, kkt, *_ = walk(X, y, [0.01], loss="logistic")
    assert kkt[0] <= 1e-9


@pytest.mark.parametrize("loss", ["logistic", "multinomial"])
def test_separated_classes_end_in_bounded_time(loss):
    X = RNG.normal(size=(60, 3))
    y = np.digitize(X[:, 0], [0.0] if loss == "logistic" else [-0.5, 0.5]) * 1.0
    start = time.perf_counter()
    fit, kkt, *_ = walk(X, y, [1e-9, 0.0], 0.0, loss=loss)
    assert time.perf_counter() - start < 10
    assert np.isfinite(fit.coef).all()
    assert kkt[0] <= 1e-6


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


def test_unpenalised_columns_of_a_multinomial_fit_sum_to_nothing():
    """Among equally good optima the one whose coefficients sum to zero over classes is taken."""
    X = RNG.normal(size=(90, 3))
    y = np.argmax(X @ RNG.normal(size=(3, 3)) + RNG.gumbel(size=(90, 3)), axis=1) * 1.0
    fit, kkt, *_ = walk(X, y, [0.05], 0.0, loss="multinomial", factors=[0.0, 1.5, 1.5])
    assert kkt.max() <= 1e-9
    assert fit.dense(0).sum(axis=1) == pytest.approx(np.zeros(3), abs=1e-8)
    assert fit.intercept[0].sum() == pytest.approx(0.0, abs=1e-8)


def test_positive_multinomial_with_an_unpenalised_column():
    """Constrained coefficients have no free sum that could be held fixed."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(24, 3))
    y = np.array([1, 2, 0, 0, 0, 1, 0, 1, 2, 0, 1, 2, 1, 2, 1, 2, 2, 0, 0, 2, 1, 1, 2, 0.0])
    fit, kkt, *_ = walk(X, y, [1, 0.1, 0.01], 0.0, loss="multinomial", factors=[0, 0.7, 1.3], positive=True, intercept=False)
    assert kkt.max() <= 1e-9
    assert fit.coef.min() >= 0
