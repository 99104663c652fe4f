"""All sets in lockstep against each set on its own rows."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy import sparse

from regcli.linear import Ending, Penalty, Problem, certify, geometric_grid, lambda_max, null_fit, solve_path
from regcli.linear.kernels import quadratic
from regcli.linear.kernels.homotopy import ActiveSet
from regcli.linear.sets.training_sets import TrainingSets
from regcli.linear.solvers.base import Task
from regcli.linear.solvers.lockstep import Lockstep
from regcli.numerics.executor import Executor

TOL = 1e-9


@dataclass(frozen=True)
class Case:
    """Raw data, and the sets as columns of row weights, zero outside a set; the last one is the full set."""

    X: object
    y: np.ndarray
    weights: np.ndarray
    intercept: bool = True
    centred: bool = True

    def own(self, f):
        """Rows of a set in its own scaled columns, target and weights."""
        rows = np.flatnonzero(self.weights[:, f])
        X = self.X[rows]
        m, sd = self._scaling(f)
        own = sparse.csc_array(X.multiply(1 / sd)) if sparse.issparse(X) else (X - m) / sd
        return own, self.y[rows], self.weights[rows, f]

    def _scaling(self, f):
        X = self.X.toarray() if sparse.issparse(self.X) else self.X
        X = X[self.weights[:, f] > 0]
        sd = X.std(axis=0)
        m = X.mean(axis=0) if self.centred and not sparse.issparse(self.X) else np.zeros(X.shape[1])
        return m, np.where(sd > 1e-12, sd, 1.0)

    def joint(self, executor):
        last = self.weights.shape[1] - 1
        m, sd = self._scaling(last)
        X = sparse.csc_array(self.X.multiply(1 / sd)) if sparse.issparse(self.X) else np.asfortranarray((self.X - m) / sd)
        problem = Problem.build(X, self.y, self.weights[:, last], "squared", intercept=self.intercept)
        center = np.zeros(len(sd)) if sparse.issparse(X) else problem.center
        own = [self._scaling(f) for f in range(last + 1)]
        unit = np.array([s / sd for _, s in own])
        offset = np.array([(o - m) / sd - center for o, _ in own])
        return problem, TrainingSets.build(problem, self.weights, unit, offset, executor)


def walk(joint, penalty, lambdas, max_iter, ending, executor):
    return Lockstep().paths(joint, Task(penalty, lambdas, TOL, max_iter, ending), executor)


def case(n, p, *, sets=3, seed=0, density=1.0, correlated=0.5, weighted=False, signal=5, **how):
    rng = np.random.default_rng(seed)
    if density < 1:
        X = sparse.csc_array(sparse.random_array((n, p), density=density, rng=rng, data_sampler=rng.standard_normal))
        eta = X[:, :signal] @ np.ones(signal) * 3
    else:
        X = rng.standard_normal((n, p))
        X += correlated * rng.standard_normal((n, 1))
        X = X * rng.uniform(0.5, 20, p) + rng.uniform(-3, 3, p)
        eta = ((X - X.mean(axis=0)) / X.std(axis=0))[:, :signal] @ rng.uniform(-2, 2, signal)
    y = eta + rng.standard_normal(n) + 0.7
    weights = np.ones((n, sets + 1))
    if weighted:
        weights *= rng.uniform(0.2, 3.0, n)[:, None]
    fold = rng.permutation(n) % sets
    for f in range(sets):
        weights[fold == f, f] = 0.0
    return Case(X, y, weights, **how)


def grid(problem, penalty, points=25, ratio=0.02):
    top = lambda_max(null_fit(problem, penalty, tol=TOL, max_iter=10_000).gradient, penalty.l1_ratio, penalty.factors,
                     positive=penalty.positive)  # fmt: skip
    return geometric_grid(top, ratio * top, points)


def check(data, penalty, *, points=25, ratio=0.02, unique=True, jobs=2, ending=None, bar=1e-8, sweeps=100_000, excess=1e-12):
    executor = Executor(jobs)
    problem, joint = data.joint(executor)
    lambdas = grid(problem, penalty, points, ratio)
    fits = walk(joint, penalty, lambdas, 100_000, ending, executor)
    assert len(fits) == data.weights.shape[1]
    for f, fit in enumerate(fits):
        X, y, w = data.own(f)
        own = Problem.build(X.copy(), y, w, "squared", intercept=data.intercept)
        base = fit.intercept if data.intercept else None
        kkt = certify(X, y, w, "squared", penalty, fit.lambdas, base, fit.columns, fit.coef)
        assert kkt.max() <= bar, (f, kkt)
        alone = solve_path(own, penalty, fit.lambdas, tol=TOL, max_iter=sweeps)
        for i, lam in enumerate(fit.lambdas):
            ours, theirs = (_objective(own, X, penalty, lam, one, i) for one in (fit, alone))
            assert ours <= theirs * (1 + excess) + 1e-300, (f, i)
            if unique:
                assert fit.dense(i) == pytest.approx(alone.dense(i), rel=1e-6, abs=1e-7)
                assert fit.intercept[i] == pytest.approx(alone.intercept[i], rel=1e-6, abs=1e-7)
    return fits


def _objective(problem, X, penalty, lam, fit, i):
    eta = X[:, fit.columns] @ fit.coef[i] + fit.intercept[i]
    return problem.objective(eta) + penalty.value(fit.dense(i), lam)


DATA = {
    "wide": lambda: case(60, 300),
    "wide weighted": lambda: case(60, 200, weighted=True),
    "wide without intercept": lambda: case(50, 200, intercept=False, centred=False),
    "wide without intercept, centred": lambda: case(50, 200, intercept=False, centred=True),
    "tall": lambda: case(150, 40),
    "sparse": lambda: case(120, 400, density=0.15),
    "sparse weighted": lambda: case(120, 300, density=0.15, weighted=True),
    "sparse without intercept": lambda: case(120, 300, density=0.15, intercept=False),
}
PENALTIES = {
    "lasso": lambda p: Penalty(1.0, np.ones(p)),
    "elastic net": lambda p: Penalty(0.4, np.ones(p)),
    "nearly ridge": lambda p: Penalty(0.05, np.ones(p)),
    "positive": lambda p: Penalty(1.0, np.ones(p), positive=True),
    "positive elastic net": lambda p: Penalty(0.5, np.ones(p), positive=True),
    "positive ridge": lambda p: Penalty(0.0, np.ones(p), positive=True),
    "factors": lambda p: Penalty(1.0, np.linspace(0.3, 2.0, p)),
    "unpenalised columns": lambda p: Penalty(0.8, np.r_[0.0, np.linspace(0.3, 2.0, p - 2), 0.0]),
    "unpenalised positive columns": lambda p: Penalty(1.0, np.r_[0.0, np.ones(p - 2), 0.0], positive=True),
}


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("data", DATA)
def test_every_set_is_as_on_its_own(data, penalty):
    data = DATA[data]()
    shape = PENALTIES[penalty](data.X.shape[1])
    check(data, shape, ratio=0.2 if shape.l1_ratio == 0 else 0.02, points=12)


def test_to_the_saturated_end():
    # more columns than rows and hardly any penalty: as many coefficients as a set has rows
    fits = check(case(40, 300, signal=20), Penalty(1.0, np.ones(300)), points=60, ratio=1e-4, unique=False)
    assert fits[-1].n_nonzero[-1] == 39
    assert fits[0].n_nonzero[-1] == len(np.flatnonzero(case(40, 300, signal=20).weights[:, 0])) - 1


def test_a_coarse_grid_and_one_small_lambda():
    check(case(60, 500), Penalty(1.0, np.ones(500)), points=3, ratio=1e-3, unique=False)
    data = case(60, 800)
    problem, joint = data.joint(Executor(1))
    penalty = Penalty(1.0, np.ones(800))
    lambdas = grid(problem, penalty)[-1:]
    fit = walk(joint, penalty, lambdas, 100_000, None, Executor(1))[-1]
    X, y, w = data.own(3)
    assert certify(X, y, w, "squared", penalty, lambdas, fit.intercept, fit.columns, fit.coef).max() < 1e-9


def test_equal_opposite_and_dependent_columns():
    data = case(60, 100, signal=3)
    X = data.X.copy()
    X[:, 50] = X[:, 0]
    X[:, 51] = -2 * X[:, 1]
    X[:, 52] = X[:, 2] + X[:, 3]
    X[:, 53:56] = X[:, [2]] * [1.0, 3.0, -1.0]
    data = replace(data, X=X)
    for penalty in (Penalty(1.0, np.ones(100)), Penalty(1.0, np.ones(100), positive=True)):
        check(data, penalty, unique=False, points=40, ratio=1e-3)
    check(data, Penalty(0.5, np.ones(100)))


def test_dependent_unpenalised_columns():
    data = case(60, 80)
    X = data.X.copy()
    X[:, 1] = 2 * X[:, 0]
    check(replace(data, X=X), Penalty(1.0, np.r_[0.0, 0.0, np.ones(78)]), unique=False)


def test_nearly_dependent_columns():
    data = case(80, 60, signal=8)
    rng = np.random.default_rng(4)
    for noise in (1e-3, 1e-5, 1e-7):
        X = data.X.copy()
        X[:, 30:60] = X[:, :30] + noise * rng.standard_normal((80, 30))
        check(replace(data, X=X), Penalty(1.0, np.ones(60)), unique=False, points=30, ratio=1e-3, sweeps=1000)


def test_polynomial_features():
    rng = np.random.default_rng(6)
    x = rng.uniform(-1, 1, 120)
    X = np.vander(x, 12, increasing=True)[:, 1:]
    y = np.sin(3 * x) + 0.1 * rng.standard_normal(120)
    weights = np.ones((120, 3))
    weights[:60, 0] = weights[60:, 1] = 0.0
    check(Case(X, y, weights), Penalty(1.0, np.ones(11)), unique=False, points=40, ratio=1e-4)


def test_smooth_curves_of_hardly_any_rank():
    # spectra: neighbouring columns are all but equal, the condition number of the Gram matrix is that of rounding
    rng = np.random.default_rng(8)
    place = np.linspace(0.0, 1.0, 60)
    X = np.sin(np.outer(rng.uniform(1, 2, 120), place)) + rng.standard_normal((120, 1))
    y = X[:, 5] - X[:, 40] + 0.01 * rng.standard_normal(120)
    weights = np.ones((120, 3))
    weights[:60, 0] = weights[60:, 1] = 0.0
    # along directions of no curvature the objective tells less well than the certificate whether one is there
    penalty = Penalty(1.0, np.ones(60))
    check(Case(X, y, weights), penalty, unique=False, points=50, ratio=1e-5, sweeps=1000, excess=1e-5)


def test_a_column_that_is_constant_in_one_set():
    for density in (1.0, 0.2):
        data = case(60, 100, density=density)
        X = data.X.toarray() if density < 1 else data.X.copy()
        X[:, 4] = 1.0
        X[:, 5] = np.where(data.weights[:, 0] > 0, 2.0, X[:, 5])
        X[:, 6] = 0.0
        X = sparse.csc_array(X) if density < 1 else X
        fits = check(replace(data, X=X), Penalty(1.0, np.ones(100)))
        assert 4 not in fits[-1].columns
        assert 5 not in fits[0].columns


def test_columns_of_very_different_sizes():
    data = case(60, 150)
    check(replace(data, X=data.X * np.logspace(-6, 6, 150)), Penalty(1.0, np.ones(150)))


def test_all_sets_end_where_the_full_one_is_saturated():
    data = case(60, 200, signal=3)
    data = replace(data, y=np.asarray(data.X[:, 0] * 2.0))
    problem, joint = data.joint(Executor(1))
    penalty = Penalty(1.0, np.ones(200))
    lambdas = grid(problem, penalty, 60, 1e-4)
    ending = Ending(problem.null_rms[0] ** 2 / 2, nearly_all=True)
    fits = walk(joint, penalty, lambdas, 10_000, ending, Executor(1))
    alone = solve_path(problem, penalty, lambdas, tol=TOL, max_iter=10_000, ending=ending)
    assert len(alone.lambdas) < 60
    assert [len(fit.lambdas) for fit in fits] == [len(alone.lambdas)] * 4
    assert all(fit.saturated for fit in fits)


def test_jobs_change_no_bit():
    data = case(80, 700)
    for penalty in (Penalty(1.0, np.ones(700)), Penalty(0.3, np.ones(700))):
        results = []
        for jobs in (1, 3):
            problem, joint = data.joint(Executor(jobs))
            lambdas = grid(problem, penalty)
            results.append(walk(joint, penalty, lambdas, 10_000, None, Executor(jobs)))
        for one, three in zip(*results, strict=True):
            assert np.array_equal(one.columns, three.columns)
            assert np.array_equal(one.coef, three.coef)
            assert np.array_equal(one.intercept, three.intercept)


def test_no_more_iterations_than_allowed():
    data = case(60, 200)
    problem, joint = data.joint(Executor(1))
    penalty = Penalty(1.0, np.ones(200))
    lambdas = grid(problem, penalty)
    fits = walk(joint, penalty, lambdas, 2, None, Executor(1))
    assert max(fit.n_iter.max() for fit in fits) == 2
    # the last points were not reached, and the certificate says so
    X, y, w = data.own(3)
    fit = fits[3]
    assert certify(X, y, w, "squared", penalty, lambdas, fit.intercept, fit.columns, fit.coef).max() > 1e-3


def test_the_walk_needs_no_descent(monkeypatch):
    monkeypatch.setattr(quadratic, "solve", lambda *_, **__: pytest.fail("fell back"))
    data = case(60, 300)
    problem, joint = data.joint(Executor(1))
    for penalty in (Penalty(1.0, np.ones(300)), Penalty(0.5, np.ones(300)), Penalty(1.0, np.ones(300), positive=True)):
        walk(joint, penalty, grid(problem, penalty, 40, 1e-3), 10_000, None, Executor(1))


def test_a_failure_is_the_sets_own(monkeypatch):
    data = case(60, 200)
    problem, joint = data.joint(Executor(1))
    penalty = Penalty(1.0, np.ones(200))
    lambdas = grid(problem, penalty)
    whole = walk(joint, penalty, lambdas, 10_000, None, Executor(1))
    calls, solve = [], ActiveSet.solve

    def failing(self, *arguments):
        calls.append(self)
        if len(calls) > 1 and self is calls[1] and arguments[1] < lambdas[9]:
            raise np.linalg.LinAlgError("singular")
        return solve(self, *arguments)

    monkeypatch.setattr(ActiveSet, "solve", failing)
    fits = walk(joint, penalty, lambdas, 10_000, None, Executor(1))
    assert [bool(fit.failure) for fit in fits] == [False, True, False, False]
    assert np.isfinite(fits[1].coef[:10]).all()
    assert np.isnan(fits[1].coef[10:]).all()
    assert np.isnan(fits[1].intercept[10:]).all()
    # the others' sums are grouped another way, no more
    assert fits[3].coef == pytest.approx(whole[3].coef, rel=1e-9, abs=1e-12)
