"""All training sets of a tall logistic or multinomial design with shared curvature, against each set by itself."""

import numpy as np
import pytest
from one_set import certificates

from regcli.linear import Ending, Penalty, Problem, Task, TrainingSets, solve_path
from regcli.linear.solvers import lagged_newton
from regcli.linear.solvers.lagged_newton import LaggedNewton
from regcli.numerics.executor import Executor

N, P = 150, 4
LAMBDAS = np.geomspace(0.1, 1e-3, 6)


def data(loss, *, intercept=True):
    """The sets, and each by itself; two folds whose rows follow each other, and all rows."""
    rng = np.random.default_rng(4)
    X = rng.normal(size=(N, P)) + 0.5 * rng.normal(size=(N, 1))
    eta = X @ rng.normal(size=(P, 3)) + rng.gumbel(size=(N, 3))
    y = np.argmax(eta[:, : 2 if loss == "logistic" else 3], axis=1) * 1.0
    weights = np.column_stack([rng.uniform(0.5, 2.0, N)] * 3)
    weights[:50, 0] = weights[50:100, 1] = 0.0
    full = Problem.build(np.asfortranarray(X), y, weights[:, 2], loss, intercept=intercept)
    blocks = (slice(0, 50), slice(50, 100), slice(100, 150))
    offset = np.tile(-full.center, (3, 1))
    sets = TrainingSets.build(full, weights, np.ones((3, P)), offset, Executor(1), blocks=blocks)
    alone = [Problem.build(np.asfortranarray(X[w > 0]), y[w > 0], w[w > 0], loss, intercept=intercept) for w in weights.T]
    return sets, alone


PENALTIES = {
    "ridge": Penalty(0.0, np.ones(P)),
    "lasso": Penalty(1.0, np.array([1.0, 0.5, 2.0, 0.5])),
    "unpenalised": Penalty(0.5, np.array([0.0, 1.0, 1.0, 1.0])),
    "positive": Penalty(0.8, np.ones(P), positive=True),
}


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("loss", ["logistic", "multinomial"])
def test_every_set_is_as_by_itself(loss, intercept, penalty):
    sets, alone = data(loss, intercept=intercept)
    penalty = PENALTIES[penalty]
    for problem, fit in zip(alone, LaggedNewton().solve(sets, Task(penalty, LAMBDAS, 1e-8, 500), Executor(1)), strict=True):
        assert certificates(problem, penalty, fit).max() <= 1e-8
        theirs = solve_path(problem, penalty, LAMBDAS, tol=1e-10, max_iter=500)
        for i in range(len(LAMBDAS)):
            np.testing.assert_allclose(fit.dense(i), theirs.dense(i), atol=1e-6)
            # what all classes' intercepts have in common says nothing
            common = (fit.intercept[i] - theirs.intercept[i]).mean() if loss == "multinomial" else 0.0
            np.testing.assert_allclose(fit.intercept[i] - common, theirs.intercept[i], atol=1e-6)


def test_a_set_that_does_not_settle_is_finished_by_the_guarded_method(monkeypatch):
    """No pass is enough where none is allowed: the points are right all the same."""
    monkeypatch.setattr(lagged_newton, "MOST_PASSES", 1)
    sets, alone = data("logistic")
    penalty = PENALTIES["lasso"]
    for problem, fit in zip(alone, LaggedNewton().solve(sets, Task(penalty, LAMBDAS, 1e-8, 500), Executor(1)), strict=True):
        assert certificates(problem, penalty, fit).max() <= 1e-8


def test_all_sets_end_where_the_full_one_does():
    sets, alone = data("logistic")
    penalty, lambdas = PENALTIES["lasso"], np.geomspace(0.1, 1e-9, 80)
    ending = Ending(alone[2].objective(np.broadcast_to(alone[2].null_intercept, (N, 1))), nearly_all=True)
    fits = LaggedNewton().solve(sets, Task(penalty, lambdas, 1e-8, 500, ending), Executor(1))
    theirs = solve_path(alone[2], penalty, lambdas, tol=1e-8, max_iter=500, ending=ending)
    assert {len(fit.lambdas) for fit in fits} == {len(theirs.lambdas)}
    assert all(fit.saturated for fit in fits)


def test_threads_change_no_bit():
    sets, _ = data("multinomial")
    one, two = (LaggedNewton().solve(sets, Task(PENALTIES["lasso"], LAMBDAS, 1e-6, 500), Executor(jobs)) for jobs in (1, 2))
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a.coef, b.coef)
