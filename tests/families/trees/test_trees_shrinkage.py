"""Hierarchical shrinkage on a tree small enough to be followed by hand."""

import numpy as np
from sklearn.tree import DecisionTreeRegressor

from regcli.families.trees.shrinkage import shrink, shrunk

X = np.array([[0.0], [1.0], [2.0], [3.0]])


def test_by_hand():
    # means 2.5; 1 | 4; 3 | 5 of rows 4; 2 | 2; 1 | 1
    tree = DecisionTreeRegressor(max_depth=2).fit(X, [1.0, 1.0, 3.0, 5.0]).tree_
    found = shrunk(tree, np.array([4.0, 0.0]), 4)[tree.apply(X.astype(np.float32)), 0]
    first, second = 1 / (1 + 4 / 4), 1 / (1 + 4 / 2)
    np.testing.assert_allclose(found[:, 0], [2.5 - 1.5 * first] * 2 + [2.5 + 1.5 * first + d * second for d in (-1, 1)])
    np.testing.assert_allclose(found[:, 1], [1.0, 1.0, 3.0, 5.0])


def test_rows_are_counted_by_their_weight_and_no_lambda_leaves_a_tree_as_it_is():
    fitted = DecisionTreeRegressor().fit(X, [1.0, 1.0, 3.0, 5.0], sample_weight=np.full(4, 0.01))
    plain = DecisionTreeRegressor().fit(X, [1.0, 1.0, 3.0, 5.0])
    np.testing.assert_allclose(shrunk(fitted.tree_, np.array([3.0]), 4), shrunk(plain.tree_, np.array([3.0]), 4))
    shrink(plain.tree_, 0.0, 4)
    np.testing.assert_allclose(plain.predict(X), [1.0, 1.0, 3.0, 5.0])
    shrink(plain.tree_, 1e9, 4)
    np.testing.assert_allclose(plain.predict(X), 2.5, atol=1e-6)
