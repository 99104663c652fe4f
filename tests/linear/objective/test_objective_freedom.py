"""Effective degrees of freedom against explicit hat matrices."""

import numpy as np
import pytest
from scipy import sparse
from scipy.special import expit

from regcli.linear import LOSSES, Penalty, Problem, degrees_of_freedom, solve_path

N, P = 30, 6
RNG = np.random.default_rng(3)
X = RNG.normal(size=(N, P)) * [1, 2, 0.5, 1, 1, 3]
Y = X @ [1, 0.5, 0, 0, -1, 0.1] + RNG.normal(size=N)
W = RNG.uniform(0.5, 2, N)
LAMBDAS = np.array([0.3, 0.05, 0.002])


def fitted(rho, *, loss="squared", y=Y, design=X, weights=None, factors=None, intercept=True, positive=False, lambdas=LAMBDAS):
    design = design.copy() if sparse.issparse(design) else np.array(design, order="F")
    problem = Problem.build(design, y, weights, loss, intercept=intercept)
    penalty = Penalty(rho, np.ones(design.shape[1]) if factors is None else np.asarray(factors, float), positive)
    fit = solve_path(problem, penalty, lambdas, tol=1e-9, max_iter=10_000)
    return problem, penalty, fit, degrees_of_freedom(problem, penalty, fit)


def hat_trace(A, s, l2, *, intercept):
    """Trace of S^½ Z (Z'SZ + D)⁻¹ Z' S^½ with the intercept as an unpenalised column."""
    Z = np.column_stack([np.ones(len(A)), A]) if intercept else A
    D = np.diag(np.concatenate([[0.0], l2]) if intercept else l2)
    return np.trace(np.linalg.pinv(Z.T @ (s[:, None] * Z) + D, rcond=1e-12) @ (Z.T @ (s[:, None] * Z)))


@pytest.mark.parametrize("form", [np.array, sparse.csc_array])
@pytest.mark.parametrize("weights", [None, W])
@pytest.mark.parametrize("intercept", [True, False])
def test_ridge(form, weights, intercept):
    factors = np.array([0, 1, 1, 2, 0.5, 1.5])
    s = np.full(N, 1 / N) if weights is None else weights / weights.sum()
    *_, df = fitted(0.0, design=form(X), weights=weights, intercept=intercept, factors=factors)
    assert df == pytest.approx([hat_trace(X, s, lam * factors, intercept=intercept) for lam in LAMBDAS])


@pytest.mark.parametrize("rho", [1.0, 0.4])
@pytest.mark.parametrize("intercept", [True, False])
def test_lasso_and_elastic_net_on_their_active_columns(rho, intercept):
    _, _, fit, df = fitted(rho, intercept=intercept)
    for i, lam in enumerate(LAMBDAS):
        active = np.flatnonzero(fit.dense(i)[:, 0])
        l2 = np.full(len(active), lam * (1 - rho))
        assert df[i] == pytest.approx(hat_trace(X[:, active], np.full(N, 1 / N), l2, intercept=intercept))
    assert rho < 1 or list(df) == list(intercept + fit.n_nonzero)


@pytest.mark.parametrize("rho", [0.0, 0.4])
def test_logistic_with_the_weighted_design(rho):
    y = (RNG.random(N) < expit(Y)).astype(float)
    _, _, fit, df = fitted(rho, loss="logistic", y=y, weights=W)
    for i, lam in enumerate(LAMBDAS):
        mean = expit(fit.eta(X)[i, :, 0])
        active = np.flatnonzero(fit.dense(i)[:, 0])
        l2 = np.full(len(active), lam * (1 - rho))
        assert df[i] == pytest.approx(hat_trace(X[:, active], W / W.sum() * mean * (1 - mean), l2, intercept=True), rel=1e-6)


def test_multinomial_by_the_full_hessian():
    y = np.argsort(np.argsort(Y)) * 3 // N + 0.0
    rng = np.random.default_rng(0)
    rng.shuffle(y[:12])
    _, _, fit, df = fitted(0.0, loss="multinomial", y=y)
    for i, lam in enumerate(LAMBDAS):
        mean = LOSSES["multinomial"].mean(fit.eta(X)[i])
        Z = np.kron(np.eye(3), np.column_stack([np.ones(N), X]))
        curve = np.block([[np.diag(mean[:, k] * ((k == m) - mean[:, m])) / N for m in range(3)] for k in range(3)])
        H = Z.T @ curve @ Z
        D = lam * np.diag(np.tile([0.0] + [1.0] * P, 3))
        assert df[i] == pytest.approx(np.trace(np.linalg.pinv(H + D, rcond=1e-10) @ H), rel=1e-6)


def test_more_columns_than_rows():
    wide = RNG.normal(size=(10, 40))
    *_, df = fitted(0.0, design=wide, y=Y[:10])
    centred = wide - wide.mean(axis=0)
    d2 = np.linalg.eigvalsh(centred @ centred.T / 10)
    assert df == pytest.approx([1 + (d2 / (d2 + lam)).sum() for lam in LAMBDAS])
    *_, saturated = fitted(0.0, design=wide, y=Y[:10], lambdas=np.zeros(1))
    assert saturated == pytest.approx([10.0])


def test_no_penalty_counts_the_rank_whatever_the_units():
    dependent = np.column_stack([X * [1e-9, 1, 1, 1e9, 1, 1], X[:, 1] + X[:, 2]])
    *_, df = fitted(0.0, design=dependent, lambdas=np.zeros(1))
    assert df == pytest.approx([7.0])
    *_, df = fitted(0.0, design=sparse.csc_array(dependent), lambdas=np.zeros(1))
    assert df == pytest.approx([7.0])


def test_twins_in_the_active_set_count_once():
    twins = np.column_stack([X, X[:, 0]])
    assert fitted(1.0, design=twins)[3] == pytest.approx(fitted(1.0)[3])
