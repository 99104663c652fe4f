"""Lasso and elastic net on one training set, against closed forms and scikit-learn."""

import numpy as np
import pytest
from one_set import walk
from scipy import sparse
from sklearn.linear_model import ElasticNet

from regcli.linear.solvers import working_set

RNG = np.random.default_rng(5)


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


@pytest.mark.parametrize("form", [np.array, sparse.csc_array])
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("positive", [False, True])
def test_the_optimum_is_scikit_learns(form, whole, positive, monkeypatch):
    """With the whole Gram matrix, and with one that grows by the columns that join."""
    monkeypatch.setattr(working_set, "WHOLE_GRAM", 1500 if whole else 0)
    X = RNG.normal(size=(40, 60)) + RNG.normal(size=(40, 1))
    y = X[:, :4] @ [2.0, -1.0, 1.0, 0.5] + RNG.normal(size=40)
    lambdas = [0.5, 0.1]
    fit, kkt, *_ = walk(form(X), y, lambdas, 0.7, positive=positive)
    assert kkt.max() <= 1e-10
    for i, lam in enumerate(lambdas):
        theirs = ElasticNet(alpha=lam, l1_ratio=0.7, positive=positive, tol=1e-14, max_iter=1_000_000).fit(X, y)
        np.testing.assert_allclose(fit.dense(i)[:, 0], theirs.coef_, atol=1e-6)
        assert fit.intercept[i, 0] == pytest.approx(theirs.intercept_, abs=1e-6)


def test_a_gram_matrix_that_grows_is_that_of_its_columns(monkeypatch):
    monkeypatch.setattr(working_set, "WHOLE_GRAM", 0)
    weights = RNG.uniform(0.5, 2.0, 20)
    *_, problem, _ = walk(RNG.normal(size=(20, 12)), RNG.normal(size=20), [1.0], weights=weights)
    gram = working_set._Gram(problem)
    for wanted in ([7, 2], [2, 3, 11], [7], [0, 1, 4, 5, 6]):
        gram.include(np.array(wanted))
    assert gram.columns.tolist() == [7, 2, 3, 11, 0, 1, 4, 5, 6]
    X = problem.X[:, gram.columns]
    np.testing.assert_allclose(gram.matrix, (X * problem.s[:, None]).T @ X, atol=1e-14)


def test_sweeps_are_counted_up_to_the_limit():
    X = RNG.normal(size=(60, 30)) + 3 * RNG.normal(size=(60, 1))
    y = X @ RNG.normal(size=30) + RNG.normal(size=60)
    fit, kkt, *_ = walk(X, y, [1e-4], max_iter=2)
    assert fit.n_iter.tolist() == [2]
    assert kkt[0] > 1e-9
