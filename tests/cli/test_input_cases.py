"""Bad and odd inputs, a line each in tests/inputs/cases.tsv: how the command ends, and the words that its message must hold."""

from __future__ import annotations

import csv
import shlex
import shutil
from pathlib import Path

import pytest
from regcli_in_process import call

INPUTS = Path(__file__).parents[1] / "inputs"
with (INPUTS / "cases.tsv").open(encoding="utf-8", newline="") as table:
    CASES = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REGCLI_RUNS", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_there_are_enough_and_each_has_a_name_and_a_file_of_its_own():
    assert len(CASES) >= 120
    assert len({case["name"] for case in CASES}) == len(CASES)
    files = [case["file"] for case in CASES if case["file"] != "-"]
    assert sorted(files) == sorted(path.name for path in (INPUTS / "files").iterdir())


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_input(here, case):
    if case["file"] != "-":
        shutil.copy(INPUTS / "files" / case["file"], here)
    done = call(*shlex.split(case["command"].replace("FILE", case["file"])))
    said = done.out + done.err
    assert done.code == int(case["exit"]), said
    for word in case["words"].split(" | "):
        assert word in said
    if done.code:
        assert done.err.startswith("error: ")
        assert "Traceback" not in said
        assert not (here / "runs").exists()
