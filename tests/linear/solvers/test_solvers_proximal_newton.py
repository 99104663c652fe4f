"""Logistic and multinomial paths on one training set: what fails is seen, what is not unique is settled."""

import time

import numpy as np
import pytest
from one_set import walk
from scipy.optimize import minimize
from scipy.special import log_softmax

RNG = np.random.default_rng(5)


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


@pytest.mark.parametrize("loss", ["logistic", "multinomial"])
def test_a_smooth_optimum_is_where_a_general_minimiser_ends(loss):
    X, k = RNG.normal(size=(50, 3)), 1 if loss == "logistic" else 3
    y = RNG.integers(0, 2 if k == 1 else 3, size=50) * 1.0

    def objective(b):
        eta = b[:k] + X @ b[k:].reshape(3, k)
        both = np.column_stack([np.zeros(50), eta]) if k == 1 else eta
        return -log_softmax(both, axis=1)[np.arange(50), y.astype(int)].mean() + 0.05 * (b[k:] ** 2).sum()

    theirs = minimize(objective, np.zeros(4 * k), method="BFGS", options={"gtol": 1e-9}).x
    fit, *_ = walk(X, y, [0.1], 0.0, loss=loss)
    np.testing.assert_allclose(fit.dense(0), theirs[k:].reshape(3, k), atol=1e-5)
    assert objective(np.concatenate([fit.intercept[0], fit.dense(0).ravel()])) <= objective(theirs) + 1e-12
