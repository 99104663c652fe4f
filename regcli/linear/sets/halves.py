"""Complementary halves of all rows, squared loss: the sums of one are those of a few parts, the other has what is left of all.

A pass over the rows for every half would cost as many times as much as there are halves; parts that halves have in common are
summed over once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.linear.sets.statistics import Moments, Statistics, sums, total
from regcli.numerics.executor import PIECE, slices
from regcli.numerics.matrix import Affine, gathered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.numerics.executor import Executor


@dataclass(frozen=True, slots=True)
class HalfSums(Statistics):
    """What solvers ask of pairs of halves: sets 0 and 1 are the first pair, and so on; the last set is that of all rows.

    Attributes
    ----------
    halves : tuple of Moments
        Of the first half of every pair.
    """

    halves: tuple[Moments, ...]

    @classmethod
    def of(cls, sets: TrainingSets, weights: FloatArray, full: Moments, halves: Sequence[Moments]) -> HalfSums:
        """Of sets on a design; weights (n,) of its rows, sums in its columns."""
        count = 2 * len(halves)
        return cls(sets, weights, (slice(0, 0),) * count, full, (), np.zeros(count, dtype=bool), {}, tuple(halves))

    def train(self, f: int) -> Moments:
        if f == 2 * len(self.halves):
            return self.full
        first = self.halves[f // 2]
        return self.full - first if f % 2 else first


def sums_over(statistics: Statistics, weights: FloatArray, parts: Sequence[IntArray], executor: Executor) -> list[Moments]:
    """One pass over the rows of some parts, about the centre of the sums over all rows.

    Parameters
    ----------
    statistics : Statistics
        Of sets on a dense design, or on a view of rows.
    weights : ndarray (n,)
        Sample weights.
    parts : sequence of int ndarray
        Ascending rows of the design.
    executor : Executor
    """
    sets, full = statistics.sets, statistics.full
    size = max(PIECE // max(sets.shape[1], 1), 1)

    def piece(rows: IntArray) -> Moments:
        design = sets.design
        x = design[rows] - full.center if isinstance(design, Affine) else gathered(design, rows, full.center).T
        return sums(x, sets.Y[rows, 0] - full.target_center, weights[rows], full.center, full.target_center)

    def of_part(rows: IntArray) -> Moments:
        return total([piece(rows[some]) for some in slices(len(rows), size)])

    return executor.map(of_part, parts)


def mean_and_sd(full: Moments, halves: Sequence[Moments]) -> tuple[FloatArray, FloatArray]:
    """Of the columns in both halves of every pair and, last, in all rows; both (2B + 1, p)."""
    every = [*(side for first in halves for side in (first, full - first)), full]
    mean = np.array([found.x / found.weight for found in every])
    square = np.array([np.diag(found.xx) / found.weight for found in every])
    return mean + full.center, np.sqrt(np.maximum(square - mean**2, 0.0))
