"""The JSON files of a run by type: what is written passes, and what is wrong is named where it stands."""

from __future__ import annotations

import copy
import json

import pytest

from regcli.run import schema
from regcli.run.schema import MistypedError, check_manifest, check_metrics, load_json


@pytest.fixture
def manifest(run):
    return copy.deepcopy(run.manifest)


@pytest.fixture
def metrics(run):
    return copy.deepcopy(run.metrics)


def test_what_is_written_passes(run, iris_run):
    for made in (run, iris_run):
        check_manifest(json.loads((made.path / "manifest.json").read_bytes()))
        check_metrics(json.loads((made.path / "metrics.json").read_bytes()), made.manifest)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("status", "finished", "status holds 'finished', not one of running, done, failed, interrupted"),
        ("metrics", "mse", "metrics holds 'mse', not a list"),
        ("metrics", ["mse", "f1"], "metrics hold 'f1', which is no metric of a regression"),
        ("metric", "rmse", "metrics do not hold the metric"),
        ("classes", ["a", "b"], "classes do not suit a regression"),
        ("higher_is_better", 0, "higher_is_better holds 0, not true or false"),
        ("tolerance", "much", "tolerance holds 'much', not a number"),
        ("rule", "pct_loss", "tolerance holds null, not a number"),
        ("metric_definitions", -1, "metric_definitions holds -1, not a whole number from 0"),
        ("folds", [], "folds holds a list, not an object"),
        ("name", None, "name holds null, not text"),
    ],
)
def test_a_manifest_that_is_none_is_told_by_its_key(manifest, key, value, said):
    with pytest.raises(MistypedError) as caught:
        check_manifest(manifest | {key: value})
    assert str(caught.value) == said


def test_a_key_that_is_missing_and_one_that_nobody_knows(manifest):
    check_manifest(manifest | {"of a later regcli": object()})
    del manifest["dataset"]["n_train"]
    with pytest.raises(MistypedError, match="dataset has no 'n_train'"):
        check_manifest(manifest)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m["train"].pop("mae"), "train has no 'mae'"),
        (lambda m: m["holdout"].pop("r2"), "holdout has no 'r2'"),
        (lambda m: m["folds"]["train"]["mse"].pop(), r"folds\.train\.mse has 5 values for 6 folds"),
        (lambda m: m["folds"].update(weight=[1, "2"]), r"folds\.weight\[1\] holds '2', not a number"),
        (lambda m: m["validation"].update(mse=None), "the selected point has no 'mse'"),
        (lambda m: m.update(null_prediction=[0.5, 0.5]), "null_prediction does not suit 0 classes"),
    ],
)
def test_metrics_that_are_not_of_this_run(metrics, manifest, change, said):
    change(metrics)
    with pytest.raises(MistypedError, match=said):
        check_metrics(metrics, manifest)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"{", "it is no JSON"), (b"\xff", "not UTF-8"), (b'{"a": NaN}', "NaN is no number"), (b"[" * 100_000, "nested too deeply")],
)
def test_documents_that_are_no_json(content, said):
    with pytest.raises(MistypedError, match=said):
        load_json(content)


@pytest.mark.parametrize("value", [True, float("nan"), 1 << 70, "1", None])
def test_what_is_no_number(value):
    with pytest.raises(MistypedError):
        schema.number(value, "x")
