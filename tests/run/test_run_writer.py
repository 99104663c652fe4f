"""What a run directory holds, and how it comes about."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import logging
import os
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from small_runs import IRIS, REGRESSION, fitted, write

from regcli.config import load_config
from regcli.errors import FitError, RunError
from regcli.outcome import Interrupted
from regcli.run import LoggedBugError, encode, layout, open_run, write_outcome, writing
from regcli.run.tables import assignments_table, folds_table

EVERY_FILE = {
    "manifest.json", "config.yaml", "config.resolved.yaml", "sweep.csv", "folds.csv", "assignments.csv", "coefficients.csv",
    "path.parquet", "predictions.csv", "metrics.json", "model.skops", "model.json", "log.txt",
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


def test_columns_stand_in_the_documented_order(run, iris_run):
    for name, columns in (
        ("sweep.csv", (
            "entry penalty l1_ratio lambda_index lambda sklearn_parameter sklearn_value train_mean train_se validation_mean "
            "validation_se gap gap_relative n_nonzero n_nonzero_folds_mean df n_iter kkt converged within_1se selected"
        )),
        ("folds.csv", (
            "entry penalty l1_ratio lambda_index lambda repeat fold metric train validation gap n_train n_validation n_nonzero "
            "kkt n_iter converged"
        )),
        ("assignments.csv", "row role repeat fold"),
        ("coefficients.csv", (
            "feature source coefficient coefficient_standardized selection_frequency sign_agreement fold_mean fold_sd"
        )),
    ):  # fmt: skip
        assert header(run.path / name) == columns.split(), name
    assert header(run.path / "predictions.csv") == ["row", "role", "repeat", "fold", "y", "prediction"]
    assert header(iris_run.path / "predictions.csv")[6:] == ["p_setosa", "p_versicolor", "p_virginica"]
    assert header(iris_run.path / "coefficients.csv")[:2] == ["class", "feature"]
    path = "entry penalty l1_ratio lambda_index lambda class feature coefficient coefficient_standardized"
    assert list(run.path_coefficients()) == path.split()


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


def test_numbers_read_back_to_the_last_bit(run, outcome):
    sweep = run.sweep()
    for name in ("validation_mean", "train_se", "gap_relative", "sklearn_value", "kkt"):
        np.testing.assert_array_equal(sweep[name], np.concatenate([getattr(s, name) for s in outcome.summaries]))
    np.testing.assert_array_equal(run.coefficients()["coefficient"], outcome.portrait.coefficients.coefficient)
    np.testing.assert_array_equal(run.predictions()["prediction"], outcome.predictions.prediction)


def test_one_row_is_selected(run, outcome):
    sweep, choice = run.sweep(), outcome.choice
    (i,) = np.flatnonzero(sweep["selected"])
    path = outcome.paths[choice.path]
    assert sweep["lambda"][i] == path.lambdas[choice.index]
    assert (sweep["entry"][i], sweep["penalty"][i], sweep["l1_ratio"][i]) == (
        path.path.entry, path.path.penalty, path.path.l1_ratio,
    )  # fmt: skip


def test_folds_hold_each_fold_metric_and_point_once(run, outcome):
    folds = run.folds()
    points = sum(len(p.lambdas) for p in outcome.paths)
    assert len(folds["lambda"]) == points * 6 * 3
    keys = ("entry", "l1_ratio", "lambda_index", "repeat", "fold", "metric")
    assert len(set(zip(*(folds[k].tolist() for k in keys), strict=True))) == points * 6 * 3
    second = outcome.paths[1]
    pick = (folds["l1_ratio"] == 0.5) & (folds["lambda_index"] == 3) & (folds["metric"] == "r2")
    np.testing.assert_array_equal(folds["train"][pick], second.train["r2"][:, 3])
    np.testing.assert_array_equal(folds["validation"][pick], second.validation["r2"][:, 3])
    np.testing.assert_array_equal(folds["n_nonzero"][pick], second.n_nonzero_folds[:, 3])
    np.testing.assert_array_equal(folds["kkt"][pick], second.kkt[:6, 3])
    np.testing.assert_array_equal(folds["gap"][pick], folds["train"][pick] - folds["validation"][pick])
    errors = folds["metric"] == "mae"
    np.testing.assert_array_equal(folds["gap"][errors], folds["validation"][errors] - folds["train"][errors])


def test_every_row_is_assigned_as_it_was_used(run, outcome):
    splits, assigned = outcome.plan.splits, rows(run.path / "assignments.csv")
    assert len(assigned) == len(splits.train) * 2 + len(splits.holdout)
    held = {int(r["row"]) for r in assigned if r["role"] == "holdout"}
    assert held == set(splits.holdout.tolist())
    for fold in splits.folds:
        mine = [int(r["row"]) for r in assigned if (r["repeat"], r["fold"]) == (str(fold.repeat), fold.label)]
        assert mine == fold.validation.tolist()
    assert all(r["fold"] == "" and r["repeat"] == "" for r in assigned if r["role"] == "holdout")


def test_a_row_that_is_never_validated_still_stands_in_the_assignments():
    data = {**REGRESSION, "cv": {"kind": "shuffle_split", "n_splits": 2, "test_size": 0.3}, "holdout": None}
    plan = fitted(data).plan
    table = assignments_table(plan)
    assert set(table["row"].to_pylist()) == set(range(60))
    never = set(plan.splits.train.tolist()) - set(np.concatenate([f.validation for f in plan.splits.folds]).tolist())
    assert {r for r, f in zip(table["row"].to_pylist(), table["fold"].to_pylist(), strict=True) if f is None} == never


def test_the_path_holds_every_nonzero_of_the_full_fit(iris_run, iris):
    path, result = iris_run.path_coefficients(), iris.paths[0]
    assert len(path["coefficient"]) == np.count_nonzero(result.details.coefficients)
    assert set(path["class"]) == {"setosa", "versicolor", "virginica"}
    chosen = path["lambda_index"] == iris.choice.index
    live = {
        (k, f): (c, s)
        for k, f, c, s in zip(
            *(path[n][chosen] for n in ("class", "feature", "coefficient", "coefficient_standardized")), strict=True
        )
    }
    c = iris_run.coefficients()
    for k, f, value, standardized in zip(
        *(c[n] for n in ("class", "feature", "coefficient", "coefficient_standardized")), strict=True
    ):
        got = live.get((k, f), (0.0, 0.0))
        assert got == pytest.approx((value, standardized), rel=1e-12, abs=1e-15)


def test_cells_are_plain(run):
    text = (run.path / "sweep.csv").read_text(encoding="utf-8")
    assert '"' not in text
    assert "nan" not in text.lower()
    assert {row["converged"] for row in rows(run.path / "sweep.csv")} <= {"true", "false"}
    assert re.search(r"^0,ridge,0,0,", text, re.MULTILINE)


def test_an_unpenalised_classifier_has_an_infinite_c(tmp_path):
    data = {**IRIS, "penalty": "none", "model": {"max_iter": 3000}, "dataset": {
        "kind": "make_classification", "n_samples": 80, "n_features": 3, "n_informative": 2, "n_redundant": 0, "flip_y": 0.3,
    }}  # fmt: skip
    row = rows(write(tmp_path, fitted(data)).path / "sweep.csv")[0]
    assert (row["l1_ratio"], row["lambda"], row["sklearn_parameter"], row["sklearn_value"]) == ("", "0", "C", "inf")


def test_labels_with_commas_quotes_and_line_breaks_survive():
    labels = np.array(['a,"b"', "c\nd", None, "é"], dtype=object)
    table = encode.arrow_table({"y": labels, "p_a,b": np.array([1.0, 2, np.nan, 4])})
    read = list(csv.DictReader(encode.encode_csv(table).decode().splitlines(keepends=True)))
    assert [row["y"] for row in read] == ['a,"b"', "c\nd", "", "é"]
    assert [row["p_a,b"] for row in read] == ["1", "2", "", "4"]


def test_json_has_no_nan():
    text = encode.encode_json({"a": [float("nan"), np.float64("inf"), np.int64(3)], "b": np.array([1.5, np.nan])}).decode()
    assert json.loads(text, parse_constant=pytest.fail) == {"a": [None, None, 3], "b": [1.5, None]}


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


def test_the_log_is_let_go(tmp_path, outcome):
    before = list(logging.getLogger("regcli").handlers)
    write(tmp_path, outcome)
    assert logging.getLogger("regcli").handlers == before


def test_a_place_that_cannot_be_written_is_named(tmp_path, outcome):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="no run can be written there"), writing(tmp_path / "file", outcome.prepared, "fit"):
        pass


def test_large_tables_take_no_time(outcome):
    import time

    start = time.perf_counter()
    encode.encode_csv(folds_table(outcome.plan, outcome.paths))
    assert time.perf_counter() - start < 2.0


def test_a_run_that_cannot_begin_leaves_nothing(tmp_path, outcome, monkeypatch):
    def refuse(*_):
        raise OSError(28, "no room")

    monkeypatch.setattr(layout, "write_atomically", refuse)
    with pytest.raises(RunError, match="no room"), writing(tmp_path / "runs", outcome.prepared, "fit"):
        pass
    assert list((tmp_path / "runs").iterdir()) == []


def test_an_interrupt_keeps_what_is_finished(tmp_path, outcome):
    def cut(path, folds):
        at = [*folds, -1]
        return replace(
            path,
            folds=folds,
            train={m: v[list(folds)] for m, v in path.train.items()},
            validation={m: v[list(folds)] for m, v in path.validation.items()},
            n_nonzero_folds=path.n_nonzero_folds[list(folds)],
            n_iter=path.n_iter[at],
            kkt=path.kkt[at],
            converged=path.converged[at],
        )

    first, *_, last = outcome.paths
    with pytest.raises(KeyboardInterrupt), writing(tmp_path, outcome.prepared, "fit") as run:
        raise Interrupted(outcome.prepared, (first, cut(last, (0, 2))))
    kept = open_run(str(run.path), tmp_path)
    folds = kept.folds()
    assert (kept.status, len(first.folds)) == ("interrupted", 6)
    by_path = {
        (e, r): (rep, f) for e, r, rep, f in zip(*(folds[c] for c in ("entry", "l1_ratio", "repeat", "fold")), strict=True)
    }
    assert len(by_path) == 2
    told = set(zip(folds["entry"], folds["repeat"], folds["fold"], strict=True))
    assert len({(rep, f) for entry, rep, f in told if entry == first.path.entry}) == 6
    assert {(int(rep), f) for entry, rep, f in told if entry == last.path.entry} == {(0, "0"), (0, "2")}
    assert "2 of 3 paths on all training rows, 8 of 18 on folds" in kept.manifest["reason"]
    assert len(kept.path_coefficients()["lambda"]) > 0


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.floats().map(np.float64)
    | st.integers(0, 9).map(np.int64),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
)


@given(JSON | st.lists(st.dictionaries(st.text(), st.text() | st.floats(), min_size=1)))
@example([{"a": '}\n,{"'}, {"b": "},\n    {"}])
@example({1: True, False: [], None: {}})
@example({"x": np.array([[1.0, np.nan], [np.inf, 2.0]])})
def test_json_is_what_the_standard_library_writes(content):
    expected = json.dumps(encode.finite(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    assert encode.encode_json(content) == expected.encode()


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
