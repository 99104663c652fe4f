"""A training set as other families are given it."""

import numpy as np
from in_memory import X, dataset, planned

from regcli.families.given import Given

TREE = {"penalty": [], "estimators": [{"kind": "tree", "values": [0]}]}


def test_a_fold_has_its_own_rows_and_all_rows_come_behind_the_folds():
    prepared = planned(dataset("two"), model={"class_weight": "balanced"}, **TREE)
    recipe, folds = prepared.paths[0].recipe, prepared.plan.splits.folds
    given = Given.of(prepared, recipe, 1)
    np.testing.assert_array_equal(given.X, X[folds[1].train])
    np.testing.assert_array_equal(given.matrix(folds[1].validation), X[folds[1].validation])
    assert given.classes == 2
    assert given.weight.sum() == len(given.rows)
    assert len(Given.of(prepared, recipe, 3).rows) == len(X)


def test_columns_in_use_are_counted_by_the_inputs_behind_them():
    prepared = planned(dataset(), preprocess={"polynomial": {"degree": 2}}, **TREE)
    given = Given.of(prepared, prepared.paths[0].recipe, 0)
    names = [output.name for output in given.encoded.outputs]
    used = np.zeros((3, len(names)), dtype=bool)
    used[1, names.index("x0^2")] = used[1, names.index("x0")] = True
    used[2, names.index("x1*x2")] = True
    assert given.inputs(used).tolist() == [0, 1, 2]
