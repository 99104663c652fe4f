"""`regcli baseline`: a name for a run, set, listed, used and forgotten."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from regcli_in_process import call

RUNS = Path(__file__).parents[1] / "golden" / "compare" / "runs"


@pytest.fixture
def runs(folder):
    for name in ("reference", "worse", "failed"):
        shutil.copytree(RUNS / name, folder / "runs" / name)
    return folder / "runs"


def test_a_baseline_stands_for_its_run_until_it_is_forgotten(runs):
    done = call("baseline", "set", "main", "runs/reference")
    assert (done.code, done.out) == (0, "")
    assert done.err == "baseline:main is runs/reference\n"
    shown = json.loads(call("show", "baseline:main", "--json").out)
    assert shown["run"].endswith("reference")
    (listed,) = json.loads(call("baseline", "ls", "--json").out)
    assert (listed["baseline"], listed["exists"]) == ("main", True)
    assert call("baseline", "rm", "main").err == "baseline:main is forgotten; its run stays\n"
    assert (runs / "reference").is_dir()
    assert call("show", "baseline:main").code == 5


def test_quiet_says_nothing(runs):
    for arguments in (("set", "main", "runs/reference"), ("rm", "main")):
        done = call("baseline", *arguments, "-q")
        assert (done.code, done.out, done.err) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("set", "main", "runs/failed"), 5, "the run is failed and has no results"),
        (("set", "../main", "runs/reference"), 2, "is no name for a baseline"),
        (("set", "main", "runs/nothing"), 5, "no such run"),
        (("rm", "main"), 5, "there is no such baseline in runs yet"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing(runs, arguments, code, said):
    done = call("baseline", *arguments)
    assert done.code == code
    assert said in done.err
    assert "No baselines" in call("baseline", "ls").out


def test_a_baseline_whose_run_is_gone_is_still_listed(runs):
    call("baseline", "set", "main", "runs/reference")
    shutil.rmtree(runs / "reference")
    (listed,) = json.loads(call("baseline", "ls", "--json").out)
    assert listed["exists"] is False
    assert "its run runs/reference is gone" in call("compare", "baseline:main", "runs/worse").err
