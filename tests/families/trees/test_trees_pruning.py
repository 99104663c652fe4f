"""Pruning on arrays against scikit-learn's own: its path, and trees refitted with every α."""

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from regcli.families.trees.pruning import Pruned, cuts, grid, weakest_links

RNG = np.random.default_rng(3)


def grown(kind, n, **given):
    X = np.round(RNG.normal(size=(n, 5)), 1)
    signal = X[:, 0] + X[:, 1] ** 2 + RNG.normal(size=n)
    y = {"y": signal, "two": signal > 1, "three": np.digitize(signal, [0, 1.5])}[kind]
    weight = RNG.integers(1, 4, n).astype(float)
    model = (DecisionTreeRegressor if kind == "y" else DecisionTreeClassifier)(random_state=0, **given)
    return model.fit(X, y, sample_weight=weight), (X, y, weight)


@pytest.mark.parametrize("kind", ["y", "two", "three"])
@pytest.mark.parametrize("n", [2, 40, 400])
def test_the_path_is_scikit_learns_to_the_last_bit(kind, n):
    model, (X, y, weight) = grown(kind, n)
    theirs = model.cost_complexity_pruning_path(X, y, sample_weight=weight)
    np.testing.assert_array_equal(weakest_links(model.tree_).alpha, theirs.ccp_alphas[1:])


@pytest.mark.parametrize("kind", ["y", "two", "three"])
@pytest.mark.parametrize("given", [{}, {"min_samples_leaf": 3, "max_features": 2}])
def test_every_point_is_the_tree_refitted(kind, given):
    model, (X, y, weight) = grown(kind, 200, **given)
    alphas = np.concatenate([grid(model.tree_, weakest_links(model.tree_), 40), [np.median(weakest_links(model.tree_).alpha)]])
    pruned, leaf = Pruned.of(model.tree_, alphas), model.apply(X)
    for i, alpha in enumerate(alphas):
        refitted = type(model)(random_state=0, ccp_alpha=alpha, **given).fit(X, y, sample_weight=weight)
        assert pruned.n_leaves[i] == refitted.get_n_leaves()
        ours = model.tree_.value[pruned.ends[leaf, i], 0]
        np.testing.assert_array_equal(ours, refitted.tree_.value[refitted.apply(X), 0])
        used = set(model.tree_.feature[pruned.splits[:, i]].tolist())
        assert used == set(refitted.tree_.feature[refitted.tree_.children_left != -1].tolist())


def test_a_root_alone_has_no_links():
    model, _ = grown("y", 40, max_depth=1)
    stump = DecisionTreeRegressor().fit([[1.0], [1.0]], [1.0, 2.0]).tree_
    assert len(weakest_links(stump).node) == 0
    assert grid(stump, weakest_links(stump), 10).tolist() == [0.25, 0.0]
    assert Pruned.of(stump, np.array([1.0, 0.0])).n_leaves.tolist() == [1, 1]
    assert cuts(weakest_links(model.tree_), np.array([1e9, 0.0])).tolist() == [1, 0]


def test_the_grid_lies_between_the_breaks_from_the_root_to_the_whole_tree():
    model, _ = grown("y", 300)
    breaks = np.unique(weakest_links(model.tree_).alpha)
    every = grid(model.tree_, weakest_links(model.tree_), 10_000)
    assert every[-1] == 0
    assert (np.diff(every) < 0).all()
    leaves = Pruned.of(model.tree_, every).n_leaves
    assert leaves[0] == 1
    assert leaves[-1] == model.get_n_leaves()
    assert (np.diff(leaves) > 0).all()
    inner = every[1:-1]
    place = np.searchsorted(breaks, inner)
    np.testing.assert_allclose(inner, np.sqrt(breaks[place - 1] * breaks[place]), rtol=1e-6)


def test_a_long_path_is_thinned_by_leaves_and_keeps_its_ends():
    model, _ = grown("y", 400)
    links = weakest_links(model.tree_)
    few, every = grid(model.tree_, links, 12), grid(model.tree_, links, 10_000)
    assert len(few) <= 12
    assert (few[0], few[-1]) == (every[0], 0.0)
    leaves = Pruned.of(model.tree_, few).n_leaves
    assert np.diff(np.log(leaves)).max() < 1.2
    inside = grid(model.tree_, links, 10_000, top=0.1, bottom=0.01)
    assert inside.max() <= 0.1
    assert inside.min() >= 0.01
