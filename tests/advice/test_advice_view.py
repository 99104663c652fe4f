"""Rows that are looked at: training rows alone, a stretch of them where neighbours are alike."""

from __future__ import annotations

import numpy as np
import pytest
from advice_rows import in_time, linear, rows, settled, splits, two_classes, view
from scipy import sparse

from regcli.advice.view import View


def test_rows_that_are_held_out_are_never_seen():
    dataset = rows(*[linear(300)[0]], **linear(300)[1])
    parts = splits(dataset, holdout={"fraction": 0.3})
    assert set(View.of(dataset, parts).rows) == set(parts.train)
    assert not set(View.of(dataset, parts, most=50).rows) & set(parts.holdout)


def test_of_many_rows_some_are_drawn_and_always_the_same_ones():
    y, columns = linear(1000)
    dataset = rows(y, **columns)
    a, b = (View.of(dataset, splits(dataset), most=100) for _ in range(2))
    assert len(a.rows) == 100
    assert a.n == 1000
    assert not a.series
    assert a.rows.tolist() == b.rows.tolist() == sorted(a.rows)


@pytest.mark.parametrize("ordered", [False, True])
def test_where_neighbours_are_alike_the_rows_stay_next_to_each_other(ordered):
    walk = np.cumsum(np.random.default_rng(1).normal(size=1000))
    dataset = rows(walk, x=np.arange(1000.0) % 7)
    seen = View.of(in_time(dataset) if ordered else dataset, splits(dataset), most=100)
    assert seen.series
    assert (np.diff(seen.rows) == 1).all()


def test_a_file_that_is_sorted_by_its_target_is_no_series():
    y, columns = linear(200)
    assert not view(rows(np.sort(y), **columns)).series


def test_classes_are_columns_of_zeros_and_ones():
    y, columns = two_classes()
    assert view(rows(y, classes=("a", "b"), **columns)).outcomes.tolist() == y[:, None].tolist()
    three = rows(np.arange(90.0) % 3, classes=("a", "b", "c"), x=np.arange(90.0))
    assert view(three).outcomes.sum(axis=1).tolist() == [1.0] * 90


def test_columns_come_in_blocks_whether_sparse_or_dense():
    y, columns = linear(60, 5)
    dense = rows(y, **columns)
    from dataclasses import replace

    thin = replace(dense, features=replace(dense.features, numeric=sparse.csr_array(dense.features.numeric)))
    for dataset in (dense, thin):
        seen = View.of(dataset, settled(dense).splits)
        blocks = list(seen.numbers())
        assert [name for names, _ in blocks for name in names] == [f"x{j}" for j in range(5)]
        np.testing.assert_array_equal(np.hstack([X for _, X in blocks]), dense.features.numeric)
        np.testing.assert_array_equal(seen.column("x3"), columns["x3"])
    assert sum(X.shape[1] for _, X in seen.numbers(2)) == 2
