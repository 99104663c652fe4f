"""What entries of all families have in common: an axis and its grid, and what can be wrong with them."""

import pytest

HEAD = "version: 1\ndataset: {kind: make_regression}\n"


def entry(load, written):
    return load(HEAD + f"estimators: [{written}]\n").estimators[0]


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
        ("{kind: tree, values: []}", "estimators.0.values", "must not be empty"),
        ("{kind: tree, values: [0.1, .inf]}", "estimators.0.values.1", "must be a number, not inf"),
        ("{kind: tree, values: [a]}", "estimators.0.values.0", "must be a number, not 'a'"),
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
