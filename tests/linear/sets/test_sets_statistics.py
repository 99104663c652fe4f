"""Fits from sufficient statistics against fits from the rows of every fold."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from one_set import certificates

from regcli.linear import (
    Ending,
    Penalty,
    Problem,
    degrees_of_freedom,
    geometric_grid,
    lambda_max,
    null_fit,
    solve_path,
)
from regcli.linear.sets import quadratic_forms, statistics
from regcli.linear.sets.training_sets import TrainingSets
from regcli.linear.solvers.base import Task
from regcli.linear.solvers.sufficient_statistics import SufficientStatistics
from regcli.numerics.executor import Executor

TEAM = Executor(2)
TOL = 1e-8


@dataclass
class Sets:
    """A raw design with its folds, seen jointly and one by one."""

    X: np.ndarray
    y: np.ndarray
    w: np.ndarray
    train: list
    validation: list
    intercept: bool

    def __post_init__(self):
        n, p = self.X.shape
        self.train = [*self.train, np.arange(n)]
        self.center, self.scale = np.zeros((len(self.train), p)), np.ones((len(self.train), p))
        for f, rows in enumerate(self.train):
            s = self.w[rows] / self.w[rows].sum()
            mean = s @ self.X[rows]
            sd = np.sqrt(s @ (self.X[rows] - mean) ** 2)
            self.center[f] = mean if self.intercept else 0.0
            self.scale[f] = np.where(sd > 1e-12 * np.abs(self.X[rows]).max(axis=0), sd, 1.0)
        self.full = self.problem(-1)
        unit, offset = self.scale / self.scale[-1], (self.center - self.center[-1]) / self.scale[-1] - self.full.center
        weights = np.zeros((n, len(self.train)))
        for f, rows in enumerate(self.train):
            weights[rows, f] = self.w[rows]
        self.joint = TrainingSets.build(self.full, weights, unit, offset, TEAM)

    def own(self, f, rows):
        """Rows in the scaled columns of set f, as they came."""
        return np.asfortranarray((self.X[rows] - self.center[f]) / self.scale[f])

    def problem(self, f):
        rows = self.train[f]
        return Problem.build(self.own(f, rows), self.y[rows], self.w[rows], "squared", intercept=self.intercept)

    def collect(self, executor=TEAM):
        return statistics.collect(self.joint, self.validation, self.w, executor)


def make(n=90, p=6, folds=4, *, repeats=1, weighted=False, intercept=True, kind="kfold", seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) @ (np.eye(p) + 0.3 * rng.normal(size=(p, p))) * rng.uniform(0.1, 30, p) + rng.normal(size=p) * 5
    y = (X - X.mean(axis=0)) / X.std(axis=0) @ (rng.normal(size=p) * (rng.random(p) < 0.7)) + rng.normal(size=n) + 3
    w = rng.uniform(0.2, 3, n) if weighted else np.ones(n)
    train, validation = [], []
    for repeat in range(repeats):
        order = rng.permutation(n) if repeat else np.arange(n)
        for part in np.array_split(order, folds):
            if kind == "time":
                if part[0]:
                    train.append(np.arange(part[0]))
                    validation.append(part)
                continue
            train.append(np.setdiff1d(np.arange(n), part))
            validation.append(np.sort(part))
    if kind == "dummy":
        X[:, 1] = 0
        X[validation[2][:5], 1] = 1
    if kind == "faint":
        X[:, 1] = 1e-3 * X[:, 1]
        X[validation[1], 1] *= 1e6
    if kind == "weightless":
        w[validation[0][:4]] = 0
    return Sets(X, y, w, train, validation, intercept)


PENALTIES = {
    "lasso": lambda p: Penalty(1.0, np.ones(p)),
    "elastic net": lambda p: Penalty(0.4, np.ones(p)),
    "ridge": lambda p: Penalty(0.0, np.ones(p)),
    "even factors": lambda p: Penalty(0.6, np.full(p, 2.5)),
    "factors": lambda p: Penalty(0.7, np.linspace(0.5, 2, p)),
    "unpenalised": lambda p: Penalty(0.7, np.r_[0.0, np.ones(p - 3), 0.0, 2.0]),
    "ridge factors": lambda p: Penalty(0.0, np.r_[0.0, np.linspace(0.2, 3, p - 1)]),
    "positive": lambda p: Penalty(0.9, np.ones(p), positive=True),
    "positive ridge": lambda p: Penalty(0.0, np.ones(p), positive=True),
    "positive unpenalised": lambda p: Penalty(0.5, np.r_[0.0, np.linspace(0.5, 2, p - 1)], positive=True),
}
KINDS = {
    "plain": {},
    "weights": {"weighted": True},
    "no intercept": {"intercept": False},
    "repeats": {"repeats": 2},
    "time": {"kind": "time", "n": 160, "folds": 4, "weighted": True},
    "dummy": {"kind": "dummy"},
    "dummy without intercept": {"kind": "dummy", "intercept": False},
    "faint": {"kind": "faint"},
    "zero weights": {"kind": "weightless"},
    "one at a time": {"n": 24, "folds": 24},
}


def grid(sets, penalty, count=12, ratio=1e-3):
    top = lambda_max(
        null_fit(sets.full, penalty, tol=1e-10, max_iter=10_000).gradient,
        penalty.l1_ratio,
        penalty.factors,
        positive=penalty.positive,
    )
    return geometric_grid(top, ratio * top, count)


def reference(sets, f, penalty, lambdas, **how):
    return solve_path(sets.problem(f), penalty, lambdas, **({"tol": 1e-10, "max_iter": 10_000} | how))


def dense(fit):
    return np.array([fit.dense(i)[:, 0] for i in range(len(fit.lambdas))])


def walk(stats, penalty, lambdas, *, tol=TOL, max_iter=10_000, ending=None, executor=TEAM):
    sets = replace(stats.joint, statistics=stats)
    return SufficientStatistics().solve(sets, Task(penalty, lambdas, tol, max_iter, ending), executor)


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


def test_the_cases_take_the_ways_they_are_meant_to():
    ways = {kind: make(**how).collect() for kind, how in KINDS.items()}
    assert ways["plain"].complement.all()
    assert ways["repeats"].complement.all()
    np.testing.assert_array_equal(ways["time"].complement, [False, False, True])
    np.testing.assert_array_equal(ways["faint"].complement, [True, False, True, True])
    assert ways["dummy"].complement.all()
    assert ways["zero weights"].complement.all()
    assert [bool(stats.blocks) for stats in (ways["plain"], ways["one at a time"])] == [True, False]


def test_rows_in_any_order_and_any_number_of_threads():
    """Gathered rows give what slices give; the number of threads changes no bit."""
    sets = make(weighted=True, n=400, p=5, repeats=2)
    penalty = PENALTIES["elastic net"](5)
    lambdas = grid(sets, penalty)
    one, two = (walk(sets.collect(Executor(jobs)), penalty, lambdas, executor=Executor(jobs)) for jobs in (1, 2))
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a.coef, b.coef)
        np.testing.assert_array_equal(a.intercept, b.intercept)
    stats = sets.collect()
    gathered = statistics._measure(sets.joint, [statistics._shared(sets.joint, np.arange(100), sets.w)], TEAM)[0]
    np.testing.assert_allclose(gathered.xx, stats.blocks[0].xx, rtol=1e-12)
    np.testing.assert_allclose(gathered.xy, stats.blocks[0].xy, rtol=1e-12)


def test_sums_in_pieces_are_sums(monkeypatch):
    sets = make(weighted=True, n=300, p=4)
    whole = sets.collect().full
    monkeypatch.setattr(statistics, "PIECE", 28)
    monkeypatch.setattr(statistics, "ROWS_A_COLUMN", 3)
    pieces = sets.collect().full
    X, y, w = sets.joint.X, sets.y - sets.full.null_intercept[0], sets.w
    for found in (whole, pieces):
        np.testing.assert_allclose(found.xx, X.T @ (X * w[:, None]), rtol=1e-12, atol=1e-10)
        np.testing.assert_allclose(found.xy, X.T @ (w * y), rtol=1e-12)
        np.testing.assert_allclose(found.x, X.T @ w, atol=1e-10)
        assert (found.weight, found.yy) == pytest.approx((w.sum(), w @ y**2))
        assert found.y == pytest.approx(0.0, abs=1e-10)


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
