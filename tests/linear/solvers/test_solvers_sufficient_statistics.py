"""Fits from sufficient statistics against fits from the rows of every fold."""

import numpy as np
import pytest
from folded_rows import KINDS, PENALTIES, TEAM, TOL, Sets, dense, grid, make, reference, walk
from one_set import certificates

from regcli.linear import Ending, Penalty, degrees_of_freedom
from regcli.linear.sets import quadratic_forms


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_set_is_fitted_and_judged_as_from_its_own_rows(kind, penalty):
    sets = make(**KINDS[kind])
    p = sets.X.shape[1]
    penalty = PENALTIES[penalty](p)
    lambdas = grid(sets, penalty)
    stats = sets.collect()
    fits = walk(stats, penalty, lambdas)
    kkts = quadratic_forms.certificates(stats, penalty, fits, TEAM)
    for f, (fit, kkt) in enumerate(zip(fits, kkts, strict=True)):
        rows, problem = sets.train[f], sets.problem(f)
        expected = reference(sets, f, penalty, lambdas)
        np.testing.assert_allclose(dense(fit), dense(expected), atol=1e-7, rtol=1e-6)
        np.testing.assert_allclose(fit.intercept, expected.intercept, atol=1e-6, rtol=1e-6)
        if penalty.l1_ratio > 0 or penalty.positive:  # ridge from the rows leaves rounding in a dead column
            np.testing.assert_array_equal(dense(fit) != 0, dense(expected) != 0)
        exact = certificates(problem, penalty, fit)
        assert exact.max() <= TOL
        # shared columns of far larger spread have lost some digits of the fold's own
        np.testing.assert_allclose(kkt, exact, atol=1e-10 if kind == "faint" else 1e-12, rtol=1e-6)
        sides = [(stats.train(f), rows)]
        if f < len(sets.validation):
            sides.append((stats.validation(f), sets.validation[f]))
        for side, of in sides:
            error = sets.y[of] - fit.eta(sets.own(f, of))[:, :, 0]
            squared, mean = quadratic_forms.squared_errors(stats, side, f, fit)
            by_rows = error**2 @ sets.w[of] / sets.w[of].sum()
            told = np.isfinite(squared)
            assert told.mean() > 0.8
            np.testing.assert_allclose(squared[told], by_rows[told], rtol=1e-6)
            np.testing.assert_allclose(mean[told], (error @ sets.w[of] / sets.w[of].sum())[told], atol=1e-9)
    df = quadratic_forms.degrees_of_freedom(stats, penalty, fits[-1], TEAM)
    np.testing.assert_allclose(df, degrees_of_freedom(sets.full, penalty, fits[-1]), rtol=1e-8)


@pytest.mark.parametrize("rho", [0.0, 0.5, 1.0])
def test_paths_end_where_the_full_sets_path_from_rows_ends(rho):
    sets = make(n=120, p=4, seed=3)
    penalty = Penalty(rho, np.ones(4))
    lambdas = grid(sets, penalty, count=120, ratio=1e-9)
    ending = Ending(sets.full.null_rms[0] ** 2 / 2, nearly_all=True)
    expected = reference(sets, -1, penalty, lambdas, ending=ending)
    fits = walk(sets.collect(), penalty, lambdas, ending=ending)
    assert expected.saturated
    assert {len(fit.lambdas) for fit in fits} == {len(expected.lambdas)}
    assert fits[-1].saturated
    np.testing.assert_allclose(dense(fits[-1]), dense(expected), atol=1e-8)
    whole = walk(sets.collect(), penalty, lambdas)
    assert {len(fit.lambdas) for fit in whole} == {120}
    assert not whole[-1].saturated


@pytest.mark.parametrize("penalty", ["lasso", "ridge", "unpenalised", "positive"])
def test_no_penalty_is_least_squares(penalty):
    sets = make(weighted=True)
    penalty = PENALTIES[penalty](6)
    fits = walk(sets.collect(), penalty, np.array([1e-3, 0.0]))
    for f, fit in enumerate(fits):
        expected = reference(sets, f, penalty, np.array([1e-3, 0.0]))
        np.testing.assert_allclose(dense(fit), dense(expected), atol=1e-8)


def test_a_full_set_without_folds():
    sets = make(weighted=True)
    alone = Sets(sets.X, sets.y, sets.w, [], [], True)
    for penalty in (PENALTIES["lasso"](6), PENALTIES["ridge"](6)):
        lambdas = grid(alone, penalty)
        (fit,) = walk(alone.collect(), penalty, lambdas)
        np.testing.assert_allclose(dense(fit), dense(reference(alone, 0, penalty, lambdas)), atol=1e-8)
        assert 1 < quadratic_forms.condition(alone.collect(), penalty, lambdas, TEAM) < 1e6


def test_a_grid_with_steps_of_any_length():
    """What the last two points foretell is not believed across a jump, nor between equal λs."""
    sets = make(n=200, p=6, seed=4)
    penalty = PENALTIES["elastic net"](6)
    top = grid(sets, penalty)[0]
    lambdas = top * np.array([1.0, 0.999, 0.998, 0.998, 0.02, 0.0199, 1e-5])
    for f, fit in enumerate(walk(sets.collect(), penalty, lambdas)):
        np.testing.assert_allclose(dense(fit), dense(reference(sets, f, penalty, lambdas)), atol=1e-8)


def test_ridge_is_exact():
    sets = make(n=200, p=8, weighted=True)
    penalty = PENALTIES["ridge factors"](8)
    lambdas = np.geomspace(100, 1e-6, 15)
    for f, fit in enumerate(walk(sets.collect(), penalty, lambdas)):
        np.testing.assert_allclose(dense(fit), dense(reference(sets, f, penalty, lambdas)), rtol=1e-10, atol=1e-11)


def test_columns_that_descent_alone_would_not_settle():
    rng = np.random.default_rng(8)
    t = np.linspace(-1, 1, 150)
    X = np.column_stack([t**k for k in range(1, 8)])
    y = np.sin(3 * t) + 0.1 * rng.normal(size=150)
    parts = [np.arange(150)[k::5] for k in range(5)]
    sets = Sets(X, y, np.ones(150), [np.setdiff1d(np.arange(150), part) for part in parts], parts, True)
    penalty = Penalty(1.0, np.ones(7))
    lambdas = grid(sets, penalty, count=30, ratio=1e-5)
    fits = walk(sets.collect(), penalty, lambdas)
    for f, fit in enumerate(fits):
        assert certificates(sets.problem(f), penalty, fit).max() <= 1e-9


def test_an_iteration_limit_is_kept_and_certificates_tell():
    sets = make(n=200, p=6, seed=2)
    penalty = Penalty(1.0, np.ones(6))
    stats = sets.collect()
    fits = walk(stats, penalty, grid(sets, penalty), max_iter=2)
    assert all((fit.n_iter <= 2).all() for fit in fits)
    kkt = np.array(quadratic_forms.certificates(stats, penalty, fits, TEAM))
    assert kkt.max() > TOL
    exact = [certificates(sets.problem(f), penalty, fits[f]) for f, rows in enumerate(sets.train)]
    np.testing.assert_allclose(kkt, exact, rtol=1e-8, atol=1e-12)
