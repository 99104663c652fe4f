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
