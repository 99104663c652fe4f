"""The holdout ledger: every look is one line, whatever happens to runs, locks, lines and disks."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from small_runs import REGRESSION, fitted

from regcli.run.ledger import LEDGER, count_baselines, looks_of, noted

IDS = [f"20261121T09150{i}Z-small-00000{i}" for i in range(10)]


def look(runs, outcome, number):
    return noted(outcome, runs / IDS[number])


def lines(runs):
    return (runs / LEDGER).read_text(encoding="utf-8").splitlines()


def test_looks_are_counted_by_data_rows_and_target(tmp_path, outcome):
    first, second = (look(tmp_path, outcome, i).around.looks for i in (0, 1))
    assert (first.number, first.before) == (1, ())
    assert (second.number, second.before, second.same) == (2, (IDS[0],), 1)
    other_rows = fitted({**REGRESSION, "holdout": {"fraction": 0.2, "seed": 2}})
    assert look(tmp_path, other_rows, 2).around.looks.number == 1
    other_settings = fitted({**REGRESSION, "penalty": "lasso", "cv": {"kind": "kfold", "n_splits": 4, "seed": 8}})
    third = look(tmp_path, other_settings, 3).around.looks
    assert (third.number, third.same) == (3, 0)
    assert looks_of(tmp_path / IDS[0]).after == (IDS[1], IDS[3])


def test_a_run_that_is_resumed_is_the_same_look(tmp_path, outcome):
    assert look(tmp_path, outcome, 0).around.looks.number == 1
    assert look(tmp_path, outcome, 0).around.looks.number == 1
    assert len(lines(tmp_path)) == 1


def test_the_ledger_outlives_runs_and_counts_none_that_ended_without_figures(tmp_path, outcome):
    for i, status in enumerate(("failed", "done", "running")):
        look(tmp_path, outcome, i)
        (tmp_path / IDS[i]).mkdir()
        (tmp_path / IDS[i] / "manifest.json").write_text(json.dumps({"status": status}), encoding="utf-8")
    assert look(tmp_path, outcome, 3).around.looks.before == (IDS[1], IDS[2])
    shutil.rmtree(tmp_path / IDS[1])
    assert look(tmp_path, outcome, 4).around.looks.before == (IDS[1], IDS[2], IDS[3])


def test_sweeps_and_runs_without_a_holdout_leave_no_line(tmp_path, outcome):
    swept = replace(outcome, metrics={**outcome.metrics, "holdout": None})
    assert look(tmp_path, swept, 0).around.looks is None
    assert not (tmp_path / LEDGER).exists()


def test_looks_at_the_same_time_have_numbers_of_their_own(tmp_path, outcome):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda i: look(tmp_path, outcome, i).around.looks.number, range(8)))
    assert sorted(found) == list(range(1, 9))
    assert len(lines(tmp_path)) == 8


@pytest.mark.parametrize("damage", [b"{", b"\xff\xfe\n", b"[1]\n", b'{"run": 3}\n', b"null\n"])
def test_damaged_lines_are_told_and_take_nothing(tmp_path, outcome, damage):
    look(tmp_path, outcome, 0)
    with (tmp_path / LEDGER).open("ab") as file:
        file.write(damage)
    again = look(tmp_path, outcome, 1)
    assert again.around.looks.number == 2
    assert any("1 of the lines of holdouts.jsonl cannot be read" in text for text in again.warnings)
    assert looks_of(tmp_path / IDS[1]).number == 2


def test_a_ledger_that_cannot_be_written_is_told_and_takes_no_run(tmp_path, outcome):
    (tmp_path / LEDGER).mkdir()
    found = look(tmp_path, outcome, 0)
    assert found.around.looks is None
    assert any("could not be noted in holdouts.jsonl: it is no file" in text for text in found.warnings)
    assert looks_of(tmp_path / IDS[0]) is None


def test_a_place_that_cannot_be_written_is_told_and_takes_no_run(tmp_path, outcome):
    (tmp_path / "file").write_text("", encoding="utf-8")
    found = look(tmp_path / "file" / "runs", outcome, 0)
    assert found.around.looks is None
    assert any("could not be noted" in text for text in found.warnings)


def test_baselines_of_an_experiment_are_counted(tmp_path, run):
    from regcli.run import set_baseline

    runs = run.path.parent
    assert count_baselines(runs, "small") == 0
    set_baseline(runs, "main", run.path, run.manifest)
    (runs / "baselines" / "broken").write_text("{", encoding="utf-8")
    assert count_baselines(runs, "small") == 1
    assert count_baselines(runs, "large") == 0
