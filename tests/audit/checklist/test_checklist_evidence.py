"""What the checklist judges by, from an outcome in memory."""

from dataclasses import replace

import numpy as np
import pytest
from in_memory import dataset, fitted
from judged import evidence

from regcli.audit.checklist import Checklist, judge
from regcli.audit.checklist.evidence import is_shuffled, of_outcome
from regcli.checks import CHECKS
from regcli.engine import InMemory
from regcli.outcome import Looks, Surroundings


@pytest.mark.parametrize("target", ["y", "two", "three"])
def test_points_and_rows_are_those_of_the_outcome(target):
    outcome = fitted(dataset(target), penalty=["ridge", "lasso"])
    e = of_outcome(outcome)
    p = e.points
    assert p.mean[p.selected] == outcome.metrics["selected"]["validation_mean"]
    assert p.mean[p.best] == min(summary.validation_mean.min() for summary in outcome.summaries)
    assert p.lam[p.weakest] == outcome.paths[outcome.choice.path].lambdas[-1]
    np.testing.assert_array_equal(e.best_by_fold.mean(), pytest.approx(p.mean[p.best], rel=0.05))
    assert e.coefficient.shape == e.standardized.shape == (3 if target == "three" else 1, len(e.feature))
    assert "(intercept)" not in e.feature
    # every row is validated once
    assert sorted(e.rows.row) == list(range(len(outcome.plan.splits.train)))
    assert np.bincount(e.rows.fold).tolist() == [len(fold.validation) for fold in outcome.plan.splits.folds]


def test_a_model_without_coefficients_is_judged_by_the_rest():
    outcome = fitted(dataset())
    e = of_outcome(replace(outcome, portrait=replace(outcome.portrait, coefficients=None)))
    verdicts = {row.check.name: str(row.verdict) for row in judge(e)}
    assert (verdicts["drivers"], verdicts["stability"], verdicts["null"]) == ("unknown", "unknown", "holds")


def test_scores_are_measured_by_what_the_null_model_has_to_lose():
    e = evidence(metrics={"null_model": 8.0, "validation": 2.0})
    assert (e.room, e.left) == (8.0, 0.25)


def test_rows_that_appear_again_count_once():
    e = evidence()
    twice = type(e.rows)(np.array([0, 1, 0]), np.array([0, 0, 1]), e.rows.scored)
    np.testing.assert_allclose(twice.by_row(np.array([1.0, 5.0, 3.0])), [2.0, 5.0])
    np.testing.assert_allclose(twice.by_row(np.array([[1.0, 0], [5.0, 1], [3.0, 2]])), [[2.0, 1.0], [5.0, 1.0]])


def test_drivers_are_input_columns_with_their_levels_together():
    e = evidence(
        feature=np.array(["a=1", "a=2", "b", "c"], dtype=object),
        source=np.array(["a", "a", "b", "c"], dtype=object),
        standardized=np.array([[1.0, -2.0, 1.0, 0.0]]),
    )
    assert e.drivers == (("a", "b"), 2, 0.75, 1.0)


def test_what_is_dealt_out_at_random_is_shuffled():
    assert is_shuffled("kfold", shuffle=True)
    assert is_shuffled("shuffle_split", shuffle=False)
    assert not is_shuffled("kfold", shuffle=False)
    assert not is_shuffled("time_series", shuffle=True)


@pytest.mark.parametrize("target", ["y", "two", "three"])
@pytest.mark.parametrize("penalty", ["none", "ridge", "lasso"])
def test_every_row_says_something_of_every_model(target, penalty):
    rows = judge(evidence(target, penalty=penalty))
    assert [row.check for row in rows] == list(CHECKS)
    for row in rows:
        assert row.found.said
        assert not row.found.said.endswith(".")
        assert set(row.found.numbers) <= {each.key for each in row.check.numbers}


def test_what_the_checklist_found_stands_in_metrics_json_and_muted_rows_keep_their_numbers():
    outcome = fitted(dataset(), check={"mute": ["RC016"]})
    block = Checklist().look(outcome, lambda *_: None, InMemory()).numbers
    assert block["verdicts"]["RC016"] == "muted"
    assert block["resolution"] == {"n": 3.0, "rows": 60.0, "level": 0}
    assert block["n_look"] == sum(verdict == "look" for verdict in block["verdicts"].values())


def test_what_other_runs_tell_stands_apart_from_what_is_the_same_whenever_the_run_is_made_again():
    outcome = fitted(dataset())
    found, again = (
        Checklist().look(replace(outcome, around=around), lambda *_: None, InMemory())
        for around in (Surroundings(baselines=0), Surroundings(Looks(4), 2))
    )
    np.testing.assert_equal(found.numbers, again.numbers)
    assert found.beside["verdicts"] == {"RC003": "absent", "RC014": "look"}
    assert again.beside["verdicts"] == {"RC003": "absent", "RC014": "holds"}
    assert {*found.numbers["verdicts"], *found.beside["verdicts"]} == {check.code for check in CHECKS}
