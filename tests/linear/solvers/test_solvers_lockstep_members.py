"""Training sets in lockstep: the compiled kernel and the plain method walk the same paths."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.linear import Penalty, Problem
from regcli.linear.kernels import compiled, newton_compiled
from regcli.linear.sets.training_sets import TrainingSets
from regcli.linear.solvers import lockstep_members
from regcli.linear.solvers.base import Task
from regcli.linear.solvers.lockstep_newton import LockstepNewton
from regcli.numerics.executor import Executor

ROWS, WIDTH, TOL = 70, 150, 1e-8
pytestmark = pytest.mark.skipif(not compiled.available, reason="the kernels are not built, or switched off")


def joint_of(seed, *, twins=False, intercept=True):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(ROWS, WIDTH))
    if twins:
        X[:, 1] = X[:, 0]
        X[:, 3] = X[:, 0] + X[:, 2]
    y = (rng.random(ROWS) < 1 / (1 + np.exp(-2 * X[:, 0] + X[:, 5]))).astype(float)
    weights = np.ones((ROWS, 3))
    weights[:20, 0] = weights[20:40, 1] = 0.0
    problem = Problem.build(np.asfortranarray(X), y, weights[:, -1], "logistic", intercept=intercept)
    unit = np.vstack([rng.uniform(0.7, 1.5, (2, WIDTH)), np.ones(WIDTH)])
    return TrainingSets.build(problem, weights, unit, np.zeros((3, WIDTH)), Executor(1))


def both(monkeypatch, seed, penalty, lambdas, **named):
    joint = joint_of(seed, **named)
    task = Task(penalty, lambdas, TOL, 1000)
    walk = lambda: LockstepNewton().paths(joint, task, Executor(1))  # noqa: E731
    ours = walk()
    monkeypatch.setattr(newton_compiled, "serves", lambda *_: False)
    return ours, walk(), joint


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("rho", [1.0, 0.5])
def test_both_kinds_walk_the_same_paths(monkeypatch, rho, positive, intercept):
    factors = np.where(np.arange(WIDTH) == 7, 0.0, 1.0)
    penalty = Penalty(rho, factors, positive)
    ours, theirs, joint = both(monkeypatch, 3, penalty, np.geomspace(0.15, 0.01, 12), intercept=intercept)
    for mine, plain in zip(ours, theirs, strict=True):
        for i in range(12):
            np.testing.assert_allclose(mine.dense(i), plain.dense(i), atol=1e-5)
        np.testing.assert_allclose(mine.intercept, plain.intercept, atol=1e-5)
    assert ours[-1].dense(11).any()
    assert joint.shape[3] == len(ours) == 3


def test_where_the_kernel_gets_stuck_the_plain_method_goes_on(monkeypatch):
    stuck = []
    converge = newton_compiled.Point.converge

    def one_step(self, l1, l2, *, goal, tol, most):
        stuck.append(1)
        return converge(self, l1, l2, goal=goal, tol=tol, most=1)[0], False

    joint = joint_of(4, twins=True)
    penalty, lambdas = Penalty(0.9, np.ones(WIDTH)), np.geomspace(0.15, 0.02, 6)
    task = Task(penalty, lambdas, TOL, 1000)
    walk = lambda: LockstepNewton().paths(joint, task, Executor(1))  # noqa: E731
    whole = walk()
    monkeypatch.setattr(newton_compiled.Point, "converge", one_step)
    for fit, other in zip(walk(), whole, strict=True):
        for i in range(6):
            np.testing.assert_allclose(fit.dense(i), other.dense(i), atol=1e-5)
    assert stuck


def test_dependent_columns_end_well(monkeypatch):
    ours, theirs, joint = both(monkeypatch, 5, Penalty(1.0, np.ones(WIDTH)), np.geomspace(0.1, 0.005, 10), twins=True)
    for f, (mine, plain) in enumerate(zip(ours, theirs, strict=True)):
        # coefficients of twins are not unique: predictions are
        for i in range(10):
            eta = [joint.X @ (fit.dense(i)[:, 0] / joint.unit[f]) + fit.intercept[i] for fit in (mine, plain)]
            rows = joint.S[:, f] > 0
            np.testing.assert_allclose(eta[0][rows], eta[1][rows], atol=1e-4)


def test_who_serves():
    joint = joint_of(1)
    kinds = {type(member) for member in lockstep_members.members_of(joint, Penalty(1.0, np.ones(WIDTH)))}
    assert kinds == {lockstep_members.Compiled}
