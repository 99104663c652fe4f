"""The guarded Newton path: its Hessian by differences, its gauge, its conjugate gradients, its points certified."""

import numpy as np
import pytest
from one_set import certificates
from scipy import sparse

from regcli.linear import Penalty, Problem
from regcli.linear.kernels import newton
from regcli.linear.objective.path import PathFit


def problem(loss, form=np.array, *, n=60, p=4, intercept=True):
    rng = np.random.default_rng(1)
    X = rng.normal(size=(n, p)) * (rng.random((n, p)) < 0.8)
    eta = X[:, :3] @ rng.normal(size=(3, 3)) + rng.gumbel(size=(n, 3))
    y = np.argmax(eta[:, : 2 if loss == "logistic" else 3], axis=1) * 1.0
    X = np.asfortranarray(X) if form is np.array else form(X)
    return Problem.build(X, y, rng.uniform(0.5, 2, n), loss, intercept=intercept)


@pytest.mark.parametrize("form", [np.array, sparse.csc_array])
@pytest.mark.parametrize("loss", ["logistic", "multinomial"])
def test_the_hessian_is_the_derivative_of_the_gradient(loss, form):
    made = problem(loss, form)
    p, k = made.shape[1:]
    rng = np.random.default_rng(2)
    at, step = rng.normal(size=(p + 1, k)) * 0.3, 1e-6

    def gradient(b):
        state = newton.State.at(made, b[0], b[1:])
        return -np.concatenate([state.gradient0, state.gradient.T.ravel()])

    H = newton.hessian(made, newton.State.at(made, at[0], at[1:]).mean, [np.arange(p)] * k)
    moves = [(0, m) for m in range(k)] + [(1 + j, m) for m in range(k) for j in range(p)]
    for place, (row, column) in enumerate(moves):
        moved = np.zeros_like(at)
        moved[row, column] = step
        np.testing.assert_allclose((gradient(at + moved) - gradient(at - moved)) / (2 * step), H[:, place], atol=1e-8)


def test_the_gauge_takes_away_the_common_shift_and_nothing_else():
    made = problem("multinomial")
    mean = newton.State.at(made, np.zeros(3), np.zeros((4, 3))).mean
    H = newton.hessian(made, mean, [np.arange(4)] * 3)
    labels = np.concatenate([np.zeros(3), *([np.arange(1, 5)] * 3)]).astype(int)
    assert np.linalg.matrix_rank(H, tol=1e-10) == 10
    fixed = H.copy()
    newton.fix_gauge(fixed, np.arange(15), labels)
    assert np.linalg.matrix_rank(fixed, tol=1e-10) == 15
    differences = np.random.default_rng(0).normal(size=(5, 3))
    differences -= differences.mean(axis=1, keepdims=True)  # the same shift of all classes taken out
    flat = np.concatenate([differences[0], differences[1:].T.ravel()])
    np.testing.assert_allclose(fixed @ flat, H @ flat, atol=1e-12)


@pytest.mark.parametrize("way", ["factorised", "by iteration"])
@pytest.mark.parametrize("loss", ["logistic", "multinomial"])
@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_every_point_is_certified_whichever_way_its_directions_come(loss, rho, way, monkeypatch):
    if way == "by iteration":
        monkeypatch.setattr(newton, "FACTORISED", 2)
    made, penalty, lambdas = problem(loss), Penalty(rho, np.ones(4)), np.array([0.3, 0.05, 0.01])
    points = list(newton.newton_path(made, penalty, lambdas, 1e-8, 200))
    coef = np.array([b for _, b, _ in points])
    intercept = np.array([made.uncentre(b0, b) for b0, b, _ in points])
    n_iter = np.array([taken for *_, taken in points])
    fit = PathFit(lambdas, intercept, np.arange(4), coef, 4, n_iter, saturated=False)
    assert certificates(made, penalty, fit).max() <= 1e-8
    assert n_iter.max() < 50
    assert coef[-1].any()


def test_a_point_is_the_same_whether_all_columns_are_multiplied_or_those_in_use_alone():
    made = problem("logistic", p=9)
    coef = np.zeros((9, 1))
    coef[4] = 0.7
    np.testing.assert_allclose(newton.State.at(made, np.zeros(1), coef).eta, made.dot(coef), atol=1e-15)
