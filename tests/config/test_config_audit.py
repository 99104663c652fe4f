"""The blocks `nested`, `learning_curve` and `check`: outer folds, shares of rows, codes, and how many looks are planned."""

from __future__ import annotations

import pytest

from regcli.errors import ConfigError

TABLE = "version: 1\ndataset: {kind: make_regression}\npenalty: lasso\n"


def test_rows_are_muted_by_their_codes(load):
    check = load(TABLE + "check: {mute: [RC011, RC014], allow_looks: 3}\n").check
    assert (check.mute, check.allow_looks) == (("RC011", "RC014"), 3)


@pytest.mark.parametrize(
    ("text", "key", "told"),
    [
        ("{mute: [RC0111]}", "check.mute.0", "did you mean 'RC0"),
        ("{mute: [RC011, RC011]}", "check.mute.1", "stands twice"),
        ("{mute: [7]}", "check.mute.0", "is no row of the checklist; allowed: RC001 to "),
        ("{allow_looks: 0}", "check.allow_looks", "must be a whole number of at least 1"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(load, text, key, told):
    with pytest.raises(ConfigError) as caught:
        load(TABLE + f"check: {text}\n")
    (problem,) = caught.value.problems
    assert problem.key == key
    assert told in problem.text


NESTED = "version: 1\ntask: {task}\ndataset: {{kind: csv, path: d.csv, target: y{roles}}}\npenalty: lasso\n"


def problems(load, *lines, task="regression", roles=""):
    with pytest.raises(ConfigError) as caught:
        load(NESTED.format(task=task, roles=roles) + "\n".join(lines))
    return {problem.key: problem.text for problem in caught.value.problems}


def test_an_empty_block_asks_for_it_with_the_defaults(load):
    for written in ("nested: {}", "nested: {outer: }", "nested: {outer: {n_splits: 5}}"):
        found = load(NESTED.format(task="regression", roles="") + written).nested
        assert found.outer.n_splits == 5
    assert load(NESTED.format(task="regression", roles="") + "nested: null").nested is None


def test_outer_folds_are_held_to_what_holds_for_folds(load):
    assert "use kfold" in problems(load, "nested: {outer: {kind: stratified}}")["nested.outer.kind"]
    assert "needs dataset.group" in problems(load, "nested: {outer: {kind: group}}")["nested.outer.kind"]
    assert "has no meaning for kfold" in problems(load, "nested: {outer: {kind: kfold, gap: 2}}")["nested.outer.gap"]


def test_they_take_after_the_folds_unless_told_otherwise(load):
    cv = "cv: {kind: time_series}"
    assert "has no meaning for time_series" in problems(load, cv, "nested: {outer: {shuffle: true}}")["nested.outer.shuffle"]
    assert load(NESTED.format(task="regression", roles="") + cv + "\nnested: {outer: {gap: 2}}").nested.outer.gap == 2
    one_out = "cv: {kind: leave_one_out}\n"
    assert load(NESTED.format(task="regression", roles="") + one_out + "nested: {outer: {shuffle: false}}").nested is not None


def test_there_is_one_column_of_folds(load):
    asked = "nested: {outer: {kind: predefined, column: other}}"
    assert "must be predefined as well" in problems(load, asked)["nested.outer.column"]
    assert "must be cv.column, 'fold'" in problems(load, "cv: {kind: predefined, column: fold}", asked)["nested.outer.column"]


def test_a_learning_curve_has_shares_in_order_and_all_rows_among_them(load):
    assert load(TABLE).learning_curve is None
    assert load(TABLE + "learning_curve: {}\n").learning_curve.shares == (0.125, 0.175, 0.25, 0.35, 0.5, 0.7, 1.0)
    assert load(TABLE + "learning_curve: {shares: [0.5, 0.2, 0.5], seed: 3}\n").learning_curve.shares == (0.2, 0.5, 1.0)


@pytest.mark.parametrize("shares", ["[]", "[0]", "[1.2]", "[a]", "0.5"])
def test_what_is_no_share_is_refused(load, shares):
    with pytest.raises(ConfigError, match=r"learning_curve\.shares"):
        load(TABLE + f"learning_curve: {{shares: {shares}}}\n")


def test_stability_selection_by_its_name_or_with_its_numbers(load):
    short = load(NESTED.format(task="regression", roles="") + "stability: complementary_pairs").stability
    assert short.model_dump() == {"kind": "complementary_pairs", "pairs": 50, "max_selected": 20, "threshold": 0.6}
    asked = load(NESTED.format(task="regression", roles="") + "stability: {kind: complementary_pairs, threshold: 1}").stability
    assert asked.threshold == 1
    for value in ("0.5", "1.01", "x"):
        found = problems(load, f"stability: {{kind: complementary_pairs, threshold: {value}}}")
        assert "above 0.5, and at most 1" in found["stability.threshold"]
    assert "1 to 1000" in problems(load, "stability: {kind: complementary_pairs, pairs: 0}")["stability.pairs"]
    assert "complementary_pairs" in problems(load, "stability: {kind: halves}")["stability.kind"]


def test_rows_in_order_of_time_are_not_drawn_with_replacement(load):
    assert load(TABLE + "bootstrap: {}\n").bootstrap.resamples == 200
    told = "judged by nested"
    assert told in problems(load, "cv: {kind: time_series}", "bootstrap: {resamples: 20}")["bootstrap"]
    assert told in problems(load, "bootstrap: {}", roles=", time: t")["bootstrap"]
