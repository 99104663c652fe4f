"""Holdout and folds: scikit-learn's splitters to the index, and what cannot be split."""

import numpy as np
import pytest
from sklearn import model_selection as ms
from split_rows import GROUP, N, Y, dataset, pairs

from regcli.data import load, split
from regcli.errors import DataError


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_a_drawn_holdout_is_train_test_split(splits, task):
    data = dataset(task)
    found = splits(data, holdout={"fraction": 0.25, "seed": 6})
    stratify = data.y if task == "classification" else None
    train, test = ms.train_test_split(np.arange(N), test_size=0.25, random_state=6, stratify=stratify)
    assert found.holdout.tolist() == sorted(test)
    assert found.train.tolist() == sorted(train)


def test_a_drawn_holdout_takes_whole_groups(splits):
    found = splits(dataset(group=GROUP), holdout={"fraction": 0.2, "seed": 1})
    want = next(ms.GroupShuffleSplit(1, test_size=0.2, random_state=1).split(np.arange(N), groups=GROUP.astype(str)))[1]
    assert found.holdout.tolist() == want.tolist()
    assert not set(GROUP[found.train]) & set(GROUP[found.holdout])


@pytest.mark.parametrize(
    ("ordered", "holdout", "n"),
    [(True, {"fraction": 0.21}, 13), (False, {"last": 0.21}, 13), (False, {"last": 7}, 7), (True, {"last": 0.05}, 3)],
)
def test_the_last_rows_are_held_out(splits, ordered, holdout, n):
    assert splits(dataset(ordered=ordered), holdout=holdout).holdout.tolist() == list(range(N - n, N))


@pytest.mark.parametrize(("cell", "wanted"), [("F", "F"), ("1", 1), ("1.0", 1), ("True", True), ("true", True), ("False", False)])
def test_holdout_cells_are_compared_as_text(splits, cell, wanted):
    data = dataset(holdout=np.array([cell] * 5 + ["else"] * (N - 5), dtype=object))
    assert splits(data, holdout={"column": "h", "test_value": wanted}).holdout.tolist() == [0, 1, 2, 3, 4]


def rare(n):
    """Class c has n rows."""
    return np.r_[np.full(n, 2.0), np.arange(N - n) % 2].astype(float)


IMPOSSIBLE = {
    "value not found": ({}, {"holdout": {"column": "h", "test_value": "zz"}}, "no row has 'zz'"),
    "everything held out": ({}, {"holdout": {"last": 60}}, "60 rows of 60"),
    "more folds than rows": ({}, {"cv": {"n_splits": 61}}, "60 training rows for 61 folds of cv.kind kfold, which needs 61"),
    "time series": ({"ordered": True}, {"cv": {"n_splits": 60}}, "which needs 61"),
    "time series with a gap": ({"ordered": True}, {"cv": {"gap": 50}}, "cannot give 5 folds of 10 validation rows behind a gap"),
    "few groups": ({"group": np.array(["u", "v"] * 30, dtype=object)}, {}, "2 groups for 5 folds"),
    "one fold": ({"fold": np.array(["1"] * N, dtype=object)}, {"cv": {"kind": "predefined", "column": "f"}}, "'1' alone"),
    "no weight": ({"weight": np.r_[np.ones(12), np.zeros(48)]}, {"cv": {"shuffle": False}}, "rows of fold 0 have weight 0"),
    "constant": ({"y": np.r_[np.zeros(50), np.arange(10.0)]}, {"holdout": {"last": 10}}, "is 0 in all training rows"),
    "class held out": ({"y": rare(2)[::-1], "task": "classification"}, {"holdout": {"last": 2}}, "is in the holdout alone"),
    "class in one fold": (
        {"y": rare(2), "task": "classification"},
        {"cv": {"kind": "kfold", "shuffle": False}},
        "class 'c' does not occur in the training rows of fold 0",
    ),
    "single member": ({"y": rare(1), "task": "classification"}, {}, "class 'c' does not occur"),
    "single member held out": ({"y": rare(1), "task": "classification"}, {"holdout": {"fraction": 0.2}}, "cannot be drawn"),
    "thin classes": ({"task": "classification"}, {"cv": {"n_splits": 50}}, "no class has as many as 50"),
}


@pytest.mark.parametrize(("more", "blocks", "says"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_cannot_be_split(splits, more, blocks, says):
    holdout = np.array(["x", "o"] * 30, dtype=object)
    data = dataset(more.get("task", "regression"), holdout=holdout, **{k: v for k, v in more.items() if k != "task"})
    with pytest.raises(DataError) as caught:
        splits(data, **blocks)
    assert says in caught.value.message
    assert caught.value.hint
    assert "\n" not in caught.value.message


def test_thin_classes_are_a_warning_where_every_training_part_has_them(splits):
    found = splits(dataset("classification", y=rare(3)))
    assert "'c' (3)" in found.warnings[0]


def test_the_hash_tells_any_change(splits):
    hashes = {
        splits(dataset(), cv=cv, **more).sha256
        for cv, more in [({}, {}), ({"seed": 1}, {}), ({"n_splits": 4}, {}), ({}, {"holdout": {"last": 1}})]
    }
    assert len(hashes) == 4
    assert splits(dataset()).sha256 == splits(dataset()).sha256


def test_a_user_gets_the_same_folds_from_the_file(csv, config):
    text = "a,y\n" + "".join(f"{i % 5},{v!r}\n" for i, v in enumerate(Y["regression"].tolist()))
    csv(text)
    settings = config({"kind": "csv", "path": "d.csv", "target": "y"}, cv={"seed": 9})
    found = split(load(settings), settings)
    want = ms.KFold(5, shuffle=True, random_state=9).split(np.arange(N))
    assert pairs(found) == [(a.tolist(), b.tolist()) for a, b in want]
