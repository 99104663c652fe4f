"""A run as panels look at it."""

from __future__ import annotations

import numpy as np

from regcli.page.shown import Shown


def test_paths_cover_the_sweep_and_one_holds_the_selected_point(shown):
    assert np.concatenate(shown.paths).tolist() == list(range(len(shown.sweep["lambda"])))
    assert shown.selected in shown.chosen_path
    assert [shown.path_name(path) for path in shown.paths] == ["elasticnet 0.5", "elasticnet 0.9"]


def test_the_best_of_a_path_is_usable(shown):
    path = shown.paths[0]
    best = shown.best_of(path)
    assert shown.sweep["validation_mean"][best] == shown.sweep["validation_mean"][path].min()


def test_where_nothing_converged_there_is_no_best(regression):
    fresh = Shown(regression)
    fresh.sweep["converged"][:] = False
    assert fresh.best_of(fresh.paths[0]) is None


def test_alike_paths_are_told_apart_by_their_entry(regression):
    fresh = Shown(regression)
    fresh.sweep["l1_ratio"][:] = 0.5
    fresh.sweep["entry"][fresh.paths[1]] = 1
    assert [fresh.path_name(path) for path in fresh.paths] == ["elasticnet 0.5, entry 0", "elasticnet 0.5, entry 1"]


def test_a_run_is_named_without_its_folder(shown):
    assert shown.reference == shown.manifest["id"]
