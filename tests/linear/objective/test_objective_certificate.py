"""The certificate against its definition on cases small enough to do by hand."""

import numpy as np
import pytest
from scipy import sparse

from regcli.linear import Penalty, certify

X = np.array([[1.0, 2.0], [2.0, 0.0], [3.0, 1.0], [6.0, 1.0]])
Y = np.array([1.0, 3.0, 2.0, 6.0])
LAMBDA = np.array([0.1])


def of(intercept, coef, *, rho=1.0, factors=(1.0, 1.0), positive=False, X=X, y=Y, weights=None, loss="squared"):
    coef = np.atleast_2d(np.asarray(coef, dtype=float).T).T
    base = None if intercept is None else np.atleast_2d(intercept)
    penalty = Penalty(rho, np.array(factors), positive)
    return certify(X, y, weights, loss, penalty, LAMBDA, base, np.arange(X.shape[1]), coef[None])[0]


def test_null_model_violates_by_its_correlations():
    centred = X - X.mean(axis=0)
    pull = np.abs(centred.T @ (Y - 3.0)) / 4
    assert of([3.0], [0, 0]) == pytest.approx(((pull - 0.1) / (X.std(axis=0) * Y.std())).max())


def test_an_intercept_that_is_off_counts_like_a_column_of_ones():
    assert of([3.5], [0, 0], factors=(100.0, 100.0)) == pytest.approx(0.5 / Y.std())


def test_without_intercept_nothing_is_centred():
    pull = np.abs(X.T @ Y) / 4
    rms = np.sqrt((X**2).mean(axis=0) * (Y**2).mean())
    assert of(None, [0, 0]) == pytest.approx(((pull - 0.1) / rms).max())


def test_an_active_coefficient_must_balance_its_penalty():
    b = np.array([0.7, -0.2])
    residual = Y - 1.0 - X @ b
    centred = X - X.mean(axis=0)
    for rho in (1.0, 0.25, 0.0):
        off = np.abs(centred.T @ residual / 4 - 0.1 * (rho * np.sign(b) + (1 - rho) * b)) / (X.std(axis=0) * Y.std())
        wanted = max(off.max(), abs(residual.mean()) / Y.std())
        assert of([1.0], b, rho=rho) == pytest.approx(wanted)


def test_a_negative_coefficient_breaks_a_constraint():
    assert of([3.0], [0.1, -1e-9], positive=True) == np.inf
    downwards = X @ [-1.0, 0.0]
    assert of([downwards.mean()], [0, 0], positive=True, factors=(0.0, 100.0), y=downwards) == 0


def test_what_is_not_finite_is_never_certified():
    assert of([np.nan], [0, 0]) == np.inf
    assert of([3.0], [np.inf, 0]) == np.inf


@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_sparse_is_dense_and_weights_are_rows(loss):
    y = Y if loss == "squared" else np.array([0.0, 1.0, 0.0, 1.0])
    times = np.array([1, 3, 2, 1])
    by_weight = of([0.3], [0.2, -0.1], weights=times.astype(float), loss=loss, y=y)
    assert of([0.3], [0.2, -0.1], X=np.repeat(X, times, axis=0), y=np.repeat(y, times), loss=loss) == pytest.approx(by_weight)
    assert of([0.3], [0.2, -0.1], X=sparse.csc_array(X), weights=7.0 * times, loss=loss, y=y) == pytest.approx(by_weight)


def test_a_constant_column_is_no_condition():
    wide = np.column_stack([X, np.full(4, 0.1)])
    assert of([3.0], [0, 0, 0], X=wide, factors=(99.0, 99.0, 0.0)) == pytest.approx(0, abs=1e-12)


def test_a_constant_target_is_measured_by_its_own_size():
    constant = np.full(4, 3.0) + 4e-16
    assert of([3.0], [0, 0], y=constant, factors=(0.0, 0.0)) < 1e-14
    assert of([3.0], [0.1, 0], y=constant, factors=(0.0, 0.0)) > 1e-2


def test_no_column_at_all_takes_part():
    nothing = np.zeros(0, dtype=int), np.zeros((1, 0, 1))
    found = certify(X, Y, None, "squared", Penalty(1.0, np.ones(2)), LAMBDA, np.array([[3.0]]), *nothing)
    assert found[0] == of([3.0], [0, 0])
