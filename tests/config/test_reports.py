"""What is reported together, what cannot be read at all, and that nothing written in a file is more than a mistake."""

from __future__ import annotations

import re

import pytest

from regcli.config import config_from_data, load_config
from regcli.errors import ConfigError, UsageError

REGRESSION = "version: 1\ndataset: {kind: make_regression}\npenalty: lasso\n"
TABLE = "version: 1\ndataset: {kind: csv, path: d.csv, target: y}\npenalty: lasso\n"


def test_all_at_once_in_reading_order(problems):
    text = """\
version: 1
nam: x
task: regression
dataset: {kind: csv, path: d.csv, target: y, tim: t}
penalty:
- {kind: laso}
- {kind: ridge, l1_ratio: 0.5, positive: 1}
lambdas: {count: 0, min: 2, max: 1}
model: {class_weight: balanced, tol: x}
cv: {kind: group, gap: 1}
select: {metric: brier}
seed: 1
seed: 2
"""
    assert [(p.where.removeprefix("c.yaml:"), p.key) for p in problems(text)] == [
        ("2:1", "nam"),
        ("4:46", "dataset.tim"),
        ("6:10", "penalty.0.kind"),
        ("7:17", "penalty.1.l1_ratio"),
        ("7:42", "penalty.1.positive"),
        ("8:18", "lambdas.count"),
        ("8:26", "lambdas.min"),
        ("9:38", "model.tol"),
        ("10:12", "cv.kind"),
        ("10:19", "cv.gap"),
        ("11:18", "select.metric"),
        ("12:1", "seed"),
        ("13:1", "seed"),
    ]


def test_the_message_reads_as_the_documentation_says(problems):
    text = (
        "version: 1\ntask: regression\ndataset: {kind: make_regression}\npenalty: {kind: laso}\ncv: {kind: kfold, n_split: 5}\n"
    )
    first, second = problems(text)
    assert str(first) == (
        "c.yaml:4:17: penalty.kind: 'laso' is not known; allowed: none, ridge, lasso, elasticnet (did you mean 'lasso'?)"
    )
    assert str(second).startswith("c.yaml:5:19: cv.n_split: unknown key; allowed: kind, n_splits, ")
    assert str(second).endswith("(did you mean 'n_splits'?)")


def test_rules_between_blocks_hold_beside_other_mistakes(problems):
    text = REGRESSION + "select: {metric: brier, rul: min}\nmodel: {class_weight: balanced, max_itr: 3}\n"
    assert {p.key for p in problems(text)} == {"select.metric", "select.rul", "model.class_weight", "model.max_itr"}


def test_aliases_of_aliases_do_not_fill_the_memory(problems):
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    assert any("aliases multiply" in p.text for p in problems("\n".join(lines)))


@pytest.mark.parametrize(
    ("content", "fragment"),
    [
        (b"version: 1\nname: caf\xe9\n", "c.yaml:2:10: not UTF-8: the byte 0xe9"),
        ("version: 1\n".encode("utf-16"), "c.yaml:1:1: not UTF-8"),
        (b"PAR1\x00\x00", "c.yaml:1:5"),
    ],
)
def test_other_encodings(tmp_path, monkeypatch, content, fragment):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.yaml").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_config("c.yaml")
    assert fragment in str(caught.value)
    assert caught.value.exit_code == 2


def test_files_that_cannot_be_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "diabetes.yaml").touch()
    for name, fragments in {
        "diabets.yaml": ["no such file", "Did you mean diabetes.yaml?"],
        "nowhere/x.yaml": ["no such file", "YAML file"],
        ".": ["directory"],
        "diabetes.yaml/x": ["cannot be read"],
        "a\0b": ["cannot be read"],
    }.items():
        with pytest.raises(UsageError) as caught:
            load_config(name)
        assert all(fragment in str(caught.value) for fragment in fragments), name
        assert caught.value.hint
        assert caught.value.exit_code == 2


def test_mistakes_without_a_file_are_named_by_their_source(tmp_path):
    data = {"dataset": {"kind": "csv", "path": "d.csv"}, "penalty": ["lasso", "rigde"]}
    with pytest.raises(ConfigError) as caught:
        config_from_data(data, "--data d.csv", tmp_path)
    assert [(p.where, p.key) for p in caught.value.problems] == [
        ("--data d.csv", "dataset.target"),
        ("--data d.csv", "penalty.1"),
    ]


EVERYTHING = {
    "": "version name task dataset preprocess penalty lambdas model cv select estimators holdout stability nested "
    "bootstrap learning_curve vary check execution output",
    "dataset": "kind path target columns types read weight group time user item n_features weights "
    "shift scale n_classes random_state",
    "dataset.columns": "include exclude",
    "dataset.types": "a",
    "dataset.read": "delimiter decimal thousands encoding na day_first",
    "preprocess": "scale target missing categorical polynomial text lags dates",
    "preprocess.missing": "strategy indicator",
    "preprocess.categorical": "encode min_frequency drop",
    "preprocess.polynomial": "degree interaction_only",
    "preprocess.text": "column kind ngrams min_count",
    "preprocess.lags": "columns lags rolling_mean",
    "preprocess.dates": "parts cyclic",
    "penalty": "kind l1_ratio factors positive lambdas stage 0 1",
    "penalty.0": "kind l1_ratio factors positive lambdas stage",
    "penalty.stage": "kind gamma first refit l1_ratio",
    "lambdas": "count min_ratio stop values max min",
    "model": "fit_intercept class_weight tol max_iter",
    "cv": "kind n_splits shuffle repeats seed column gap test_size max_train_size",
    "select": "metric rule tolerance metrics",
    "stability": "kind pairs max_selected threshold",
    "estimators": "kind axis values max min count seeds 0 1",
    "estimators.0": "kind axis values max min count seeds ccp_alpha max_depth min_samples_leaf max_features criterion "
    "shrinkage n_estimators max_samples extra learning_rate max_leaves subsample colsample l2 backend",
    "holdout": "fraction seed column test_value last",
    "check": "mute allow_looks",
    "bootstrap": "resamples seed",
    "nested": "outer",
    "nested.outer": "kind n_splits shuffle repeats seed column gap test_size max_train_size",
    "learning_curve": "shares seed",
    "vary": "key values",
    "execution": "jobs engine",
    "output": "dir report",
}
ODD = [
    "null",
    "true",
    "-1",
    "0",
    "1.5",
    ".nan",
    "1e400",
    f"{10**400}",
    "''",
    "a b",
    "[]",
    "{}",
    "[[1]]",
    "[null, {}]",
    "{a: {b: 1}}",
    "{1: x}",
]


@pytest.mark.parametrize("block", EVERYTHING)
def test_no_value_of_any_key_is_more_than_a_mistake(block, load):
    for key in EVERYTHING[block].split():
        for value in ODD:
            setting = f"{block}.{key}={value}".removeprefix(".")
            try:
                load(TABLE, setting)
            except ConfigError as error:
                for problem in error.problems:
                    assert problem.text
                    assert not re.search(r"is not allowed; expected|\bNone\b|Undefined", problem.text), (setting, problem)
