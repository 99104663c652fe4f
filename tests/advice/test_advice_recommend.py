"""The penalty by the numbers beside their rules, folds, and settings that go together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from advice_rows import config, in_time, linear, rows, settled, two_classes

from regcli.advice import recommend
from regcli.advice.recommend import Choice, folds, from_answers, holdout, penalty, together
from regcli.advice.settle import Answer
from regcli.advice.shape import Alike
from regcli.advice.trials import Trial

FLAT = np.full(5, 1.0)


def trial(ridge=1.0, lasso=1.0, used=1.0, gap=0.5):
    return Trial(
        "mse", 100, 10, {"none": FLAT * (1 + gap), "ridge": FLAT * ridge, "lasso": FLAT * lasso}, {"none": FLAT}, {"lasso": used}
    )


APART, RELATED = Alike(0.0, 0.4), Alike(0.5, 0.9)


@pytest.mark.parametrize(
    ("n", "p", "alike", "tried", "wanted", "number"),
    [
        (100, 50, APART, None, "lasso", "0.5 features a row (above 0.1)"),
        (100, 50, RELATED, None, "elasticnet", "|r| is 0.9 (above 0.7)"),
        (100, 50, APART, trial(ridge=0.8), "elasticnet", "ridge 0.8"),
        (1000, 20, RELATED, None, "ridge", "|r| is 0.9 (above 0.7)"),
        (1000, 20, RELATED, trial(lasso=0.8), "elasticnet", "lasso 0.8"),
        (1000, 20, APART, trial(used=0.2), "lasso", "20% of the columns"),
        (1000, 20, APART, trial(used=0.2, ridge=0.8), "ridge", "0.02 features a row (not above 0.1)"),
        (1000, 20, APART, trial(), "ridge", "+50% off training"),
        (100_000, 20, APART, trial(gap=0.001), "none", "100,000 rows for 20 features"),
        (100_000, 20, RELATED, trial(gap=0.001), "ridge", "above 0.7"),
    ],
)
def test_penalties_follow_from_the_numbers(n, p, alike, tried, wanted, number):
    chosen = penalty(n, p, alike, tried)
    assert (chosen.value["kind"] if isinstance(chosen.value, dict) else chosen.value) == wanted
    assert number in chosen.why
    config(penalty=chosen.value)


def cv(dataset, **keys):
    found = settled(dataset, **keys)
    (choice,) = folds(dataset, found.splits, found.config)
    return choice.value


def test_folds_follow_from_time_groups_and_size():
    y, columns = linear(100)
    dataset = rows(y, **columns)
    assert cv(dataset) == {"kind": "kfold", "n_splits": 10, "repeats": 5, "seed": 0}
    assert cv(dataset, cv={"n_splits": 4, "seed": 3}) == {"kind": "kfold", "n_splits": 4, "repeats": 5, "seed": 3}
    assert cv(dataset, cv={"shuffle": False}) == {"kind": "kfold", "n_splits": 10, "shuffle": False}
    wide = rows(y, **{f"x{j}": y * j for j in range(1001)})
    assert cv(wide) == {"kind": "kfold", "n_splits": 5, "repeats": 2, "seed": 0}
    timed = in_time(dataset)
    assert cv(timed) == {"kind": "time_series"}
    assert cv(timed, cv={"kind": "kfold", "shuffle": False, "n_splits": 4}) == {"kind": "time_series", "n_splits": 4}
    assert cv(timed, cv={"gap": 2}) == {"kind": "time_series", "gap": 2}
    grouped = replace(dataset, group=np.array([str(i % 9) for i in range(100)], dtype=object))
    assert cv(grouped) == {"kind": "group"}
    y, columns = two_classes(6000)
    classes = rows((np.arange(6000) < 3) * 1.0, classes=("a", "b"), **columns)
    (choice,) = folds(classes, settled(classes, cv={"n_splits": 3}).splits, config("classification"))
    assert choice.value["n_splits"] == 3


def test_a_holdout_where_there_are_rows_for_it():
    y, columns = linear(499)
    assert holdout(rows(y, **columns)) is None
    y, columns = linear(500)
    assert holdout(rows(y, **columns)).value == {"fraction": 0.2, "seed": 0}
    assert holdout(in_time(rows(y, **columns))).value == {"last": 0.2}


def test_of_mistakes_told_together_each_key_has_its_own_reason():
    said = (
        "d.csv: column 'a' is odd. dataset.columns: {exclude: ['a']}\nd.csv: 3 cells are missing. Set preprocess.missing to drop."
    )
    chosen = from_answers([Answer(said, {"dataset.columns.exclude": ["a"], "preprocess.missing": "median"})])
    assert [choice.why for choice in chosen][1] == "3 cells are missing. Set preprocess.missing to drop."
    assert "odd" in chosen[0].why
    assert "missing" not in chosen[0].why


def test_choices_for_a_list_are_united_and_of_others_the_first_stands():
    excluded = config(dataset={"kind": "csv", "path": "made.csv", "target": "y", "columns": {"exclude": ["z"]}})
    merged = together(excluded, [Choice("dataset.columns.exclude", ["a"], "A."), Choice("dataset.columns.exclude", ["b"], "B."),
                                 Choice("penalty", "ridge", "first"), Choice("penalty", "lasso", "second")])  # fmt: skip
    assert recommend.settings(merged) == {"dataset.columns.exclude": ["z", "a", "b"], "penalty": "ridge"}
    assert merged["dataset.columns.exclude"].why == "A. B."


def test_a_whole_block_takes_the_place_of_what_was_chosen_in_it():
    merged = together(config(), [Choice("cv.shuffle", False, "A."), Choice("cv", {"kind": "kfold", "shuffle": False}, "B.")])
    assert recommend.settings(merged) == {"cv": {"kind": "kfold", "shuffle": False}}
    assert merged["cv"].why == "A. B."
