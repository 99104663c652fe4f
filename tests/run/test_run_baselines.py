"""Baselines: small files that point to runs, and what is said where they do not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from regcli.errors import RunError, UsageError
from regcli.run import baselines
from regcli.run.baselines import NoBaselineError, baseline_names, list_baselines, read_baseline, remove_baseline, set_baseline

MANIFEST = {"id": "20261120T211500Z-x-3f9a1c", "name": "x", "metric": "mse", "selected": {"validation_mean": 2.5}}


@pytest.fixture
def runs(tmp_path):
    run = tmp_path / "runs" / MANIFEST["id"]
    run.mkdir(parents=True)
    (run / "manifest.json").write_text("{}", encoding="utf-8")
    return tmp_path / "runs"


def put(runs, name="main"):
    return set_baseline(runs, name, runs / MANIFEST["id"], MANIFEST)


def test_what_is_set_is_read_again(runs):
    made = put(runs)
    assert read_baseline(runs, "main") == made
    assert (made.run_id, made.experiment, made.metric, made.validation_mean) == (MANIFEST["id"], "x", "mse", 2.5)
    assert made.exists
    assert made.path == runs / MANIFEST["id"]


def test_runs_and_baselines_can_be_moved_together(runs, tmp_path):
    put(runs)
    shutil.move(runs, tmp_path / "elsewhere")
    moved = read_baseline(tmp_path / "elsewhere", "main")
    assert moved.exists
    assert not Path(json.loads((tmp_path / "elsewhere" / "baselines" / "main").read_bytes())["run"]).is_absolute()


def test_they_are_listed_by_name_and_forgotten_one_by_one(runs):
    assert list_baselines(runs) == []
    for name in ("b", "a", "c.1"):
        put(runs, name)
    assert baseline_names(runs) == ["a", "b", "c.1"]
    remove_baseline(runs, "b")
    assert [found.name for found in list_baselines(runs)] == ["a", "c.1"]
    with pytest.raises(NoBaselineError, match=r"baseline:b: there is no such baseline in .*\(there is a, c\.1\)"):
        remove_baseline(runs, "b")


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "../a", "a b", "ä"])
def test_what_is_no_name(runs, name):
    with pytest.raises(UsageError, match="is no name for a baseline"):
        put(runs, name)
    assert baseline_names(runs) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "cannot be read"), ('{"format_version": 9}', "the format version is 9"), ("[]", "the format version is none"),
     ('{"format_version": 1}', "the baseline is damaged: 'name'")],
)  # fmt: skip
def test_a_damaged_file_is_named_with_what_to_do(runs, content, said):
    put(runs)
    (runs / "baselines" / "main").write_text(content, encoding="utf-8")
    with pytest.raises(RunError, match=said) as caught:
        read_baseline(runs, "main")
    assert "regcli baseline set main RUN" in caught.value.hint


def test_another_run_in_the_same_place_is_not_the_baseline(runs):
    found = put(runs)
    baselines.require_same_run(found, MANIFEST)
    with pytest.raises(RunError, match="now holds the run other instead of"):
        baselines.require_same_run(found, MANIFEST | {"id": "other"})


def test_somebody_who_writes_for_too_long_is_waited_for_no_longer(runs, monkeypatch):
    import filelock

    put(runs)
    monkeypatch.setattr(baselines, "_SECONDS_TO_WAIT", 0.05)
    with filelock.FileLock(runs / "baselines" / ".lock"), pytest.raises(RunError, match="another regcli has been writing"):
        put(runs, "other")
