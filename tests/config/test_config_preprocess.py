"""The block about columns: what contradicts itself is refused where it stands."""

from __future__ import annotations

import pytest

TABLE = "version: 1\ntask: classification\ndataset: {kind: csv, path: d.csv, target: y, group: g, time: t}\npenalty: lasso\n"


def test_a_missing_strategy_as_a_word(load):
    missing = load(TABLE + "preprocess: {missing: median}\n").preprocess.missing
    assert (missing.strategy, missing.indicator) == ("median", False)


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ("{missing: {strategy: drop, indicator: true}}", "needs a strategy that fills in values"),
        ("{text: {column: t, ngrams: [2, 1]}}", "must be [shortest, longest], not [2, 1]"),
        ("{lags: {columns: [y]}}", "give lags or rolling_mean"),
        ("{polynomial: {degree: 21}}", "a whole number from 1 to 20"),
        ("{categorical: {min_frequency: 0}}", "a whole number of at least 1 (rows)"),
        ("{categorical: {min_frequency: 1.5}}", "a number above 0 and below 1"),
    ],
)
def test_what_makes_no_sense_is_said(problems, block, says):
    head = "version: 1\ndataset: {kind: csv, path: d.csv, target: y, time: t}\npenalty: lasso\n"
    (found,) = problems(f"{head}preprocess: {block}\n")
    assert says in found.text


def test_rarity_is_a_number_of_rows_or_a_share(load):
    head = "version: 1\ndataset: {kind: make_regression}\npenalty: lasso\n"
    for written, value in {"5": 5, "0.05": 0.05, "null": None}.items():
        found = load(f"{head}preprocess: {{categorical: {{min_frequency: {written}}}}}\n").preprocess.categorical
        assert (found.min_frequency, type(found.min_frequency)) == (value, type(value))
