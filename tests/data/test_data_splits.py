"""Holdout and folds: scikit-learn's splitters to the index, and what cannot be split."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn import model_selection as ms

from regcli.data import load, split
from regcli.data.types import Dataset, Features
from regcli.errors import DataError

N = 60
RNG = np.random.default_rng(8)
Y = {"regression": RNG.normal(size=N), "classification": RNG.choice([0.0, 1.0, 2.0], N, p=[0.5, 0.3, 0.2])}
GROUP = np.array([f"g{i}" for i in RNG.integers(0, 14, N)], dtype=object)


def dataset(task="regression", **more):
    features = Features(("a",), ("numeric",), np.arange(float(N))[:, None], ())
    plain = Dataset(
        features=features,
        y=Y[task],
        task=task,
        classes=("a", "b", "c") if task == "classification" else (),
        weight=None,
        group=None,
        fold=None,
        holdout=None,
        ordered=False,
        row=np.arange(N),
        target="y",
        source="made",
        sha256="",
        n_source_rows=N,
        n_source_columns=2,
        profile=(),
        warnings=(),
    )
    return replace(plain, **more)


@pytest.fixture
def splits(config):
    """Split a made-up dataset by a configuration with these blocks."""

    def make(data, **blocks):
        table = {"kind": "csv", "path": "d.csv", "target": "y"}
        for role, on in (("group", data.group is not None), ("time", data.ordered)):
            table |= {role: role} if on else {}
        return split(data, config(table, task=data.task, **blocks))

    return make


def pairs(found):
    return [(f.train.tolist(), f.validation.tolist()) for f in found.folds]


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


def test_folds_that_split_groups_are_a_warning(splits):
    assert "pays no heed" in splits(dataset(group=GROUP), cv={"kind": "kfold"}).warnings[0]


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
