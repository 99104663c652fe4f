"""Logistic and multinomial paths of several sets on a wide or sparse design, against each set's own dense fit."""

import numpy as np
import pytest
from scipy import sparse

from regcli.linear import Penalty, Problem, certify, solve_path
from regcli.linear.kernels import newton, newton_sparse
from regcli.linear.sets.training_sets import TrainingSets
from regcli.linear.solvers.base import Task
from regcli.linear.solvers.lockstep_newton import LockstepNewton
from regcli.numerics.executor import Executor

TOL = 1e-8
ROWS, WIDTH = 90, 60
UNPENALISED = np.array([0.0, 0.0, 0.5, 2.0] + [1.0] * (WIDTH - 4))


def design(seed=3, density=0.15):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(ROWS, WIDTH)) * (rng.random((ROWS, WIDTH)) < density)
    X[:, :2] += rng.random((ROWS, 2)) < 0.5
    return rng, X


def outcome(rng, X, loss):
    slope = X @ (rng.normal(size=(WIDTH, 3)) * (rng.random((WIDTH, 3)) < 0.3)) + rng.gumbel(size=(ROWS, 3)) + [0.8, 0.0, -0.3]
    return (slope[:, 0] > slope[:, 1]).astype(float) if loss == "logistic" else slope.argmax(axis=1).astype(float)


def paths(X, y, loss, penalty, lambdas, weights, *, intercept=True, unit=None, tol=TOL, max_iter=5000, jobs=1):
    problem = Problem.build(X.copy() if sparse.issparse(X) else X.copy(order="F"), y, weights[:, -1], loss, intercept=intercept)
    shape = (weights.shape[1], X.shape[1])
    joint = TrainingSets.build(problem, weights, np.ones(shape) if unit is None else unit, np.zeros(shape), Executor(jobs))
    return LockstepNewton().paths(joint, Task(penalty, lambdas, tol, max_iter), Executor(jobs))


def folds(rng, *, weighted=False):
    """Weights of two sets that leave rows out, and of all rows."""
    weights = np.repeat((rng.uniform(0.5, 2.0, ROWS) if weighted else np.ones(ROWS))[:, None], 3, axis=1)
    weights[:20, 0] = weights[20:40, 1] = 0.0
    return weights


def reference(X, y, loss, penalty, lambdas, w, *, intercept=True, tol=TOL):
    """One set alone, dense."""
    rows = w > 0
    problem = Problem.build(np.asfortranarray(X[rows]), y[rows], w[rows], loss, intercept=intercept)
    return solve_path(problem, penalty, lambdas, tol=0.1 * tol, max_iter=5000)


def agree(fit, other, *, atol=2e-6):
    for i in range(len(other.lambdas)):
        assert fit.dense(i) == pytest.approx(other.dense(i), abs=atol)
    assert fit.intercept == pytest.approx(other.intercept, abs=atol)


def certified(X, y, loss, penalty, fit, w, *, intercept=True, tol=TOL):
    rows = w > 0
    base = fit.intercept if intercept else None
    assert certify(X[rows], y[rows], w[rows], loss, penalty, fit.lambdas, base, fit.columns, fit.coef).max() <= tol


@pytest.fixture
def descents(monkeypatch):
    """Directions go by columns even on small problems; how many did."""
    count = []
    by_columns = newton_sparse.direction

    def counted(*args, **named):
        count.append(1)
        return by_columns(*args, **named)

    monkeypatch.setattr(newton, "LARGE", 3)
    monkeypatch.setattr(newton, "PATIENT_SWEEPS", 10**9)
    monkeypatch.setattr(newton_sparse, "direction", counted)
    return count


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("factors", [np.ones(WIDTH), UNPENALISED], ids=["alike", "factors"])
@pytest.mark.parametrize("rho", [1.0, 0.4])
def test_sparse_columns_give_what_dense_ones_do(descents, rho, factors, positive, intercept):
    rng, X = design()
    y, weights = outcome(rng, X, "logistic"), folds(rng, weighted=True)
    penalty, lambdas = Penalty(rho, factors, positive), np.geomspace(0.08, 0.004, 8)
    fits = paths(sparse.csc_array(X), y, "logistic", penalty, lambdas, weights, intercept=intercept)
    assert descents
    for fit, w in zip(fits, weights.T, strict=True):
        certified(X, y, "logistic", penalty, fit, w, intercept=intercept)
        agree(fit, reference(X, y, "logistic", penalty, lambdas, w, intercept=intercept))


def test_ridge_of_positive_sparse_columns(descents):
    """The kernel's ℓ1 weight is then zero."""
    rng, X = design()
    y, weights = outcome(rng, X, "logistic"), folds(rng)
    penalty, lambdas = Penalty(0.0, np.ones(WIDTH), positive=True), np.array([0.5, 0.05])
    fits = paths(sparse.csc_array(X), y, "logistic", penalty, lambdas, weights)
    assert descents
    for fit, w in zip(fits, weights.T, strict=True):
        certified(X, y, "logistic", penalty, fit, w)
        agree(fit, reference(X, y, "logistic", penalty, lambdas, w))


def test_a_positive_fit_may_have_a_negative_intercept(descents):
    rng, X = design()
    X = np.abs(X)
    y = (rng.random(ROWS) < 0.2 + 0.6 * (X[:, 5] > 0)).astype(float)
    penalty, lambdas = Penalty(1.0, np.ones(WIDTH), positive=True), np.geomspace(0.05, 0.002, 5)
    fit = paths(sparse.csc_array(X), y, "logistic", penalty, lambdas, np.ones((ROWS, 1)))[0]
    assert descents
    assert fit.intercept.max() < 0
    certified(X, y, "logistic", penalty, fit, np.ones(ROWS))


def test_sets_in_scales_of_their_own():
    rng, X = design()
    y, weights = outcome(rng, X, "logistic"), folds(rng)
    unit = rng.uniform(0.5, 2.0, (3, WIDTH))
    penalty, lambdas = Penalty(0.7, np.ones(WIDTH)), np.geomspace(0.08, 0.01, 4)
    for form in (sparse.csc_array(X), X):
        fits = paths(form, y, "logistic", penalty, lambdas, weights, unit=unit)
        for fit, w, u in zip(fits, weights.T, unit, strict=True):
            # a dense design is centred about the mean of all sets' rows: its intercepts are told from there
            agree_on = reference(X / u, y, "logistic", penalty, lambdas, w)
            for i in range(len(lambdas)):
                assert fit.dense(i) == pytest.approx(agree_on.dense(i), abs=2e-6)


@pytest.mark.parametrize("limit", [10**6, 8], ids=["together", "one after the other"])
@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("form", ["sparse", "dense"])
def test_many_outputs_of_many_columns(descents, monkeypatch, form, positive, limit):
    """Beyond a size the Hessian of all outputs is not formed: each output then has its own step."""
    monkeypatch.setattr(newton, "FACTORISED", limit)
    sizes = []
    hessian = newton.hessian

    def measured(problem, mean, columns):
        H = hessian(problem, mean, columns)
        sizes.append(len(H))
        return H

    monkeypatch.setattr(newton, "hessian", measured)
    rng, X = design(seed=8)
    y, weights = outcome(rng, X, "multinomial"), folds(rng)
    penalty, lambdas = Penalty(0.9, np.ones(WIDTH), positive), np.geomspace(0.08, 0.01, 4)
    shared = sparse.csc_array(X) if form == "sparse" else X - X.mean(axis=0)
    fits = paths(shared, y, "multinomial", penalty, lambdas, weights)
    if limit == 8:
        assert max(sizes) <= (limit + 3 if form == "sparse" else WIDTH + 3)
        assert bool(descents) == (form == "sparse")
    monkeypatch.setattr(newton, "FACTORISED", 10**6)
    for fit, w in zip(fits, weights.T, strict=True):
        certified(np.asarray(shared.toarray() if form == "sparse" else shared), y, "multinomial", penalty, fit, w)
        other = reference(X, y, "multinomial", penalty, lambdas, w)
        for i in range(len(lambdas)):
            assert fit.dense(i) == pytest.approx(other.dense(i), abs=5e-6)


def test_the_result_does_not_depend_on_the_number_of_threads(descents):
    rng, X = design()
    y, weights = outcome(rng, X, "logistic"), folds(rng)
    penalty, lambdas = Penalty(1.0, np.ones(WIDTH)), np.geomspace(0.08, 0.01, 5)
    one, two = (paths(sparse.csc_array(X), y, "logistic", penalty, lambdas, weights, jobs=jobs) for jobs in (1, 2))
    assert descents
    for left, right in zip(one, two, strict=True):
        assert (left.coef == right.coef).all()
        assert (left.intercept == right.intercept).all()


def test_any_grid_will_do(descents):
    """The forecast goes by the steps of the grid: uneven ones, equal neighbours, and zero at the end."""
    rng, X = design()
    y, weights = outcome(rng, X, "logistic"), folds(rng)
    lambdas = np.array([0.1, 0.09, 0.05, 0.05, 0.04, 0.008])
    penalty = Penalty(1.0, np.ones(WIDTH))
    fits = paths(sparse.csc_array(X), y, "logistic", penalty, lambdas, weights)
    assert descents
    for fit, w in zip(fits, weights.T, strict=True):
        certified(X, y, "logistic", penalty, fit, w)
        agree(fit, reference(X, y, "logistic", penalty, lambdas, w))


def test_columns_that_are_constant_in_a_set_get_nothing(descents):
    """Also where they are not penalised, where nothing but rounding would speak for them, again and again."""
    rng, X = design()
    X[:, 0], X[:, 1] = 1 / 3, 0.0
    X[20:, 2] = 0.0  # empty in the first set
    y, weights = outcome(rng, X, "logistic"), folds(rng)
    penalty = Penalty(1.0, np.where(np.arange(WIDTH) < 2, 0.0, 1.0))
    fits = paths(sparse.csc_array(X), y, "logistic", penalty, np.geomspace(0.08, 0.01, 4), weights)
    assert descents
    for f, (fit, w) in enumerate(zip(fits, weights.T, strict=True)):
        certified(X, y, "logistic", penalty, fit, w)
        assert not np.isin([0, 1] + [2] * (f == 0), fit.columns).any()


@pytest.mark.parametrize("loss", ["logistic", "multinomial"])
def test_separable_classes_end(descents, monkeypatch, loss):
    """Down to where fitted probabilities are zero and one but for rounding: certified, or out of iterations."""
    monkeypatch.setattr(newton, "FACTORISED", 8)
    _, X = design()
    y = np.digitize(X[:, 0], [0.0, 1.0]).astype(float) if loss == "multinomial" else (X[:, 0] > 0.5).astype(float)
    penalty, lambdas = Penalty(1.0, np.ones(WIDTH)), np.geomspace(0.1, 1e-7, 12)
    fit = paths(sparse.csc_array(X), y, loss, penalty, lambdas, np.ones((ROWS, 1)), tol=1e-6, max_iter=60)[0]
    assert descents
    kkt = certify(X, y, None, loss, penalty, fit.lambdas, fit.intercept, fit.columns, fit.coef)
    assert ((kkt <= 1e-6) | (fit.n_iter == 60)).all()
    assert kkt.max() < 1e-3
    assert (kkt <= 1e-6).mean() > 0.5


def test_identical_and_opposite_columns(descents):
    rng, X = design()
    X[:, 30:50] = X[:, 10:30]
    X[:, 50:] = -X[:, 10:20]
    y, weights = outcome(rng, X, "logistic"), folds(rng)
    penalty, lambdas = Penalty(1.0, np.ones(WIDTH)), np.geomspace(0.08, 0.005, 6)
    fits = paths(sparse.csc_array(X), y, "logistic", penalty, lambdas, weights)
    assert descents
    for fit, w in zip(fits, weights.T, strict=True):
        certified(X, y, "logistic", penalty, fit, w)


def test_where_descent_crawls_the_hessian_is_factorised(monkeypatch):
    """Nearly equal columns: thousands of sweeps, or one solve."""
    monkeypatch.setattr(newton, "LARGE", 3)
    rng, X = design(density=0.4)
    X[:, 10:] = X[:, [5]] + 1e-3 * X[:, 10:]
    y = (X[:, 5] + X[:, 15] * 100 + rng.normal(size=ROWS) > 0).astype(float)
    penalty, lambdas = Penalty(1.0, np.ones(WIDTH)), np.geomspace(0.05, 1e-5, 6)
    fit = paths(sparse.csc_array(X), y, "logistic", penalty, lambdas, np.ones((ROWS, 1)))[0]
    certified(X, y, "logistic", penalty, fit, np.ones(ROWS))
    assert fit.n_iter.max() < 100


@pytest.mark.parametrize("positive", [False, True])
def test_one_set_alone_by_columns(descents, positive):
    """The plain path picks its columns anew at every step."""
    rng, X = design()
    y, weights = outcome(rng, X, "logistic"), folds(rng, weighted=True)[:, -1]
    penalty, lambdas = Penalty(0.8, UNPENALISED, positive), np.geomspace(0.08, 0.005, 5)
    problem = Problem.build(sparse.csc_array(X), y, weights, "logistic", intercept=True)
    fit = solve_path(problem, penalty, lambdas, tol=TOL, max_iter=5000)
    assert descents
    certified(X, y, "logistic", penalty, fit, weights)
    before = len(descents)
    agree(fit, reference(X, y, "logistic", penalty, lambdas, weights))
    assert len(descents) == before
