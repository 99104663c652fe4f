"""What the manifest says when a run begins, and when everything is fitted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from regcli.metrics import METRIC_DEFINITIONS
from regcli.run import manifest

MOMENT = datetime(2026, 11, 20, 21, 15, tzinfo=UTC)


def opened(prepared):
    return manifest.opening("an-id", "fit", prepared, prepared.plan.config, MOMENT)


def test_a_run_that_begins_says_what_is_to_be_done(outcome):
    plan, found = outcome.plan, opened(outcome.prepared)
    assert (found["status"], found["selected"], found["finished"], found["files"]) == ("running", None, None, {})
    assert found["started"] == "2026-11-20T21:15:00.000000Z"
    assert (found["metric"], found["higher_is_better"], found["metric_definitions"]) == ("mse", False, METRIC_DEFINITIONS)
    assert (found["rule"], found["tolerance"]) == ("1se", None)
    assert found["dataset"]["n_train"] + found["dataset"]["n_holdout"] == found["dataset"]["n_rows"] == 60
    assert found["folds"] == {"sha256": plan.splits.sha256, "kind": "kfold", "n": 6, "repeats": 2}
    assert [column["name"] for column in found["dataset"]["columns"]] == [*plan.dataset.features.names, "y"]


def test_of_a_path_from_the_root_the_file_alone_is_told(outcome):
    for source, told in {"/home/somebody/d.csv": "d.csv", "data/d.csv": "data/d.csv"}.items():
        plan = replace(outcome.plan, dataset=replace(outcome.plan.dataset, source=source))
        assert opened(replace(outcome.prepared, plan=plan))["dataset"]["source"] == told


def test_results_name_the_selected_point_and_how_far_each_path_was_walked(outcome):
    found, choice = manifest.results(outcome), outcome.choice
    path, summary = outcome.paths[choice.path], outcome.summaries[choice.path]
    assert found["selected"]["lambda"] == path.lambdas[choice.index]
    assert found["selected"]["validation_mean"] == summary.validation_mean[choice.index]
    assert found["selected"]["n_nonzero"] == path.n_nonzero[choice.index]
    assert [told["n_walked"] for told in found["paths"]] == [len(p.lambdas) for p in outcome.paths]
    assert all(told["n_not_converged"] == 0 for told in found["paths"])


def test_points_that_did_not_converge_are_counted(outcome):
    converged = outcome.paths[0].converged.copy()
    converged[0, :2] = converged[1, 0] = False
    paths = (replace(outcome.paths[0], converged=converged), *outcome.paths[1:])
    told = manifest.results(replace(outcome, paths=paths))["paths"]
    assert [path["n_not_converged"] for path in told] == [2, *[0] * (len(paths) - 1)]
    assert np.count_nonzero(~paths[0].usable) == 2
