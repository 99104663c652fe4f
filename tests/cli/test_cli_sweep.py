"""`regcli sweep`: penalties in one table, no model, the holdout untouched."""

from __future__ import annotations

import csv
import json

import pytest
from regcli_in_process import call, run_of


def test_sweep_keeps_no_model_and_leaves_the_holdout_alone(folder):
    done = call("sweep", "quick.yaml", "--penalty", "l1")
    run = folder / run_of(done)
    assert not (run / "model.skops").exists()
    assert json.loads((run / "metrics.json").read_text(encoding="utf-8"))["holdout"] is None
    with (run / "sweep.csv").open(encoding="utf-8") as file:
        assert {row["penalty"] for row in csv.DictReader(file)} == {"lasso"}
    assert "which `regcli fit` alone evaluates" in done.err


def test_sweep_of_all_penalties_without_a_configuration(folder):
    run = folder / run_of(call("sweep", "--penalty", "all", "-q", "--set", "lambdas.count=4", "--set", "cv.n_splits=3"))
    assert "synthetic" in run.name
    with (run / "sweep.csv").open(encoding="utf-8") as file:
        assert list(dict.fromkeys(r["penalty"] for r in csv.DictReader(file))) == ["none", "ridge", "lasso", "elasticnet"]


def test_sweep_takes_the_configuration_that_lies_here(folder):
    (folder / "quick.yaml").rename(folder / "regcli.yaml")
    assert "-quick-" in run_of(call("sweep", "-q"))


def test_sweep_of_a_file_by_flags(folder):
    rows = "".join(f"{i % 5},{i % 7},{'yes' if i % 3 else 'no'}\n" for i in range(60))
    (folder / "My Data.csv").write_text("a,b,kind\n" + rows, encoding="utf-8")
    flags = ("--data", "My Data.csv", "--target", "kind", "--task", "classification", "--penalty", "ridge,lasso")
    run = run_of(call("sweep", *flags, "-q", "--set", "lambdas.count=4"))
    assert "-my-data-" in run
    assert json.loads((folder / run / "manifest.json").read_text(encoding="utf-8"))["classes"] == ["no", "yes"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("--penalty", "laso"), "'laso' is not known. Did you mean 'lasso'?"), (("--target", "y"), "--data FILE"),
     (("--data", "x.csv"), "--target COLUMN"), (("quick.yaml", "--data", "x.csv"), "not both")],
)  # fmt: skip
def test_flags_of_sweep_that_make_no_sense(folder, arguments, message):
    done = call("sweep", *arguments)
    assert done.code == 2
    assert message in done.err
    assert not (folder / "runs").exists()
