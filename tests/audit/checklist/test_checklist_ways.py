"""Rows on how the run was made and what stands beside it."""

import numpy as np
import pytest
from judged import evidence

from regcli.audit.checklist import ways
from regcli.checks import Verdict
from regcli.outcome import Looks, Surroundings

HOLDS, LOOK, FAILS, ABSENT, UNKNOWN = Verdict.HOLDS, Verdict.LOOK, Verdict.FAILS, Verdict.ABSENT, Verdict.UNKNOWN


def looked(looks, *, allow=1, holdout=1.0):
    return ways.looks(evidence(n_holdout=9, metrics={"holdout": holdout}, around=Surroundings(looks=looks), allow_looks=allow))


def test_the_second_look_fails_unless_it_was_planned():
    first = looked(Looks(1))
    assert (first.verdict, first.said) == (HOLDS, "the first look at these held-out rows")
    again = looked(Looks(3, ("a", "b"), ("c",), 1))
    assert again.verdict is FAILS
    assert again.said == (
        "look 3 at these held-out rows, after b, a; 1 of the earlier ones was of this very configuration; 1 later look since"
    )
    assert again.details == {"before": ["a", "b"]}
    assert looked(Looks(3, ("a", "b")), allow=3).verdict is HOLDS
    assert looked(Looks(4, ("a", "b", "c")), allow=3).verdict is FAILS


def test_without_holdout_ledger_or_evaluation_nothing_fails():
    assert looked(None).verdict is UNKNOWN
    assert looked(None, holdout=None).verdict is ABSENT
    assert ways.looks(evidence()).verdict is ABSENT


@pytest.mark.parametrize(("n", "verdict"), [(None, UNKNOWN), (0, LOOK), (2, HOLDS)])
def test_a_baseline_is_asked_for(n, verdict):
    assert ways.baseline(evidence(around=Surroundings(baselines=n))).verdict is verdict


def test_few_folds_and_few_rows_tell_little():
    def at(n_folds, n_train, repeats=1, cv="kfold"):
        e = evidence(n_train=n_train, repeats=repeats, cv=cv)
        metrics = {**e.metrics, "folds": {**e.metrics["folds"], "weight": [1.0] * n_folds}}
        return ways.resolution(type(e)(**{**e.__dict__, "metrics": metrics})).verdict

    assert at(3, 1000) is LOOK
    assert at(5, 1000) is HOLDS
    assert at(5, 60) is LOOK
    assert at(25, 60, repeats=5) is HOLDS
    assert at(60, 60, cv="leave_one_out") is HOLDS


def test_dates_and_shuffled_rows_do_not_go_together():
    assert ways.order(evidence(dates=("day",), shuffled=True)).verdict is LOOK
    assert ways.order(evidence(dates=("day",), shuffled=False)).verdict is HOLDS
    assert ways.order(evidence(dates=(), shuffled=True)).verdict is ABSENT
    assert np.isfinite(ways.order(evidence()).numbers["dates"])
