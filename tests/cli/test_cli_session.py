"""What `fit` and `sweep` have in common: what is told on the way, and what is left where it ends badly."""

from __future__ import annotations

import json

import pytest
from regcli_in_process import call


def test_the_manifest_has_the_seconds_of_every_stage(folder):
    run = call("fit", "quick.yaml", "-q").out.strip()
    seconds = json.loads((folder / run / "manifest.json").read_bytes())["seconds"]
    assert {"loading", "planning", "cross-validation", "writing", "total"} <= set(seconds)
    assert seconds["total"] >= seconds["writing"]


def test_a_place_that_cannot_be_written_is_seen_before_anything_is_fitted(folder, monkeypatch):
    (folder / "file").write_text("", encoding="utf-8")
    monkeypatch.setattr("regcli.experiment.lay_out", lambda *_: pytest.fail("it went on"))
    done = call("fit", "quick.yaml", "--runs", "file")
    assert done.code == 5
    assert "file is a file" in done.err


def test_a_mistake_in_the_data_leaves_no_run(folder):
    (folder / "d.csv").write_text("a,y\nx,1\n", encoding="utf-8")
    assert call("fit", "--data", "d.csv", "--target", "z").code == 3
    assert not (folder / "runs").exists()


def test_synthetic_data_are_told_and_a_quiet_command_says_nothing(folder):
    short = ("--set", "lambdas.count=3", "--set", "cv.n_splits=2", "--penalty", "ridge")
    assert "this is about synthetic data (make_classification)" in call("sweep", "--task", "classification", *short).err
    assert call("sweep", "-q", *short).err == ""
