import numpy as np
import pytest
from folded_rows import TOL, make

from regcli.linear import Penalty, Task, TrainingSets
from regcli.linear.stages.alone import alone, solved_alone


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
