"""Folds of a small design, seen jointly and one by one: what sums of squares are held against."""

from dataclasses import dataclass, replace

import numpy as np

from regcli.linear import Penalty, Problem, geometric_grid, lambda_max, null_fit, solve_path
from regcli.linear.sets import statistics
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
    sets = replace(stats.sets, statistics=stats)
    return SufficientStatistics().solve(sets, Task(penalty, lambdas, tol, max_iter, ending), executor)
