"""All signs of leakage together: planted ones are found, honest data are left alone, held-out rows are not looked at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from advice_rows import in_time, linear, rows, splits, two_classes

from regcli.advice.leakage import leakage
from regcli.config import config_from_data
from regcli.data import load, split


def found(dataset, **keys):
    return [(finding.code, finding.columns) for finding in leakage(dataset, splits(dataset, **keys))]


def wide(random):
    X = random.normal(size=(60, 400))
    return rows(X[:, :5].sum(axis=1) + random.normal(size=60), **{f"x{j}": X[:, j] for j in range(400)})


def tall(random):
    X = random.normal(size=(4000, 8))
    return rows(X @ random.normal(size=8) + random.normal(size=4000), **{f"x{j}": X[:, j] for j in range(8)})


def classes(random):
    X = random.normal(size=(500, 10))
    return rows(
        (X[:, 0] + X[:, 1] + random.logistic(size=500) > 0) * 1.0, classes=("a", "b"), **{f"x{j}": X[:, j] for j in range(10)}
    )


def three(random):
    X = random.normal(size=(300, 4))
    y = np.argmax(X[:, :3] + random.gumbel(size=(300, 3)), axis=1)
    return rows(y, classes=("a", "b", "c"), **{f"x{j}": X[:, j] for j in range(4)})


def grouped(random):
    who = random.integers(0, 40, 400)
    X = random.normal(size=(400, 3))
    y = X[:, 0] + random.normal(size=40)[who] + random.normal(size=400)
    dataset = rows(y, {"site": ("categorical", [f"s{i % 5}" for i in who])}, **{f"x{j}": X[:, j] for j in range(3)})
    return replace(dataset, group=np.array([str(i) for i in who], dtype=object))


def series(random):
    walk, t = np.cumsum(random.normal(size=300)), np.arange(300.0)
    y = 0.05 * t + walk + np.sin(t / 20)
    return in_time(rows(y, trend=t, before=np.roll(y, 1), wave=np.sin(t / 20), noise=random.normal(size=300)))


def counts(random):
    X = random.poisson(2.0, size=(400, 6)).astype(float)
    return rows(random.poisson(np.exp(0.2 * X[:, 0])), **{f"x{j}": X[:, j] for j in range(6)})


def gaps(random):
    X = random.normal(size=(300, 5))
    y = X[:, 0] + random.normal(size=300)
    X[random.random(X.shape) < 0.2] = np.nan
    return rows(y, **{f"x{j}": X[:, j] for j in range(5)})


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("made", [wide, tall, classes, three, grouped, series, counts, gaps])
def test_honest_data_are_left_alone(made, seed):
    assert found(made(np.random.default_rng(seed))) == []


@pytest.mark.parametrize("name", ["diabetes", "breast_cancer", "wine", "iris", "digits"])
def test_so_are_the_bundled_sets(name):
    config = config_from_data({"dataset": {"kind": "builtin", "name": name}, "penalty": "ridge"}, "test", Path())
    dataset = load(config)
    assert leakage(dataset, split(dataset, config)) == ()


def test_every_planted_leak_is_named_once():
    y, columns = linear(300)
    date = np.datetime_as_string(np.datetime64("2024-01-10") + np.arange(300), unit="D").tolist()
    made = rows(y, {"paid": ("date", date)}, copy=2 * y, nr=np.arange(300), **columns)
    seconds = (np.datetime64("2024-01-01T00:00:00") + np.arange(300) * np.timedelta64(1, "D")).astype(np.int64).astype(float)
    every = np.concatenate([np.arange(300), np.arange(40)])
    twice = replace(made, features=made.features.take(every), y=made.y[every], row=np.arange(340))
    assert found(in_time(made, seconds)) == [
        ("later_than_row", ("paid",)), ("copy_of_target", ("copy",)), ("identifier", ("nr",)),
    ]  # fmt: skip
    assert found(made) == [("copy_of_target", ("copy",)), ("identifier", ("nr",))]
    assert ("twins_across_folds", ()) in found(twice)


def test_rows_that_are_held_out_may_hold_anything():
    y, columns = two_classes(400)
    dataset = rows(y, classes=("a", "b"), copy=y, **columns)
    parts = splits(dataset, holdout={"fraction": 0.3})
    assert parts.holdout.size
    expected = leakage(dataset, parts)
    poisoned = dataset.features.numeric.copy()
    poisoned[parts.holdout] = 1e300
    y_poisoned = dataset.y.copy()
    y_poisoned[parts.holdout] = 1 - y_poisoned[parts.holdout]
    other = replace(dataset, y=y_poisoned, features=replace(dataset.features, numeric=poisoned))
    assert leakage(other, parts) == expected != ()
