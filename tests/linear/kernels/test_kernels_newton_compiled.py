"""Newton's method in C, against the plain one on the same working columns."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from regcli.linear import Penalty, Problem
from regcli.linear.kernels import compiled, newton, newton_compiled

pytestmark = pytest.mark.skipif(not compiled.available, reason="the kernels are not built, or switched off")

ROWS, WIDTH, TOL = 80, 120, 1e-8
WORKING = np.array([70, 3, 8, 110, 20, 21, 22, 0, 55, 119, 40, 41])
FACTORS = np.array([1.0, 0.0, 2.0, 0.5, 1.0, 1.0, 0.7, 1.0, 1.0, 1.0, 3.0, 1.0])


def case(seed, *, intercept=True, weighted=True):
    rng = np.random.default_rng(seed)
    X = np.asfortranarray(rng.normal(size=(ROWS, WIDTH)))
    X[:, 21] = 0.9 * X[:, 20] + 0.3 * X[:, 22]
    y = (rng.random(ROWS) < 1 / (1 + np.exp(-1.5 * X[:, 3] + X[:, 20] - 0.4))).astype(float)
    weights = rng.uniform(0.5, 2.0, ROWS) if weighted else np.ones(ROWS)
    problem = Problem.build(X, y, weights, "logistic", intercept=intercept)
    s = problem.s.copy()
    # a fold: some rows are left out, with nonsense in their place that nobody may notice
    s[:15] = 0.0
    return rng, problem, s / s.sum()


def point_of(problem, s, unit, *, positive):
    point = newton_compiled.Point(
        problem.X, problem, s, level=float(problem.null_intercept[0]), unit=float(problem.null_rms[0]), positive=positive
    )
    rms = np.sqrt(s @ problem.X**2)[WORKING]
    scale = rms / unit * problem.null_rms[0]
    # in two parts, as columns come
    point.include(WORKING[:5], 1 / unit[:5], scale[:5])
    point.include(WORKING[5:], 1 / unit[5:], scale[5:])
    return point, rms


def plain(problem, s, unit, rms, penalty, lam):
    rows = s > 0
    X = np.asfortranarray(problem.X[np.ix_(rows, WORKING)] / unit)
    alone = Problem(
        X, problem.y[rows], problem.Y[rows], s[rows], 1.0, problem.loss, problem.intercept,
        np.zeros(len(WORKING)), rms / unit, problem.null_intercept, problem.null_rms,
    )  # fmt: skip
    start = newton.State.at(alone, problem.null_intercept, np.zeros((len(WORKING), 1)))
    return alone, newton.converge(alone, penalty, lam, start, 1e-3 * TOL, 1000)[0]


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("factors", [np.ones(len(WORKING)), FACTORS], ids=["alike", "factors"])
@pytest.mark.parametrize("rho", [1.0, 0.4])
def test_the_point_is_that_of_the_plain_method(rho, factors, positive, intercept):
    rng, problem, s = case(5, intercept=intercept)
    unit = rng.uniform(0.5, 2.0, len(WORKING))
    penalty = Penalty(rho, factors, positive)
    point, rms = point_of(problem, s, unit, positive=positive)
    for lam in (0.1, 0.02, 0.002):
        l1, l2 = penalty.l1(lam)[:, 0], penalty.l2(lam)[:, 0]
        steps, settled = point.converge(l1, l2, goal=1e-2 * TOL, tol=TOL, most=100)
        assert settled
        assert 0 < steps < 100
        alone, state = plain(problem, s, unit, rms, penalty, lam)
        np.testing.assert_allclose(point.coef, state.coef[:, 0], atol=1e-7)
        assert point.level == pytest.approx(state.intercept[0], abs=1e-7)
        assert point.loss == pytest.approx(state.value, abs=1e-9)
        np.testing.assert_allclose(point.mean[s > 0], alone.loss.mean(state.eta)[:, 0], atol=1e-7)
    assert point.coef.any()


def test_a_settled_point_stays_where_it_is():
    rng, problem, s = case(6)
    unit = rng.uniform(0.5, 2.0, len(WORKING))
    point, _ = point_of(problem, s, unit, positive=False)
    weights = 0.03 * np.ones(len(WORKING)), np.zeros(len(WORKING))
    point.converge(*weights, goal=1e-9, tol=1e-8, most=100)
    found = point.coef.copy(), point.level
    assert point.converge(*weights, goal=2e-9, tol=1e-8, most=100) == (0, True)
    assert (point.coef == found[0]).all()
    assert point.level == found[1]
    point.place(0.0, np.zeros(len(WORKING)))
    assert point.loss == pytest.approx(np.log(2.0))


def test_it_says_when_the_steps_were_not_enough():
    rng, problem, s = case(7)
    point, _ = point_of(problem, s, rng.uniform(0.5, 2.0, len(WORKING)), positive=False)
    assert point.converge(np.full(len(WORKING), 1e-3), np.zeros(len(WORKING)), goal=1e-10, tol=1e-9, most=1) == (1, False)


@pytest.mark.parametrize(
    ("X", "loss", "served"),
    [
        (np.zeros((4, 3), order="F"), "logistic", True),
        (np.zeros((4, 3)), "logistic", False),
        (np.zeros((4, 3), order="F"), "multinomial", False),
        (np.zeros((4, 3), order="F"), "squared", False),
        (sparse.csc_array((4, 3)), "logistic", False),
    ],
    ids=["dense", "by rows", "multinomial", "squared", "sparse"],
)
def test_what_there_is_a_kernel_for(X, loss, served):
    assert newton_compiled.serves(X, loss) is served
