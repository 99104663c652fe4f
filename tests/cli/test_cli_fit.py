"""`regcli fit`: the run on stdout, tables beside it, and other forms."""

from __future__ import annotations

import json

import pytest
from regcli_in_process import call, run_of


def test_fit_prints_the_run_alone_and_its_tables_beside(folder):
    done = call("fit", "quick.yaml")
    assert done.out == f"{run_of(done)}\n"
    assert done.out.startswith("runs/")
    assert (folder / run_of(done) / "model.skops").exists()
    for word in ("ridge", "lasso", "scikit-learn", "Selected:", "Why:", "evaluated once by this run", "null model", "Next:"):
        assert word in done.err
    assert sum(line.startswith("  *  ") for line in done.err.splitlines()) == 1


def test_quiet_leaves_the_run_alone(folder):
    done = call("fit", "quick.yaml", "--quiet")
    assert done.err == ""
    assert (folder / run_of(done)).is_dir()


def test_fit_as_json_is_one_object(folder):
    done = call("fit", "quick.yaml", "--json")
    content = json.loads(done.out)
    assert {"run", "selected", "metrics"} <= set(content)
    metrics = json.loads((folder / content["run"] / "metrics.json").read_text(encoding="utf-8"))
    assert content["metrics"] == metrics
    assert content["selected"] == metrics["selected"]


@pytest.mark.parametrize("form", ["csv", "md"])
def test_other_forms_print_the_paths(folder, form):
    done = call("fit", "quick.yaml", "-q", "--format", form)
    assert done.code == 0
    assert "lasso" in done.out
    assert "runs/" not in done.out


def test_a_learning_curve_on_request(folder):
    run = run_of(call("fit", "quick.yaml", "--learning-curve", "-q"))
    rows = call("show", run, "--plot", "learning").out.splitlines()
    assert rows[0].split("\t")[:2] == ["n_train", "validation_mean"]
    assert len(rows) == 8
    assert "more rows would" in call("show", run).out.lower().replace("no sign that ", "")
    resolved = (folder / run / "config.resolved.yaml").read_text(encoding="utf-8")
    assert "shares: [0.125, 0.175, 0.25, 0.35, 0.5, 0.7, 1.0]" in resolved.replace("\n  - ", ", ")
    own = run_of(call("fit", "quick.yaml", "--learning-curve", "-q", "--set", "learning_curve.shares=[0.5]"))
    assert len(call("show", own, "--table", "learning", "--format", "csv").out.splitlines()) == 3
    plain = run_of(call("fit", "quick.yaml", "-q"))
    for plot, said in {"learning": "--set learning_curve={}", "vary": "the block `vary`", "curves": "`vary` asks"}.items():
        refused = call("show", plain, "--plot", plot)
        assert refused.code == 5
        assert said in refused.err
