"""The list of runs: conditions, order, differences."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "run"))
from small_runs import REGRESSION, fitted, write

from regcli.errors import UsageError
from regcli.report.runs import Condition, Listed, Wish, runs_table
from regcli.run import list_runs

PENALTIES = ("ridge", "lasso", "elasticnet")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    made = []
    for k, kind in enumerate(PENALTIES):
        data = REGRESSION | {"penalty": {"kind": kind}, "cv": {"kind": "kfold", "n_splits": 3 if k else 4}}
        made.append(write(folder, fitted(data, save_model=False), "sweep").path)
    # in the order in which they are made, whatever the clock says
    for k, path in enumerate(made):
        path.rename(path.with_name(f"2026010{k + 1}T000000Z-{PENALTIES[k]}-00000{k}"))
    damaged = folder / "20260105T000000Z-damaged-000009"
    damaged.mkdir()
    unfinished = folder / "20260104T000000Z-running-000008"
    shutil.copytree(folder / "20260101T000000Z-ridge-000000", unfinished)
    (unfinished / "metrics.json").unlink()
    manifest = json.loads((unfinished / "manifest.json").read_text(encoding="utf-8")) | {
        "status": "interrupted",
        "selected": None,
    }
    (unfinished / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def listed(runs, *where, **wish):
    table = runs_table(runs, list_runs(runs), Wish(tuple(map(Condition.of, where)), **wish))
    return [row["run"].split("-")[1] for row in table.records()]


def column(runs, name, *where, **wish):
    table = runs_table(runs, list_runs(runs), Wish(tuple(map(Condition.of, where)), **wish))
    return {row["run"].split("-")[1]: row[name] for row in table.records()}


def test_damaged_and_unfinished_runs_stand_in_their_places(runs):
    assert listed(runs) == ["damaged", "running", "elasticnet", "lasso", "ridge"]
    assert listed(runs, reverse=True) == ["ridge", "lasso", "elasticnet", "running", "damaged"]
    assert listed(runs, "status == damaged") == ["damaged"]
    assert listed(runs, "status != done") == ["damaged", "running"]


def test_every_number_sorts_and_what_has_none_comes_last(runs):
    mse = column(runs, "validation.mse", sort="validation.mse")
    known = [value for value in mse.values() if value is not None]
    assert known == sorted(known)
    assert len(known) == 3
    assert list(mse)[3:] == ["damaged", "running"]
    assert list(column(runs, "validation.mse", sort="validation.mse", reverse=True))[3:] == ["damaged", "running"]
    assert listed(runs, sort="penalty")[:3] == ["elasticnet", "lasso", "ridge"]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("penalty == ridge", ["ridge"]),
        ("penalty == 'ridge'", ["ridge"]),
        ("penalty != ridge", ["elasticnet", "lasso"]),
        ("cv.n_splits == 3", ["elasticnet", "lasso"]),
        ("penalty.0.kind==lasso", ["lasso"]),
        ("n_nonzero >= 0", ["elasticnet", "lasso", "ridge"]),
        ("gap.relative > -1000%", ["elasticnet", "lasso", "ridge"]),
        ("validation.r2 < 90%", []),
        ("name == small", ["running", "elasticnet", "lasso", "ridge"]),
        ("penalty > 3", []),
    ],
)
def test_conditions(runs, condition, names):
    assert listed(runs, condition) == names


def test_conditions_add_up_and_the_last_are_taken_of_what_is_left(runs):
    assert listed(runs, "status == done", "cv.n_splits == 3") == ["elasticnet", "lasso"]
    assert listed(runs, "status == done", last=1) == ["elasticnet"]


@pytest.mark.parametrize("text", ["penalty = ridge", "penalty", "== 3", "penalty < ridge", ""])
def test_what_is_no_condition_is_said(text):
    with pytest.raises(UsageError, match="--where"):
        Condition.of(text)


def test_an_unknown_name_is_told_with_a_near_one(runs):
    with pytest.raises(UsageError, match=r"did you mean 'validation\.mse'"):
        listed(runs, "validaton.mse < 3")
    with pytest.raises(UsageError, match="not known of any run"):
        listed(runs, sort="qqqqq")


def test_what_differs_is_shown_and_nothing_else(runs):
    table = runs_table(runs, list_runs(runs), Wish((Condition.of("status == done"),), diff=True))
    own = [column.key for column in table.columns if "." in column.key]
    assert "penalty.0.kind" in own
    assert "cv.n_splits" in own
    assert not any(name.startswith(("folds.", "versions.", "dataset.")) for name in own)
    alike = runs_table(runs, list_runs(runs), Wish((Condition.of("penalty == ridge"),), diff=True))
    assert not any("." in column.key for column in alike.columns)


def test_runs_that_are_alike_are_said_to_be(runs, tmp_path):
    for k in range(2):
        shutil.copytree(runs / "20260101T000000Z-ridge-000000", tmp_path / f"2026010{k + 1}T000000Z-ridge-00000{k}")
    assert "are the same" in runs_table(tmp_path, list_runs(tmp_path), Wish(diff=True)).notes[0]
    assert "No runs" in runs_table(tmp_path / "none", [], Wish(diff=True, sort="anything")).notes[0]


def test_other_versions_and_data_are_shown(runs, tmp_path):
    for k, (version, sha) in enumerate([("1.0", "a" * 64), ("2.0", "b" * 64)]):
        path = tmp_path / f"2026010{k + 1}T000000Z-ridge-00000{k}"
        shutil.copytree(runs / "20260101T000000Z-ridge-000000", path)
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        manifest["versions"]["numpy"] = version
        manifest["dataset"]["sha256"] = sha
        (path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    records = runs_table(tmp_path, list_runs(tmp_path), Wish(diff=True)).records()
    assert [row["versions.numpy"] for row in records] == ["2.0", "1.0"]
    assert [row["dataset.sha256"] for row in records] == ["b" * 12, "a" * 12]


def test_a_configuration_that_runs_share_is_read_once(runs, tmp_path):
    for k in range(40):
        shutil.copytree(runs / "20260101T000000Z-ridge-000000", tmp_path / f"20260101T0000{k:02d}Z-ridge-0000{k:02d}")
    read = {}
    every = [Listed(run.path, run, read) for run in list_runs(tmp_path)]
    assert {one.get("cv.n_splits") for one in every} == {4}
    assert len(read) == 1


def test_damaged_metrics_and_configurations_break_nothing(runs, tmp_path):
    path = tmp_path / "20260101T000000Z-ridge-000000"
    shutil.copytree(runs / path.name, path)
    (path / "metrics.json").write_text("{", encoding="utf-8")
    (path / "config.resolved.yaml").unlink()
    shutil.copytree(runs / path.name, tmp_path / "20260102T000000Z-ridge-000001")
    assert column(tmp_path, "validation.mse", sort="validation.mse")["ridge"] is None
    assert len(listed(tmp_path, diff=True)) == 2


def test_linear_runs_alone_are_listed_by_lambda_and_others_by_their_axis(runs, tmp_path):
    def titles(folder):
        return {column.key: column.title for column in runs_table(folder, list_runs(folder)).columns}

    assert titles(runs).items() >= {"lambda": "λ", "n_nonzero": "non-zeros"}.items()
    assert "axis" not in titles(runs)
    name = "20260101T000000Z-ridge-000000"
    shutil.copytree(runs / name, tmp_path / name)
    manifest = json.loads((tmp_path / name / "manifest.json").read_text(encoding="utf-8"))
    manifest["selected"] |= {"penalty": "boosting", "axis": "rounds", "lambda": 25.0}
    (tmp_path / name / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert titles(tmp_path).items() >= {"axis": "axis", "lambda": "at", "n_nonzero": "in use"}.items()
    assert column(tmp_path, "axis") == {"ridge": "rounds"}
