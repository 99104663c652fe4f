"""Rows that stand on both sides of a fold; rows that are the same by chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from advice_rows import codes, linear, rows, splits
from scipy import sparse

from regcli.advice.twins import twins

RANDOM = np.random.default_rng(8)


def repeated(dataset, k):
    """The dataset with its first k rows once more."""
    every = np.concatenate([np.arange(len(dataset.y)), np.arange(k)])
    return replace(dataset, features=dataset.features.take(every), y=dataset.y[every], row=np.arange(len(every)))


def test_repeated_rows_are_found_with_their_share():
    y, columns = linear()
    dataset = repeated(rows(y, {"city": ("categorical", ["a", "b"] * 100)}, **columns), 30)
    (found,) = twins(dataset, splits(dataset))
    assert "30 rows of 230 are repetitions" in found.text
    assert 0.1 < found.found < 0.3


def test_repeated_rows_that_stay_in_one_fold_are_none():
    y, columns = linear()
    dataset = replace(repeated(rows(y, **columns), 30), group=np.array([str(i % 200) for i in range(230)], dtype=object))
    assert twins(dataset, splits(dataset, cv={"kind": "group"})) == []


def test_a_slip_is_none():
    y, columns = linear(400)
    dataset = repeated(rows(y, **columns), 1)
    assert twins(dataset, splits(dataset)) == []


def test_rows_of_few_different_cells_are_the_same_by_chance():
    X = RANDOM.integers(0, 3, size=(400, 6)).astype(float)
    dataset = rows(np.round(X.sum(axis=1)), **{f"x{j}": X[:, j] for j in range(6)})
    assert twins(dataset, splits(dataset)) == []


def test_sparse_rows_as_well():
    X = sparse.random_array((300, 500), density=0.05, rng=RANDOM, format="csr")
    y = RANDOM.normal(size=300)
    dataset = rows(y, **{f"x{j}": np.zeros(300) for j in range(500)})
    thin = replace(dataset, features=replace(dataset.features, numeric=X))
    assert twins(thin, splits(thin)) == []
    assert codes(twins(repeated(thin, 20), splits(repeated(thin, 20)))) == ["twins_across_folds"]
