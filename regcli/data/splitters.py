"""Rows drawn for validation, index for index as scikit-learn's splitters of the same names draw them.

Written out here because importing scikit-learn takes longer than most experiments. Random numbers are taken in the order in which
scikit-learn takes them; `tests/data/test_data_splitters.py` holds every function against its model.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.numerics.arrays import FloatArray, IntArray

    # Positions to learn from and positions to validate on.
    Pair = tuple[IntArray, IntArray]
    Random = np.random.RandomState


def kfold(n: int, n_splits: int, random: Random | None) -> IntArray:
    """The fold in which each row is validated (`KFold`); int64 (n,).

    Parameters
    ----------
    n : int
        Number of rows, `n_splits` at least.
    n_splits : int
    random : RandomState or None
        None where consecutive rows make a fold.
    """
    order = np.arange(n)
    if random is not None:
        random.shuffle(order)
    sizes = np.full(n_splits, n // n_splits)
    sizes[: n % n_splits] += 1
    fold = np.empty(n, dtype=np.int64)
    fold[order] = np.arange(n_splits).repeat(sizes)
    return fold


def stratified(labels: FloatArray | IntArray, n_splits: int, random: Random | None) -> IntArray:
    """The fold in which each row is validated, every class spread evenly over the folds (`StratifiedKFold`); int64 (n,).

    Parameters
    ----------
    labels : ndarray (n,)
        A number for each class.
    n_splits : int
    random : RandomState or None
        None where the rows of a class are dealt out in order.
    """
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    # classes are numbered as they appear, and that is the order in which they take random numbers
    code = np.unique(first, return_inverse=True)[1][inverse]
    dealt = np.sort(code)
    share = np.array([np.bincount(dealt[k::n_splits], minlength=len(first)) for k in range(n_splits)])
    fold = np.empty(len(code), dtype=np.int64)
    for c in range(len(first)):
        folds = np.arange(n_splits).repeat(share[:, c])
        if random is not None:
            random.shuffle(folds)
        fold[code == c] = folds
    return fold


def by_fold(fold: IntArray) -> Iterator[Pair]:
    """One pair for each fold 0, 1, … of rows labelled with theirs; rows of fold -1 are never validated (`PredefinedSplit`)."""
    for k in range(int(fold.max()) + 1):
        inside = fold == k
        yield np.flatnonzero(~inside), np.flatnonzero(inside)


def shuffled(n: int, n_splits: int, test_size: float | None, random: Random) -> Iterator[Pair]:
    """Rows drawn anew for every split (`ShuffleSplit`).

    Parameters
    ----------
    n : int
    n_splits : int
    test_size : int, float or None
        Rows or share of the rows to validate on; None: a tenth.
    random : RandomState

    Raises
    ------
    ValueError
        Where no row is left to learn from.
    """
    size = _rows(n, 0.1 if test_size is None else test_size)
    for _ in range(n_splits):
        order = random.permutation(n)
        yield order[size:], order[:size]


def forward(n: int, n_splits: int, gap: int, test_size: int | None, max_train_size: int | None) -> Iterator[Pair]:
    """The last rows one stretch after the other, each learnt from what is before it (`TimeSeriesSplit`).

    Parameters
    ----------
    n : int
        Number of rows; enough for all stretches, the gap and one row before them.
    n_splits : int
    gap : int
        Rows left out before each stretch.
    test_size : int or None
        Rows of a stretch; None: as many as one of n_splits + 1 equal parts has.
    max_train_size : int or None
        The most rows to learn from.
    """
    size = n // (n_splits + 1) if test_size is None else test_size
    for start in range(n - n_splits * size, n, size):
        end = start - gap
        yield np.arange(max(end - max_train_size, 0) if max_train_size else 0, end), np.arange(start, start + size)


def drawn(n: int, fraction: float, seed: int) -> IntArray:
    """Positions of the test rows of `train_test_split`, ascending.

    Raises
    ------
    ValueError
        Where no row is left to learn from.
    """
    return np.sort(next(shuffled(n, 1, fraction, np.random.RandomState(seed)))[1])


def drawn_stratified(labels: IntArray, fraction: float, seed: int) -> IntArray:
    """Positions of the test rows of `train_test_split(stratify=labels)`, ascending.

    Parameters
    ----------
    labels : int ndarray (n,)
    fraction : float
    seed : int

    Raises
    ------
    ValueError
        Where a class has a single row, or one of the parts fewer rows than there are classes.
    """
    n = len(labels)
    n_test = _rows(n, fraction)
    code, counts = np.unique(labels, return_inverse=True, return_counts=True)[1:]
    if counts.min() < 2:
        raise ValueError("there is a class with a single row")
    if min(n_test, n - n_test) < len(counts):
        raise ValueError(f"{min(n_test, n - n_test)} rows cannot hold {len(counts)} classes")
    random = np.random.RandomState(seed)
    n_train_of = _allotted(counts, n - n_test, random)
    n_test_of = _allotted(counts - n_train_of, n_test, random)
    members = np.split(np.argsort(code, kind="stable"), np.cumsum(counts)[:-1])
    found = []
    for rows, a, b in zip(members, n_train_of, n_test_of, strict=True):
        found.append(rows[random.permutation(len(rows))][a : a + b])
    return np.sort(np.concatenate(found))


def _rows(n: int, size: float) -> int:
    """Number of rows that a share of n, or a number of rows, comes to."""
    rows = math.ceil(size * n) if size < 1 else int(size)
    if rows >= n:
        raise ValueError(f"{rows} of {n} rows would be taken away, and none left to learn from")
    return rows


def _allotted(counts: IntArray, draws: int, random: Random) -> IntArray:
    """How many of each class are drawn: in proportion, what is left over to the largest remainders, ties at random."""
    exact = counts / counts.sum() * draws
    out = np.floor(exact)
    remainder, missing = exact - out, int(draws - out.sum())
    for value in np.unique(remainder)[::-1]:
        if missing <= 0:
            break
        tied = np.flatnonzero(remainder == value)
        chosen = random.choice(tied, size=min(len(tied), missing), replace=False)
        out[chosen] += 1
        missing -= len(chosen)
    allotted: IntArray = out.astype(np.int64)
    return allotted
