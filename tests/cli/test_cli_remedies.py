"""Errors on the screen: in the words of the command that was typed, with commands that help."""

from __future__ import annotations

import os

import pytest

from regcli.cli.remedies import changed, complaint, flow, in_flags
from regcli.config.yaml12 import parse
from regcli.errors import ConfigError, DataError, Problem, RunError

BY_FLAGS = ("fit", "--data", "my data.csv", "--target", "y", "-q")
BY_FILE = ("fit", "c.yaml", "--set", "cv.n_splits=3")


@pytest.mark.parametrize(
    ("typed", "keys", "command"),
    [
        (BY_FLAGS, {"task": "regression"}, "regcli fit --data 'my data.csv' --target y -q --task regression"),
        (BY_FLAGS, {"dataset.target": "Z"}, "regcli fit --data 'my data.csv' -q --target Z"),
        (BY_FLAGS, {"dataset.target": None}, "regcli fit --data 'my data.csv' -q"),
        (BY_FILE, {"dataset.target": "Z"}, "regcli fit c.yaml --set cv.n_splits=3 --set dataset.target=Z"),
        (BY_FILE, {"cv.n_splits": 2}, "regcli fit c.yaml --set cv.n_splits=2"),
        (BY_FILE, {"task": "classification"}, "regcli fit c.yaml --set cv.n_splits=3 --task classification"),
        (("fit", "d.csv"), {"dataset.path": "d.csv", "dataset.target": "y"}, "regcli fit --data d.csv --target y"),
        (("fit", "--data=d.csv", "--target=y"), {"dataset.target": "z"}, "regcli fit --data=d.csv --target z"),
        (("fit", "c.yaml", "--set=cv.gap=1"), {"cv.gap": 2}, "regcli fit c.yaml --set cv.gap=2"),
        (
            BY_FLAGS,
            {"dataset.columns.exclude": ["id", "a b"]},
            "regcli fit --data 'my data.csv' --target y -q --set 'dataset.columns.exclude=[id, a b]'",
        ),
    ],
)
def test_the_command_that_was_typed_with_what_is_to_be_changed(typed, keys, command):
    assert changed(typed, keys) == command


@pytest.mark.parametrize(
    "value", ["median", "a b", "no", "y", "null", "1", "1e3", "", "a: b", "a, b", "#x", "it's", 'say "x"', "é", 3, 0.5, True,
              None, ["id", "1", 2], {"zip*": "category", "a.b": 1}, "-", "[x]", "a#b", "- a", "a ", "~", "0x1F", ".5", "a/b.c"]
)  # fmt: skip
def test_values_come_back_as_they_were(value):
    node, findings = parse(flow(value), "test")
    found = None if node is None else node.data()
    assert not findings
    assert (list(found) if isinstance(found, tuple) else found) == value


def test_alternatives_are_the_last_lines_and_the_keys_are_flags():
    error = DataError("d.csv: dataset.target 'y' could be both.", "write task: regression", {"task": "regression"}, {"task": "x"})
    assert complaint(error, BY_FLAGS).splitlines() == [
        "error: d.csv: --target 'y' could be both. Give --task regression",
        "try: regcli fit --data 'my data.csv' --target y -q --task regression",
        "try: regcli fit --data 'my data.csv' --target y -q --task x",
    ]
    assert "dataset.target 'y' could be both. Write task: regression" in complaint(error, BY_FILE)
    assert complaint(error, ("predict", "latest", "d.csv")).count("\n") == 0, "predict has no --set"


def test_a_whole_command_is_shown_for_every_command():
    error = RunError("runs/a: the run is damaged.", "Make it again.", "regcli fit runs/a/config.resolved.yaml")
    assert complaint(error, ("show", "a")).splitlines()[-1] == "try: regcli fit runs/a/config.resolved.yaml"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Set preprocess.missing: drop, or fill.", "Give --set preprocess.missing=drop, or fill."),
        ("Write task: regression or task: classification.", "Give --task regression or --task classification."),
        ("set cv.kind: stratified.", "give --set cv.kind=stratified."),
        ("dataset.target 'x' and dataset.path", "--target 'x' and --data"),
        ("d.csv: the target: none", "d.csv: the target: none"),
        ("set dataset.columns: {exclude: ['id']}.", "give --set 'dataset.columns={exclude: [id]}'."),
        ("cv.test_size: [1, 2], or", "--set 'cv.test_size=[1, 2]', or"),
    ],
)
def test_keys_as_flags(text, shown):
    assert in_flags(text) == shown


def test_what_is_wrong_with_a_key_is_no_setting():
    error = ConfigError([Problem("command line", "select.metric", "log_loss is not a metric of regression")])
    assert complaint(error, BY_FLAGS) == "error: command line: select.metric: log_loss is not a metric of regression"


def test_files_are_called_as_they_were_typed(tmp_path):
    file = tmp_path / "d.csv"
    error = DataError(f"{os.path.relpath(file)}: there is no such file.")
    for typed in (("fit", "--data", str(file)), ("fit", f"--data={file}"), ("predict", "latest", str(file))):
        assert complaint(error, typed) == f"error: {file}: there is no such file."
