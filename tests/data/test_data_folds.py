"""Cross-validation schemes: scikit-learn's splitters to the index."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn import model_selection as ms
from split_rows import GROUP, N, dataset, pairs

SEEDED = ms.RepeatedKFold(n_splits=4, n_repeats=3, random_state=7)


SCHEMES = [
    ("regression", {}, {}, "kfold", ms.KFold(5, shuffle=True, random_state=0)),
    ("regression", {}, {"kind": "kfold", "n_splits": 3, "shuffle": False}, "kfold", ms.KFold(3)),
    ("regression", {}, {"n_splits": 4, "repeats": 3, "seed": 7}, "kfold", SEEDED),
    ("classification", {}, {"seed": 3}, "stratified", ms.StratifiedKFold(5, shuffle=True, random_state=3)),
    ("classification", {}, {"kind": "stratified", "shuffle": False}, "stratified", ms.StratifiedKFold(5)),
    ("classification", {}, {"repeats": 2}, "stratified", ms.RepeatedStratifiedKFold(n_splits=5, n_repeats=2, random_state=0)),
    ("classification", {}, {"kind": "kfold"}, "kfold", ms.KFold(5, shuffle=True, random_state=0)),
    ("regression", {"group": GROUP}, {}, "group", ms.GroupKFold(5)),
    ("regression", {"group": GROUP}, {"shuffle": True, "seed": 2}, "group", ms.GroupKFold(5, shuffle=True, random_state=2)),
    ("classification", {"group": GROUP}, {}, "stratified_group", ms.StratifiedGroupKFold(5, shuffle=True, random_state=0)),
    ("regression", {"ordered": True}, {}, "time_series", ms.TimeSeriesSplit(5)),
    (
        "regression",
        {"ordered": True, "group": GROUP},
        {"n_splits": 3, "gap": 2, "test_size": 8, "max_train_size": 20},
        "time_series",
        ms.TimeSeriesSplit(3, gap=2, test_size=8, max_train_size=20),
    ),
    (
        "regression",
        {},
        {"kind": "shuffle_split", "n_splits": 7, "test_size": 0.3, "seed": 4},
        "shuffle_split",
        ms.ShuffleSplit(7, test_size=0.3, random_state=4),
    ),
    ("regression", {}, {"kind": "leave_one_out"}, "leave_one_out", ms.LeaveOneOut()),
]


@pytest.mark.parametrize(("task", "roles", "cv", "kind", "splitter"), SCHEMES)
@pytest.mark.parametrize("held_out", [False, True])
def test_folds_are_those_of_scikit_learn(splits, task, roles, cv, kind, splitter, held_out):
    data = dataset(task, **roles)
    blocks = {"holdout": {"column": "h", "test_value": "x"}} if held_out else {}
    if held_out:
        data = replace(data, holdout=np.array(["x" if i % 6 == 1 else "o" for i in range(N)], dtype=object))
    found = splits(data, cv=cv, **blocks)
    train = np.flatnonzero(np.arange(N) % 6 != 1) if held_out else np.arange(N)
    groups = data.group[train] if "group" in kind else None
    want = [(np.sort(train[a]).tolist(), np.sort(train[b]).tolist()) for a, b in splitter.split(train, data.y[train], groups)]
    assert found.kind == kind
    assert pairs(found) == want
    assert found.train.tolist() == train.tolist()
    n_folds = len(want) // cv.get("repeats", 1)
    assert [(f.repeat, f.label) for f in found.folds] == [(i // n_folds, str(i % n_folds)) for i in range(len(want))]


def test_predefined_folds_keep_their_names_in_the_order_of_numbers(splits):
    fold = np.array(["10", "9", "-1", "2"] * 15, dtype=object)
    found = splits(dataset(fold=fold), cv={"kind": "predefined", "column": "f"})
    assert [f.label for f in found.folds] == ["2", "9", "10"]
    want = ms.PredefinedSplit([int(f) for f in fold]).split()
    assert pairs(found) == [(a.tolist(), b.tolist()) for a, b in want]


def test_predefined_with_words(splits):
    found = splits(dataset(fold=np.array(["north", "east"] * 30, dtype=object)), cv={"kind": "predefined", "column": "f"})
    assert [f.label for f in found.folds] == ["east", "north"]
    assert found.folds[0].validation.tolist() == list(range(1, N, 2))


def test_folds_that_split_groups_are_a_warning(splits):
    assert "pays no heed" in splits(dataset(group=GROUP), cv={"kind": "kfold"}).warnings[0]
