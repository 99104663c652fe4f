from dataclasses import replace

import numpy as np
import pytest
from folded_rows import TEAM, TOL, dense, make

from regcli.linear import Penalty, Problem, Task, TrainingSets, choose, solve_path
from regcli.linear.stages.weighted import Weighted

LAMBDAS = np.array([0.3, 0.1, 0.02])


def by_hand(folded, f, weights, penalty):
    """The path of a set on its own rows, columns multiplied and excluded ones left out."""
    problem = folded.problem(f)
    live = np.flatnonzero(weights)
    X = np.asfortranarray(folded.own(f, folded.train[f])[:, live] * weights[live])
    small = Problem.build(X, problem.y, folded.w[folded.train[f]], "squared", intercept=folded.intercept)
    fit = solve_path(small, replace(penalty, factors=penalty.factors[live]), LAMBDAS, tol=1e-11, max_iter=10_000)
    coef = np.zeros((len(LAMBDAS), len(weights)))
    coef[:, live] = dense(fit) * weights[live]
    return coef, fit.intercept[:, 0]


@pytest.mark.parametrize("how", [{}, {"weighted": True}, {"intercept": False}], ids=str)
@pytest.mark.parametrize("sums", [True, False])
@pytest.mark.parametrize("excluded", [False, True])
def test_all_sets_on_their_weighted_columns(how, sums, excluded):
    folded, penalty = make(**how), Penalty(1.0, np.linspace(0.5, 2, 6))
    weights = np.random.default_rng(4).uniform(0.2, 3, (5, 6))
    if excluded:
        weights[np.arange(5), np.arange(5) % 3] = 0.0
        weights[:, 4] = 0.0
    sets = replace(folded.joint, statistics=folded.collect()) if sums else folded.joint
    task = Task(penalty, LAMBDAS, TOL, 10_000)
    solver, _ = choose(sets, task, TEAM)
    weighted = Weighted.of(sets, weights)
    for f, (fit, kkt) in enumerate(weighted.solve(solver, task, TEAM)):
        coef, intercept = by_hand(folded, f, weights[f], penalty)
        assert (kkt <= TOL).all()
        np.testing.assert_allclose(dense(fit), coef, atol=1e-7)
        np.testing.assert_allclose(fit.intercept[:, 0], intercept, atol=1e-6)
        there = weighted.forth(f, fit)
        np.testing.assert_allclose(dense(weighted.back(f, there)), dense(fit), rtol=1e-12)
        # what is wrong is seen, what is excluded is not looked at
        off = replace(there, coef=there.coef * 1.01)
        judged = weighted.judged.certify(f, weighted.penalty(penalty), off)
        assert (judged[fit.n_nonzero > 0] > 1e-4).all()


def test_one_set_and_sets_that_keep_nothing():
    folded, penalty = make(), Penalty(1.0, np.ones(6))
    one = TrainingSets.of_one(folded.full)
    task = Task(penalty, LAMBDAS, TOL, 10_000)
    solver, _ = choose(one, task, TEAM)
    weights = np.array([[0.5, 0.0, 2.0, 1.0, 0.0, 1.0]])
    ((fit, kkt),) = Weighted.of(one, weights).solve(solver, task, TEAM)
    np.testing.assert_allclose(dense(fit), by_hand(folded, -1, weights[0], penalty)[0], atol=1e-7)
    assert (kkt <= TOL).all()
    ((fit, kkt),) = Weighted.of(one, np.zeros((1, 6))).solve(solver, task, TEAM)
    assert not dense(fit).any()
    assert (kkt <= TOL).all()
