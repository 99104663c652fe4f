"""From the files of a run the checklist finds what it found in memory; older runs tell less, and rows say so."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from in_memory import dataset, fitted

import regcli
from regcli.audit.checklist import judge, numbers
from regcli.check import check, of_run
from regcli.checks import Verdict
from regcli.run import open_run, write_outcome, writing

GOLDEN = Path(__file__).parents[1] / "golden" / "compare" / "runs"
REGRESSION = {
    "name": "small",
    "dataset": {"kind": "make_regression", "n_samples": 60, "n_features": 4, "n_informative": 2, "noise": 5.0},
    "penalty": ["ridge", {"kind": "elasticnet", "l1_ratio": [0.5, 0.9]}],
    "lambdas": {"count": 6},
    "cv": {"kind": "kfold", "n_splits": 3, "repeats": 2},
    "holdout": {"fraction": 0.2, "seed": 1},
}
IRIS = {"dataset": {"kind": "builtin", "name": "iris"}, "penalty": "lasso", "lambdas": {"count": 5, "min_ratio": 0.01}}
TWO = {
    "dataset": {"kind": "make_classification", "n_samples": 120, "n_features": 5, "n_informative": 3, "random_state": 1},
    "penalty": ["none", "ridge", "lasso"],
    "lambdas": {"count": 5},
    "cv": {"kind": "stratified", "n_splits": 3, "repeats": 2},
    "model": {"class_weight": "balanced"},
    "holdout": {"fraction": 0.2},
}
ONE_OUT = {**REGRESSION, "penalty": "none", "cv": {"kind": "leave_one_out"}}


@pytest.mark.parametrize("data", [REGRESSION, IRIS, TWO, ONE_OUT], ids=["regression", "three", "two", "one-out"])
@pytest.mark.filterwarnings("ignore::regcli.errors.RegcliWarning")
def test_files_tell_what_the_outcome_told(tmp_path, data):
    run = regcli.fit(data, runs=tmp_path).reader
    told, now = run.told["check"], numbers(judge(of_run(run)))
    assert now["verdicts"] == told["verdicts"]
    assert not {"looks", "baseline"} & set(run.metrics["check"])
    for name, block in told.items():
        for key, value in block.items() if isinstance(block, dict) else ():
            if isinstance(value, (int, float)):
                assert now[name][key] == pytest.approx(value, rel=1e-9, abs=1e-12), f"{name}.{key}"
            elif value is None:
                assert now[name][key] is None or np.isnan(now[name][key]), f"{name}.{key}"


@pytest.mark.parametrize(
    "path", sorted(entry for entry in GOLDEN.iterdir() if (entry / "manifest.json").is_file()), ids=lambda p: p.name
)
def test_runs_of_an_earlier_regcli_are_judged_by_what_they_tell(path):
    run = open_run(str(path), GOLDEN)
    if run.status != "done":
        return
    metrics = json.loads((path / "metrics.json").read_text(encoding="utf-8"))
    assert "check" not in metrics
    verdicts = {row.check.name: row.verdict for row in check(run).rows}
    assert verdicts["convergence"] is (Verdict.LOOK if path.name == "not-converged" else Verdict.HOLDS)
    assert verdicts["looks"] in {Verdict.ABSENT, Verdict.UNKNOWN}
    assert sum(verdict is Verdict.UNKNOWN for verdict in verdicts.values()) <= 3


def test_what_nobody_audited_is_judged_all_the_same(tmp_path):
    outcome = fitted(dataset(), save_model=True)
    with writing(tmp_path, outcome.prepared, "fit") as run:
        write_outcome(run, outcome)
    found = check(open_run(str(run.path), tmp_path), mute=["rc014,RC016"])
    assert found.numbers["check.resolution.n"] == 3
    assert [row.check.code for row in found.ending(Verdict.MUTED)] == ["RC014", "RC016"]
