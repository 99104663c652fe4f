"""A tall dataset read once, as it is: what squared loss wants to know of every training set, before anything is scaled.

The rows are taken about one rough centre and summed up validation fold by validation fold. Means, SDs, and with them every
set's scaling, follow from the sums, and so do the sums over scaled columns: no scaled copy of the rows is needed. Where the sums
would not keep their digits the reading is thrown away, and the rows are scaled as any others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from regcli.linear.sets.statistics import (
    LARGEST_GRAM,
    LEAST_SHARE,
    ROWS_A_COLUMN,
    Moments,
    Statistics,
    as_slice,
    disjoint,
    sums,
    total,
)
from regcli.numerics.constancy import is_constant
from regcli.numerics.executor import PIECE, Executor, slices
from regcli.numerics.matrix import Streamed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray
    from regcli.numerics.matrix import Design

# Sums take at most this share of the rows' memory; beside them there is no scaled copy.
ROOM = 0.6
# Rows that the rough centre is the mean of.
SOME = 1000
# A set's squares about its mean must be this share at least of all rows' about the rough centre, which they are a difference of.
KEPT = 1e-3
# A block of rows has so many for each column and fold where that is no more than this share of all rows.
A_FOLD, MOST = 4, 0.25


@dataclass(frozen=True, slots=True)
class Tall:
    """Sums over the dataset's own columns.

    Attributes
    ----------
    full : Moments
        Of all training rows.
    blocks : tuple of Moments
        Of the validation rows of every fold; a fold trains on all others.
    mean : ndarray (F + 1, p)
        Of every set, the full one last, about the centre of the moments.
    sd : ndarray (F + 1, p)
        Zero for constant columns.
    """

    full: Moments
    blocks: tuple[Moments, ...]
    mean: FloatArray
    sd: FloatArray

    @classmethod
    def read(
        cls,
        base: Design,
        y: FloatArray,
        weights: FloatArray | None,
        rows: IntArray,
        folds: Sequence[tuple[IntArray, IntArray]],
        executor: Executor,
        *,
        intercept: bool,
    ) -> Tall | None:
        """One pass over the rows; None where sums would not serve, or where scaling would have an error to tell of.

        Parameters
        ----------
        base : Design (N, p)
            Columns as the dataset holds them, or as they arrive.
        y : ndarray (N,)
        weights : ndarray (N,) or None
        rows : int ndarray (n,)
            Positions of all training rows; ascending, or nothing is read.
        folds : sequence of (int ndarray, int ndarray)
            Training and validation rows.
        executor : Executor
        intercept : bool
            Without one nothing may be centred.
        """
        n, p = base.shape
        weights = np.ones(n) if weights is None else weights
        fewest = min([len(rows), *(len(train) for train, _ in folds)])
        if fewest <= p or p > LARGEST_GRAM or not p or len(folds) + 1 > ROOM * len(rows) / p:
            return None
        if (np.diff(rows) <= 0).any() or not all(_is_complement(train, held_out, rows, n) for train, held_out in folds):
            return None
        center, target_center = np.zeros(p), 0.0
        if intercept:
            with np.errstate(over="ignore", invalid="ignore"):
                center = base.sample(rows[np.linspace(0, len(rows) - 1, min(SOME, len(rows))).astype(int)]).mean(axis=0)
            target_center = float(weights[rows] @ y[rows] / weights[rows].sum())
        validation = [held_out for _, held_out in folds]
        first, rest = disjoint(validation, n, rows)
        found = _measured(base, y, weights, [*validation, *rest], (center, target_center), executor)
        full = total([found[f] for f in (*first, *range(len(folds), len(found)))])
        if not np.isfinite(full.xx).all():
            return None
        blocks = tuple(found[: len(folds)])
        mean, sd, kept = _mean_and_sd(full, blocks)
        return cls(full, blocks, mean, sd) if kept else None

    def seen(self, shift: FloatArray, scale: FloatArray) -> Tall:
        """The same of columns minus `shift`, divided by `scale`; both (p,)."""
        by, moved = 1.0 / scale, self.full.center - shift

        def of(moments: Moments) -> Moments:
            xx = moments.xx * by
            xx *= by[:, None]
            return replace(moments, x=moments.x * by, xx=xx, xy=moments.xy * by, center=moved * by)

        return Tall(of(self.full), tuple(map(of, self.blocks)), (self.mean + moved) * by, self.sd * by)

    def statistics(self, sets: TrainingSets, weights: FloatArray, validation: Sequence[IntArray]) -> Statistics:
        """What solvers ask for, of sets on a design in the same columns; weights and validation rows in the design's places."""
        rows = tuple(map(as_slice, validation))
        return Statistics(sets, weights, rows, self.full, self.blocks, np.ones(len(rows), dtype=bool), {})


def _is_complement(train: IntArray, validation: IntArray, rows: IntArray, n: int) -> bool:
    """Whether a fold trains on all rows but its validation rows, and these are not the most of them."""
    times = np.zeros(n, dtype=np.int8)
    times[train] += 1
    times[validation] += 1
    together = len(train) + len(validation) == len(rows)
    return bool(together and (times[rows] == 1).all() and len(train) >= LEAST_SHARE * len(rows))


def _mean_and_sd(full: Moments, blocks: tuple[Moments, ...]) -> tuple[FloatArray, FloatArray, bool]:
    """Means about the centre and SDs of every set, both (F + 1, p); and whether all of them have kept their digits."""
    weight = full.weight - np.array([0.0 if moments is None else moments.weight for moments in (*blocks, None)])
    x = full.x - np.array([*(moments.x for moments in blocks), np.zeros_like(full.x)])
    every = np.diag(full.xx)
    squares = every - np.array([*(np.diag(moments.xx) for moments in blocks), np.zeros_like(every)])
    if not (weight >= LEAST_SHARE * full.weight).all():
        return x, squares, False
    mean = x / weight[:, None]
    left = squares - x * mean
    # a column that is one number but for rounding is so in every set
    constant: BoolArray = is_constant(np.sqrt(every / full.weight), full.center + mean[-1])
    left[:, constant] = 0.0
    sd = np.sqrt(np.maximum(left, 0.0) / weight[:, None])
    return mean, sd, bool((constant | (left > KEPT * every)).all())


def _measured(
    base: Design,
    y: FloatArray,
    weights: FloatArray,
    parts: Sequence[IntArray],
    about: tuple[FloatArray, float],
    executor: Executor,
) -> list[Moments]:
    """Moments of several ascending sets of rows from pieces whose number does not depend on the threads."""
    pieces = _pieces(parts, *base.shape, in_order=isinstance(base, Streamed))
    lists = [np.concatenate([some for _, some in piece]) for piece in pieces]

    def work(number: int, x: FloatArray) -> list[Moments]:
        rows, piece = lists[number], pieces[number]
        ends = np.cumsum([len(some) for _, some in piece]).tolist()
        cuts = [slice(end - len(some), end) for (_, some), end in zip(piece, ends, strict=True)]
        target, w = y[rows] - about[1], weights[rows]
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is seen in the sums
            return [sums(x[:, cut].T, target[cut], w[cut], *about) for cut in cuts]

    # rows of a block stand near each other: it is read once, and its folds are gathered from the processor's cache
    found = base.over(lists, about[0], work, executor)
    of_part: list[list[Moments]] = [[] for _ in parts]
    for piece, made in zip(pieces, found, strict=True):
        for (k, _), moments in zip(piece, made, strict=True):
            of_part[k].append(moments)
    return [total(some) for some in of_part]


def _pieces(parts: Sequence[IntArray], n: int, p: int, *, in_order: bool) -> list[list[tuple[int, IntArray]]]:
    """Blocks of neighbouring rows, each with its share of every part; pieces of one part where blocks would be too large."""
    block = max(A_FOLD * p * len(parts), PIECE // p)
    if block > MOST * n and not in_order:
        few = max(ROWS_A_COLUMN * p, PIECE // p)
        return [[(k, part[cut])] for k, part in enumerate(parts) for cut in slices(len(part), few) or [slice(0, 0)]]
    out = []
    for cut in slices(n, block):
        edges = [np.searchsorted(part, (cut.start, cut.stop)) for part in parts]
        out.append([(k, part[a:b]) for k, (part, (a, b)) in enumerate(zip(parts, edges, strict=True))])
    return out
