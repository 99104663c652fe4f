"""Entries of trees: the axis, and combinations of levers."""

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
