"""Drawn rows are scikit-learn's, index for index."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import RandomState
from sklearn import model_selection as ms

from regcli.data import splitters

SEEDS = st.integers(0, 2**32 - 1)
MANY = settings(max_examples=300, deadline=None)
# Splitters warn of small classes.
pytestmark = pytest.mark.filterwarnings("ignore:The least populated class")


def same(ours, theirs):
    ours, theirs = list(ours), list(theirs)
    assert len(ours) == len(theirs)
    for mine, wanted in zip(ours, theirs, strict=True):
        for rows, want in zip(mine, wanted, strict=True):
            np.testing.assert_array_equal(np.sort(rows), np.sort(want))


@st.composite
def labels(draw):
    """Numbers of classes, in any order, of very unequal sizes; at least as many rows as the largest fold number asks for."""
    sizes = draw(st.lists(st.integers(1, 25), min_size=2, max_size=6))
    order = RandomState(draw(SEEDS))
    return order.permutation(np.repeat(order.permutation(len(sizes)), sizes)).astype(np.int64)


@MANY
@given(st.integers(2, 90), st.data(), SEEDS, st.booleans(), st.integers(1, 3))
def test_kfold(n, data, seed, shuffle, repeats):
    k = data.draw(st.integers(2, n))
    if not shuffle:
        same(splitters.by_fold(splitters.kfold(n, k, None)), ms.KFold(k).split(np.zeros(n)))
    random = RandomState(seed)
    mine = [pair for _ in range(repeats) for pair in splitters.by_fold(splitters.kfold(n, k, random))]
    same(mine, ms.RepeatedKFold(n_splits=k, n_repeats=repeats, random_state=seed).split(np.zeros(n)))


@MANY
@given(labels(), st.data(), SEEDS, st.booleans(), st.integers(1, 3))
def test_stratified(y, data, seed, shuffle, repeats):
    largest = int(np.bincount(y).max())
    if largest < 2:
        return
    k = data.draw(st.integers(2, largest))
    X = np.zeros(len(y))
    if not shuffle:
        same(splitters.by_fold(splitters.stratified(y, k, None)), ms.StratifiedKFold(k).split(X, y))
    random = RandomState(seed)
    mine = [pair for _ in range(repeats) for pair in splitters.by_fold(splitters.stratified(y, k, random))]
    same(mine, ms.RepeatedStratifiedKFold(n_splits=k, n_repeats=repeats, random_state=seed).split(X, y))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(-1, 4), min_size=2, max_size=40))
def test_predefined(cells):
    found = sorted(set(cells) - {-1})
    fold = np.array([found.index(cell) if cell in found else -1 for cell in cells])
    same(splitters.by_fold(fold), ms.PredefinedSplit(cells).split())


def test_leave_one_out():
    same(splitters.by_fold(np.arange(9)), ms.LeaveOneOut().split(np.zeros(9)))


@MANY
@given(st.integers(2, 90), st.integers(1, 5), st.one_of(st.none(), st.floats(0.001, 0.999), st.integers(1, 89)), SEEDS)
def test_shuffled(n, k, size, seed):
    theirs = ms.ShuffleSplit(k, test_size=size, random_state=seed)
    try:
        wanted = list(theirs.split(np.zeros(n)))
    except ValueError:
        with pytest.raises(ValueError, match="none left to learn from"):
            list(splitters.shuffled(n, k, size, RandomState(seed)))
        return
    same(splitters.shuffled(n, k, size, RandomState(seed)), wanted)


@MANY
@given(st.integers(3, 90), st.integers(2, 6), st.integers(0, 8), st.one_of(st.none(), st.integers(1, 12)), st.integers(0, 20))
def test_forward(n, k, gap, size, most):
    theirs = ms.TimeSeriesSplit(k, gap=gap, test_size=size, max_train_size=most or None)
    try:
        wanted = list(theirs.split(np.zeros(n)))
    except ValueError:  # refused where folds are made, which knows the words
        return
    same(splitters.forward(n, k, gap, size, most or None), wanted)


@MANY
@given(st.integers(2, 200), st.floats(0.001, 0.999), SEEDS)
def test_drawn(n, fraction, seed):
    try:
        wanted = ms.train_test_split(np.arange(n), test_size=fraction, random_state=seed)[1]
    except ValueError:
        with pytest.raises(ValueError, match="none left to learn from"):
            splitters.drawn(n, fraction, seed)
        return
    np.testing.assert_array_equal(splitters.drawn(n, fraction, seed), np.sort(wanted))


@settings(max_examples=500, deadline=None)
@given(labels(), st.floats(0.01, 0.99), SEEDS)
def test_drawn_stratified(y, fraction, seed):
    try:
        wanted = ms.train_test_split(np.arange(len(y)), test_size=fraction, random_state=seed, stratify=y.astype(float))[1]
    except ValueError as error:
        ours = "single row" if "only 1 member" in str(error) else "cannot hold" if "classes" in str(error) else "none left"
        with pytest.raises(ValueError, match=ours):
            splitters.drawn_stratified(y, fraction, seed)
        return
    np.testing.assert_array_equal(splitters.drawn_stratified(y, fraction, seed), np.sort(wanted))
