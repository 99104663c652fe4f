"""Entries of other families: their axes, grids and levers."""

import pytest

from regcli.config.estimators import ESTIMATORS, Estimator
from regcli.run import schema

HEAD = "version: 1\ndataset: {kind: make_regression}\n"


def entry(load, written):
    return load(HEAD + f"estimators: [{written}]\n").estimators[0]


def test_a_tree_is_pruned_unless_another_axis_is_named(load):
    tree = entry(load, "tree")
    assert (tree.axis, tree.values, tree.count, tree.seeds) == ("ccp_alpha", None, 50, None)
    assert tree.combinations() == [{"max_depth": None, "min_samples_leaf": 1, "max_features": None, "criterion": None}]


def test_every_combination_of_levers_is_one_path(load):
    tree = entry(load, "{kind: tree, axis: max_depth, max_features: [sqrt, 0.5, 2], min_samples_leaf: [1, 5]}")
    found = [(c["max_features"], c["min_samples_leaf"]) for c in tree.combinations()]
    assert sorted(found, key=str) == sorted(((f, m) for f in ("sqrt", 0.5, 2) for m in (1, 5)), key=str)
    assert all("max_depth" not in c for c in tree.combinations())


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("{kind: tree, values: [0, 0.1, 1, 0.1]}", (1.0, 0.1, 0.0)),
        ("{kind: tree, axis: max_depth, values: [5, 1, 3]}", (1.0, 3.0, 5.0)),
        ("{kind: tree, axis: min_samples_leaf, values: [5, 1, 3]}", (5.0, 3.0, 1.0)),
    ],
)
def test_a_grid_goes_from_strong_to_weak(load, written, values):
    assert entry(load, written).values == values


@pytest.mark.parametrize(
    ("written", "key", "words"),
    [
        ("{kind: tre}", "estimators.0.kind", "did you mean 'tree'"),
        ("{axis: max_depth}", "estimators.0.kind", "missing"),
        ("7", "estimators.0", "must be one of"),
        ("{kind: tree, ccp_alpha: 0.1}", "estimators.0.ccp_alpha", "is the axis"),
        ("{kind: tree, values: [1], count: 3}", "estimators.0.count", "no meaning beside values"),
        ("{kind: tree, values: [-1]}", "estimators.0.values.0", "numbers of at least 0"),
        ("{kind: tree, axis: max_depth, values: [1.5]}", "estimators.0.values.0", "whole numbers of at least 1"),
        ("{kind: tree, max: 1, min: 2}", "estimators.0.min", "must not be above max"),
        ("{kind: tree, max_depth: [3, 3]}", "estimators.0.max_depth.1", "stands twice"),
        ("{kind: tree, max_features: 0}", "estimators.0.max_features", "sqrt, log2"),
        ("{kind: tree, shrinkage: 3}", "estimators.0.shrinkage", "unknown key"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(problems, written, key, words):
    (found,) = problems(HEAD + f"estimators: [{written}]\n")
    assert found.key == key
    assert words in found.text


def test_with_other_families_the_penalty_may_be_left_out(load, problems):
    assert load(HEAD + "estimators: tree\n").penalty == ()
    assert [p.key for p in problems(HEAD)] == ["penalty"]
    assert [p.key for p in problems(HEAD + "penalty: []\nestimators: []\n")] == ["penalty"]


def test_settings_reach_into_the_list(load):
    assert load(HEAD, "estimators.0.kind=tree", "estimators.0.max_depth=4").estimators[0].max_depth == (4,)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_every_kind_is_a_word_of_runs_and_every_axis_a_lever_or_not(kind):
    model = ESTIMATORS[kind]
    schema.PENALTY(kind, "penalty")
    assert model.AXES
    assert model.model_fields["axis"].default in model.AXES
    assert set(model.model_fields) - set(Estimator.model_fields) >= model.SINGLE
    assert all(field.description for field in model.model_fields.values())
