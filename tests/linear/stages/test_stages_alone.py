from dataclasses import replace

import numpy as np
import pytest
from folded_rows import TEAM, TOL, dense, make

from regcli.linear import Penalty, Task, TrainingSets, solve_path
from regcli.linear.solvers.sufficient_statistics import SufficientStatistics
from regcli.linear.stages.alone import alone, compressed, last, solved_alone


@pytest.mark.parametrize("how", [{}, {"weighted": True}, {"intercept": False}, {"kind": "dummy"}], ids=str)
def test_a_set_by_itself_is_what_its_own_rows_pose(how):
    folded = make(**how)
    columns = np.array([0, 1, 3])
    for f in range(len(folded.train)):
        ours, theirs = alone(folded.joint, f, columns), folded.problem(f).narrow(columns)
        live = theirs.rms > 0
        np.testing.assert_allclose(ours.X, np.where(live, theirs.X, 0.0), atol=1e-12)
        np.testing.assert_allclose(ours.rms, np.where(live, theirs.rms, 0.0), rtol=1e-12)
        np.testing.assert_allclose(ours.s, theirs.s, rtol=1e-14)
        np.testing.assert_allclose((ours.weight_sum, *ours.null_intercept), (theirs.weight_sum, *theirs.null_intercept))


def test_one_set_keeps_its_design():
    problem = make().full
    assert alone(TrainingSets.of_one(problem), 0, np.arange(2)).X is not None
    np.testing.assert_array_equal(alone(TrainingSets.of_one(problem), 0, np.arange(2)).X, problem.X[:, :2])


def test_it_is_solved_and_certified():
    problem = make().problem(0)
    fit, kkt = solved_alone(problem, Task(Penalty(1.0, np.ones(6)), np.array([0.3, 0.1]), TOL, 1000))
    assert (kkt <= TOL).all()
    assert fit.n_nonzero[1] > 0


@pytest.mark.parametrize("how", [{}, {"weighted": True}, {"intercept": False}, {"n": 40, "p": 60}], ids=str)
def test_rows_are_exchanged_for_a_triangle(how):
    problem = make(**how).problem(0)
    small, penalty = compressed(problem), Penalty(0.6, np.ones(problem.shape[1]))
    assert small.shape[0] == min(problem.shape[0], problem.shape[1] + 1)
    lambdas = np.array([0.3, 0.01])
    ours, theirs = (solve_path(some, penalty, lambdas, tol=1e-12, max_iter=10_000) for some in (small, problem))
    np.testing.assert_allclose(dense(ours), dense(theirs), atol=1e-9)
    np.testing.assert_allclose([*small.rms, *small.null_rms], [*problem.rms, *problem.null_rms])


def test_the_last_set_keeps_its_sums():
    folded = make(weighted=True)
    sets = replace(folded.joint, statistics=folded.collect())
    task = Task(Penalty(0.0, np.ones(6)), np.array([0.3, 0.1]), TOL, 1000)
    assert SufficientStatistics().suits(last(sets), task, TEAM).serves
    ((fit, kkt),) = [
        (fit, kkt) for fit, kkt in SufficientStatistics().settled(
            last(sets), task.penalty, SufficientStatistics().solve(last(sets), task, TEAM), TEAM
        )
    ]  # fmt: skip
    np.testing.assert_allclose(dense(fit), dense(SufficientStatistics().solve(sets, task, TEAM)[-1]), rtol=1e-12)
    assert (kkt <= TOL).all()
    assert last(folded.joint).shape[3] == 1
