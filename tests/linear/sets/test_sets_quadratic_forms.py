"""What is said of paths from sums of squares: it sees what is wrong, and does not say what it cannot know."""

from dataclasses import replace

import numpy as np
from folded_rows import KINDS, PENALTIES, TEAM, Sets, grid, make, walk

from regcli.linear import Penalty
from regcli.linear.sets import quadratic_forms


def test_a_wrong_intercept_and_a_failed_point_are_seen():
    sets = make()
    penalty = Penalty(1.0, np.ones(6))
    stats = sets.collect()
    fits = walk(stats, penalty, grid(sets, penalty))
    moved = [replace(fit, intercept=fit.intercept + 0.01) for fit in fits]
    assert np.min(quadratic_forms.certificates(stats, penalty, moved, TEAM)) > 1e-4
    coef = fits[0].coef.copy()
    coef[3] = np.nan
    kkt = quadratic_forms.certificates(stats, penalty, [replace(fits[0], coef=coef), *fits[1:]], TEAM)[0]
    assert list(np.flatnonzero(np.isinf(kkt))) == [3]
    assert np.isnan(
        quadratic_forms.degrees_of_freedom(stats, penalty, replace(fits[-1], coef=fits[-1].coef * np.nan), TEAM)
    ).all()


def test_errors_that_lost_their_digits_are_not_told():
    sets = make(n=60, p=3, intercept=True, seed=1)
    sets.y[:] = sets.X @ [1.0, -2.0, 0.5] + 7 + 1e-9 * np.random.default_rng(0).normal(size=60)
    sets = Sets(sets.X, sets.y, sets.w, sets.train[:-1], sets.validation, True)
    stats = sets.collect()
    fit = walk(stats, Penalty(0.0, np.zeros(3)), np.zeros(1))[0]
    squared, mean = quadratic_forms.squared_errors(stats, stats.validation(0), 0, fit)
    assert np.isnan(squared).all()
    assert np.isnan(mean).all()


def test_the_condition_number_bounds_that_of_the_correlations():
    for kind in ("plain", "weights", "dummy", "no intercept"):
        sets = make(**KINDS[kind])
        for penalty in (PENALTIES["lasso"](6), PENALTIES["ridge factors"](6), PENALTIES["even factors"](6)):
            lambdas, worst = np.array([2.0, 0.05]), 0.0
            for f in range(len(sets.train)):
                problem = sets.problem(f)
                live = problem.rms > 0
                C = (problem.X * problem.s[:, None]).T @ problem.X
                rms = problem.rms[live]
                R = C[np.ix_(live, live)] / np.outer(rms, rms)
                R += 0.05 * (1 - penalty.l1_ratio) * (penalty.factors[live] / rms**2).min() * np.eye(live.sum())
                worst = max(worst, np.linalg.cond(R, 1))
            found = quadratic_forms.condition(sets.collect(), penalty, lambdas, TEAM)
            assert 0.3 * worst <= found <= 1.000001 * worst


def test_dependent_columns_and_too_few_rows_are_not_safe():
    sets = make(n=60)
    X = sets.X.copy()
    X[:, 5] = 2 * X[:, 0] - X[:, 3]
    dependent = Sets(X, sets.y, sets.w, sets.train[:-1], sets.validation, True)
    lasso = Penalty(1.0, np.ones(6))
    assert quadratic_forms.condition(dependent.collect(), lasso, np.ones(1), TEAM) > 1e12
    few = make(n=8, folds=2)
    assert quadratic_forms.condition(few.collect(), Penalty(0.0, np.ones(6)), np.ones(1), TEAM) == np.inf
