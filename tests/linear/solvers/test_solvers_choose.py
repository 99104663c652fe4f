"""Who serves which training sets, and what is said of it."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from regcli.linear import SOLVERS, Penalty, Problem, Task, TrainingSets, choose
from regcli.linear.sets import statistics
from regcli.linear.solvers import lagged_newton, lockstep_newton
from regcli.numerics.executor import Executor

ALONE = Executor(1)


def sets(n, p, loss="squared", *, form=np.asfortranarray, folds=3, sums=False, dependent=False):
    """Training sets of any shape: as many folds, and all rows; without folds a set by itself."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, p))
    if dependent:
        X[:, -1] = X[:, 0] + 1e-6 * X[:, 1]
    y = {"squared": rng.normal(size=n), "logistic": np.arange(n) % 2 * 1.0, "multinomial": np.arange(n) % 3 * 1.0}[loss]
    problem = Problem.build(form(X), y, None, loss, intercept=True)
    if not folds:
        return TrainingSets.of_one(problem)
    weights = np.ones((n, folds + 1))
    parts = np.array_split(np.arange(n), folds)
    for f, part in enumerate(parts):
        weights[part, f] = 0.0
    shape = (folds + 1, p)
    made = TrainingSets.build(problem, weights, np.ones(shape), np.zeros(shape) - problem.center, ALONE)
    return replace(made, statistics=statistics.collect(made, parts, np.ones(n), ALONE)) if sums else made


def task(p, rho=1.0, *, positive=False):
    return Task(Penalty(rho, np.ones(p), positive), np.array([0.1, 0.01]), 1e-6, 1000)


# what the sets are, the penalty's l1_ratio, and who serves them
SERVED = [
    ("sufficient-statistics", {"n": 40, "p": 4, "sums": True}, 1.0),
    ("sufficient-statistics", {"n": 40, "p": 4, "sums": True}, 0.0),
    ("lockstep", {"n": 40, "p": 4, "sums": True, "dependent": True}, 1.0),
    ("lockstep", {"n": 20, "p": 40}, 0.5),
    (None, {"n": 20, "p": 40}, 0.0),
    ("lagged-newton", {"n": 60, "p": 4, "loss": "logistic"}, 1.0),
    ("lagged-newton", {"n": 60, "p": 4, "loss": "multinomial"}, 0.0),
    ("lockstep-newton", {"n": 20, "p": 40, "loss": "logistic"}, 1.0),
    ("lockstep-newton", {"n": 60, "p": 4, "loss": "multinomial", "form": sparse.csc_array}, 0.5),
    (None, {"n": 20, "p": 40, "loss": "logistic"}, 0.0),
    ("direct", {"n": 20, "p": 4, "folds": 0}, 0.0),
    ("direct", {"n": 20, "p": 4, "folds": 0, "form": sparse.csc_array}, 0.0),
    ("working-set", {"n": 20, "p": 4, "folds": 0}, 0.5),
    ("proximal-newton", {"n": 20, "p": 4, "loss": "logistic", "folds": 0}, 0.5),
    ("proximal-newton", {"n": 20, "p": 4, "loss": "multinomial", "folds": 0}, 0.0),
]


@pytest.mark.parametrize(("name", "what", "rho"), SERVED)
def test_who_serves(name, what, rho):
    made = sets(**what)
    solver, reason = choose(made, task(what["p"], rho), ALONE)
    assert (None if solver is None else solver.name) == name
    assert reason
    assert {solver.name for solver in SOLVERS} == {name for name, *_ in SERVED} - {None}


@pytest.mark.parametrize(("name", "what", "rho"), [case for case in SERVED if case[0]])
def test_whoever_serves_walks_to_the_optimum_of_every_set(name, what, rho):
    made, asked = sets(**what), task(what["p"], rho)
    solver, _ = choose(made, asked, ALONE)
    for _, kkt in solver.settled(made, asked.penalty, solver.solve(made, asked, ALONE), ALONE):
        assert kkt.max() <= asked.tol


def test_who_was_asked_before_and_had_something_to_say_is_heard():
    made = sets(40, 4, sums=True, dependent=True)
    _, reason = choose(made, task(4), ALONE)
    first, then = reason.split(": ")
    assert "sums of squares would lose digits" in first
    assert first.startswith("condition number ")
    assert then == "all folds walk down together, one product with the design per check"
    _, reason = choose(sets(20, 40, "logistic"), task(40, 0.0), ALONE)
    assert reason == "a ridge-type penalty on 40 columns keeps them all in use"


def test_a_sign_constraint_is_no_ridge():
    for what, name in (({"n": 20, "p": 40}, "lockstep"), ({"n": 20, "p": 4, "folds": 0}, "working-set")):
        solver, _ = choose(sets(**what), task(what["p"], 0.0, positive=True), ALONE)
        assert solver.name == name


def test_sparse_designs_of_many_columns_are_descended_on_by_their_columns(monkeypatch):
    made = sets(20, 40, form=sparse.csc_array)
    assert choose(made, task(40), ALONE)[0].name == "lockstep"
    monkeypatch.setattr(lockstep_newton, "LARGEST_GRAM", 30)
    assert choose(made, task(40), ALONE)[0].name == "lockstep-newton"
    assert choose(made, task(40, 0.0), ALONE)[0] is None


def test_curvature_is_shared_while_it_is_small(monkeypatch):
    made = sets(60, 4, "logistic")
    monkeypatch.setattr(lagged_newton, "MOST_COORDINATES", 4)
    assert choose(made, task(4), ALONE)[0].name == "lockstep-newton"
    monkeypatch.setattr(lagged_newton, "MOST_COORDINATES", 5)
    assert choose(made, task(4), ALONE)[0].name == "lagged-newton"
    monkeypatch.setattr(lagged_newton, "CURVATURES", 99)
    assert choose(made, task(4), ALONE)[0].name == "lockstep-newton"
