"""What a run directory holds, and how it comes about."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os

import pytest
from small_runs import IRIS, REGRESSION, fitted, write

from regcli.config import load_config
from regcli.errors import FitError, RunError
from regcli.run import LoggedBugError, layout, open_run, write_outcome, writing

EVERY_FILE = {
    "manifest.json", "config.yaml", "config.resolved.yaml", "sweep.csv", "folds.csv", "assignments.csv", "coefficients.csv",
    "path.parquet", "fold_coefficients.parquet", "predictions.csv", "metrics.json", "model.skops", "model.json", "log.txt",
}  # fmt: skip


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def header(path):
    return path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")


def test_a_fit_leaves_exactly_the_files_it_should(run):
    assert {entry.name for entry in run.path.iterdir()} == EVERY_FILE


def test_a_sweep_leaves_no_model_and_no_holdout_predictions(tmp_path):
    swept = write(tmp_path, fitted(REGRESSION, save_model=False), "sweep")
    assert {entry.name for entry in swept.path.iterdir()} == EVERY_FILE - {"model.skops", "model.json"}
    assert {row["role"] for row in rows(swept.path / "predictions.csv")} == {"train"}
    assert swept.metrics["holdout"] is None


def test_the_manifest_accounts_for_every_other_file(run):
    files = run.manifest["files"]
    assert set(files) == EVERY_FILE - {"manifest.json"}
    for name, digest in files.items():
        assert hashlib.sha256((run.path / name).read_bytes()).hexdigest() == digest, name


def test_the_manifest_tells_where_the_numbers_come_from(run, outcome):
    m = run.manifest
    assert (m["format_version"], m["status"], m["command"], m["reason"]) == (1, "done", "fit", None)
    assert m["dataset"]["sha256"] == outcome.plan.dataset.sha256
    assert m["folds"] == {"sha256": outcome.plan.splits.sha256, "kind": "kfold", "n": 6, "repeats": 2}
    assert len(m["config"]["sha256"]) == 64
    assert {"python", "regcli", "numpy", "scikit-learn", "scipy", "pyarrow", "skops"} <= set(m["versions"])
    assert any(pool["user_api"] == "blas" for pool in m["threads"])
    assert all(path["solver"] and path["reason"] for path in m["paths"])
    assert len(m["paths"]) == 3
    assert m["host"]["cpu"]
    assert m["started"] < m["finished"]
    assert [c["role"] for c in m["dataset"]["columns"]].count("target") == 1


def test_nothing_names_this_machine(run):
    import platform
    from pathlib import Path

    for entry in run.path.iterdir():
        content = entry.read_bytes()
        assert str(Path(__file__).parents[2]).encode() not in content, entry.name
        if entry.name == "manifest.json":
            assert json.dumps(platform.node()).encode() not in content


def test_the_same_outcome_gives_the_same_bytes(tmp_path, outcome):
    one, two = (write(tmp_path / name / "runs", outcome).path for name in ("one", "two"))
    for name in EVERY_FILE - {"manifest.json", "log.txt"}:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_a_refit_gives_the_same_bytes(tmp_path, iris):
    one, two = write(tmp_path / "a", iris).path, write(tmp_path / "b", fitted(IRIS)).path
    for name in EVERY_FILE - {"manifest.json", "log.txt"}:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_the_resolved_configuration_runs_again(run):
    again = load_config(run.path / "config.resolved.yaml")
    assert (again.task, again.cv.kind, again.select.metric) == ("regression", "kfold", "mse")
    assert again.name == "small"


def test_a_run_is_running_until_its_files_are_there(tmp_path, outcome):
    with writing(tmp_path, outcome.prepared, "fit") as run:
        assert open_run("latest", tmp_path).status == "running"
        assert (run.path / "config.resolved.yaml").exists()
        assert (tmp_path / "latest").resolve() == run.path.resolve()
        write_outcome(run, outcome)
    assert open_run("latest", tmp_path).status == "done"


@pytest.mark.parametrize(
    ("raised", "seen", "status"),
    [(FitError("nothing converged", "raise tol"), FitError, "failed"), (KeyboardInterrupt(), KeyboardInterrupt, "interrupted"),
     (ZeroDivisionError("oh"), LoggedBugError, "failed")],
)  # fmt: skip
def test_a_run_that_ends_badly_says_so(tmp_path, outcome, raised, seen, status):
    with pytest.raises(seen), writing(tmp_path, outcome.prepared, "fit"):
        raise raised
    run = open_run("latest", tmp_path)
    assert run.status == status
    assert run.manifest["reason"]
    assert "log.txt" in run.manifest["files"]
    with pytest.raises(RunError, match=f"the run is {status} and has no results"):
        run.require_done()


def test_a_bug_leaves_its_traceback_in_the_log(tmp_path, outcome):
    with pytest.raises(LoggedBugError) as caught, writing(tmp_path, outcome.prepared, "fit"):
        raise ZeroDivisionError
    text = caught.value.log_path.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "ZeroDivisionError" in text


def test_a_full_disk_is_the_users_error(tmp_path, outcome, monkeypatch):
    def full(path, content):
        if path.name == "folds.csv":
            raise OSError(28, "No space left on device")
        original(path, content)

    original = layout.write_atomically
    monkeypatch.setattr(layout, "write_atomically", full)
    with pytest.raises(RunError, match="No space left on device"), writing(tmp_path, outcome.prepared, "fit") as run:
        write_outcome(run, outcome)
    assert open_run("latest", tmp_path).status == "failed"


def test_a_place_that_cannot_be_written_is_named(tmp_path, outcome):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="no run can be written there"), writing(tmp_path / "file", outcome.prepared, "fit"):
        pass


def test_a_run_that_cannot_begin_leaves_nothing(tmp_path, outcome, monkeypatch):
    def refuse(*_):
        raise OSError(28, "no room")

    monkeypatch.setattr(layout, "write_atomically", refuse)
    with pytest.raises(RunError, match="no room"), writing(tmp_path / "runs", outcome.prepared, "fit"):
        pass
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_run_without_results_does_not_stay_running(tmp_path, outcome):
    with writing(tmp_path, outcome.prepared, "fit") as run:
        pass
    manifest = json.loads((run.path / "manifest.json").read_bytes())
    assert manifest["status"] == "failed"
    assert manifest["reason"] == "it ended without results"


@pytest.mark.parametrize("last", [0, 3, 7])
def test_a_disk_that_is_full_at_the_end_does_not_leave_it_running(tmp_path, outcome, monkeypatch, last):
    written = []

    def full(path, content, write=layout.write_atomically):
        if len(written) > last:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(path.name)
        write(path, content)

    monkeypatch.setattr(layout, "write_atomically", full)
    with pytest.raises(RunError, match="No space left"), writing(tmp_path, outcome.prepared, "fit") as run:
        write_outcome(run, outcome)
    found = list(tmp_path.glob("2*/manifest.json"))
    if last >= 3:  # before, there was no run yet, and nothing is left of it
        assert json.loads(found[0].read_bytes())["status"] == "failed"
    else:
        assert not found


@pytest.mark.parametrize("raised", [SystemExit(3), GeneratorExit()])
def test_whatever_ends_a_run_it_does_not_stay_running(tmp_path, outcome, raised):
    with pytest.raises(type(raised)), writing(tmp_path, outcome.prepared, "fit"):
        raise raised
    assert open_run("latest", tmp_path).status == "failed"


@pytest.mark.parametrize("raised", [BrokenPipeError(), KeyboardInterrupt(), FitError("too late", "")])
def test_what_happens_after_the_end_does_not_change_how_it_ended(tmp_path, outcome, raised):
    def done_and_then():
        with writing(tmp_path, outcome.prepared, "fit") as run:
            write_outcome(run, outcome)
            raise raised

    with pytest.raises(type(raised)):
        done_and_then()
    assert open_run("latest", tmp_path).status == "done"


def test_any_file_can_be_put_and_stands_in_the_manifest_as_it_was_put_last(tmp_path, outcome):
    with writing(tmp_path, outcome.prepared, "fit") as run:
        for content in (b"first", b"second"):
            run.put("piece.bin", content)
            assert (run.path / "piece.bin").read_bytes() == content
        run.tell({"note": 1}, {"stage": 2.0})
        run.finish("done", "for once")
        run.finish("failed")
    manifest = json.loads((run.path / "manifest.json").read_bytes())
    assert manifest["files"]["piece.bin"] == hashlib.sha256(b"second").hexdigest()
    assert (manifest["status"], manifest["reason"], manifest["note"]) == ("done", "for once", 1)
    assert manifest["seconds"]["stage"] == 2.0
    assert [entry.name for entry in run.path.iterdir() if entry.name.startswith(".")] == []
