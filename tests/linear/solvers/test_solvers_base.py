"""The one loop over λ: where it ends, what it counts; and what a solver makes of a failure."""

from dataclasses import replace

import numpy as np
import pytest
from in_memory import dataset, planned
from one_set import predictors, walk

from regcli.linear import Ending, Penalty, Problem, Task, TrainingSets, geometric_grid
from regcli.linear.solvers.base import Alone, Going, Verdict, descend
from regcli.linear.solvers.choose import choose
from regcli.numerics.executor import Executor
from regcli.pace import Pace, Stopped, listening

RNG = np.random.default_rng(5)
GRID = np.geomspace(1.0, 0.1, 10)
# Explains 0, 0.5, 0.8, 0.9, 0.95, 0.97, then everything: the end is at the seventh point.
FALLING = 1.0 - np.array([0.0, 0.5, 0.8, 0.9, 0.95, 0.97, 1.0, 1.0, 1.0, 1.0])


@pytest.mark.parametrize("chunk", [1, 3, 4, 10, 99])
def test_every_part_of_the_grid_is_walked_once_in_order(chunk):
    parts = []
    assert descend(parts.append, GRID, None, lambda _: [], chunk=chunk) == 10
    assert [i for part in parts for i in range(part.start, part.stop)] == list(range(10))
    assert max(part.stop - part.start for part in parts) == min(chunk, 10)


@pytest.mark.parametrize("chunk", [1, 3, 10])
def test_a_walk_ends_at_the_first_point_where_the_rule_lets_it_however_many_a_step_takes(chunk):
    parts = []
    ending = Ending(1.0, nearly_all=True)
    assert descend(parts.append, GRID, ending, lambda part: FALLING[part].tolist(), chunk=chunk) == 7
    assert parts[-1].stop == min(10, -(-7 // chunk) * chunk)


def test_fits_are_counted_for_all_sets_of_a_step():
    heard = []
    with listening(Pace(100, lambda done, *_: heard.append(done))):
        descend(lambda _: None, GRID, None, lambda _: [], sets=3, chunk=4)
    assert heard == [12, 24, 30]


def test_who_is_told_to_stop_stops_after_the_fit_at_hand():
    walked = []

    def step(part):
        walked.append(part.start)
        pace.is_stopped = part.start == 3

    with listening(Pace(10, None)) as pace, pytest.raises(Stopped):
        descend(step, GRID, None, lambda _: [])
    assert walked == [0, 1, 2, 3]


def test_a_path_ends_where_the_rule_says_and_only_where_asked():
    X = RNG.normal(size=(50, 3))
    y = X @ [1, -1, 0.5] + 0.5 * RNG.normal(size=50)
    grid = geometric_grid(1.0, 1e-8, 100)
    whole, *_, problem, _ = walk(X, y, grid)
    ending = Ending(0.5 * y.var(), nearly_all=True)
    short, *_ = walk(X, y, grid, ending=ending)
    assert not whole.saturated
    assert short.saturated
    assert len(whole.lambdas) == 100
    n = len(short.lambdas)
    objectives = [problem.objective(eta) for eta in predictors(problem, whole)]
    assert n == next(i for i in range(5, 101) if ending.reached(objectives[:i]))
    np.testing.assert_array_equal(short.coef, whole.coef[:n])


class Fragile(Alone):
    """Walks three points and fails."""

    name = "fragile"

    def suits(self, sets, task, executor):  # noqa: ARG002
        return Verdict(True, "")

    def steps(self, problem, task):  # noqa: ARG002
        for i in range(3):
            yield np.zeros(1), np.full((problem.shape[1], 1), float(i)), 1
        raise np.linalg.LinAlgError("made to fail")


def training_set():
    X = np.asfortranarray(RNG.normal(size=(20, 2)) + 3)
    return TrainingSets.of_one(Problem.build(X, RNG.normal(size=20), None, "squared", intercept=True))


def test_what_was_walked_before_a_failure_is_kept_and_the_rest_is_no_number():
    (fit,) = Fragile().solve(training_set(), Task(Penalty(1.0, np.ones(2)), GRID[:5], 1e-8, 100), Executor(1))
    assert fit.failure == "LinAlgError: made to fail"
    assert not fit.saturated
    assert fit.coef[2].ravel().tolist() == [2.0, 2.0]
    assert np.isnan(fit.coef[3:]).all()
    assert np.isnan(fit.intercept[3:]).all()
    assert np.isfinite(fit.intercept[:3]).all()


def test_a_failure_of_all_sets_is_data_for_each():
    class Broken(Fragile):
        def paths(self, sets, task, executor):  # noqa: ARG002
            raise FloatingPointError("at once")

    found = Broken().solve(training_set(), Task(Penalty(1.0, np.ones(2)), GRID, 1e-8, 100), Executor(1))
    assert len(found) == 1
    assert found[0].failure == "FloatingPointError: at once"
    assert found[0].coef.shape == (10, 2, 1)
    assert np.isnan(found[0].coef).all()


def test_intercepts_come_back_for_columns_as_they_came():
    sets = training_set()
    (fit,) = Fragile().solve(sets, Task(Penalty(1.0, np.ones(2)), GRID[:3], 1e-8, 100), Executor(1))
    assert fit.intercept[:, 0] == pytest.approx(-sets.problem.center.sum() * np.arange(3))


@pytest.mark.parametrize(("rho", "positive", "smooth"), [(0.0, False, True), (0.0, True, False), (0.5, False, False)])
def test_a_task_is_smooth_without_corners(rho, positive, smooth):
    assert Task(Penalty(rho, np.ones(2), positive), GRID, 1e-8, 100).smooth == smooth


STOPPING = {
    "sufficient-statistics": ("squared", 60, 12),
    "lockstep": ("squared", 40, 90),
    "lagged-newton": ("logistic", 90, 8),
    "lockstep-newton": ("logistic", 40, 90),
}


@pytest.mark.parametrize("name", STOPPING)
def test_every_set_ends_by_itself_where_it_has_enough_columns_in_use(name):
    loss, n, p = STOPPING[name]
    rng = np.random.default_rng(3)
    X = rng.normal(size=(n, p))
    signal = X[:, :5] @ [1, 1, 1, -1, -1]
    y = signal + rng.normal(size=n) if loss == "squared" else (signal + rng.logistic(size=n) > 0).astype(float)
    fold = np.array([str(i % 4) for i in range(n)], dtype=object)
    sets = planned(dataset("y" if loss == "squared" else "two", X=X, y=y, fold=fold)).together.sets
    penalty, executor = Penalty(1.0, np.where(np.arange(p) == 1, 0.5, 1.0)), Executor(1)
    task = Task(penalty, np.geomspace(1.5 if loss == "squared" else 0.4, 0.01, 40), 1e-8, 1000)
    short = replace(task, most=4)
    solver, _ = choose(sets, task, executor)
    assert solver.name == name
    whole, ended = solver.solve(sets, task, executor), solver.solve(sets, short, executor)
    lengths = []
    for fit, other in zip(ended, whole, strict=True):
        length = len(fit.lambdas)
        lengths.append(length)
        points = np.array([other.dense(i) for i in range(40)])
        assert np.array([fit.dense(i) for i in range(length)]) == pytest.approx(points[:length], abs=1e-5)
        first = int(np.flatnonzero((points != 0).any(axis=2).sum(axis=1) >= 4)[0])
        # sums of squares are walked down in stretches
        assert first < length <= -(-(first + 1) // 10) * 10
        assert name == "sufficient-statistics" or length == first + 1
        assert fit.saturated
    assert len(set(lengths)) > 1 or name == "sufficient-statistics"


def test_columns_without_a_penalty_are_not_counted():
    going = Going(Task(Penalty(1.0, np.array([0.0, 1.0, 1.0])), GRID, 1e-8, 10, most=2), 2)
    going.note(0, np.array([0, 1]))
    assert going.on.tolist() == [True, True]
    going.note(1, np.array([0, 1, 2]))
    assert going.on.tolist() == [True, False]
    without = Going(Task(Penalty(1.0, np.ones(3)), GRID, 1e-8, 10), 1)
    without.note(0, np.arange(3))
    assert without.on.all()
