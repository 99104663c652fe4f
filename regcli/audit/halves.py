"""Complementary halves of the training rows, drawn and measured as training sets on the design of all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from regcli.errors import DataError
from regcli.linear.sets.halves import HalfSums, mean_and_sd, sums_over
from regcli.linear.sets.statistics import total
from regcli.sharing import shared
from regcli.weights import sample_weights

if TYPE_CHECKING:
    from regcli import linear
    from regcli.linear.sets.statistics import Moments, Statistics
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray
    from regcli.prepare import Prepared

# Up to so many multiply-adds every half is summed over by itself.
FEW = 2e9
# Beyond that halves are made of so many parts, or of as many as rows outnumber columns, if these are not too few for a choice.
PARTS, TOO_FEW = 100, 40


@dataclass(frozen=True, slots=True)
class Halves:
    """Pairs of halves of the n rows of a design.

    Attributes
    ----------
    first : bool ndarray (B, n)
        The rows of the first half of every pair; the second has all others.
    parts : tuple of int ndarray
        Rows that are always in the same half; empty where each row goes its own way.
    chosen : bool ndarray (B, parts)
        The parts of which the first half consists.
    """

    first: BoolArray
    parts: tuple[IntArray, ...]
    chosen: BoolArray

    @classmethod
    def draw(cls, prepared: Prepared, pairs: int) -> Halves:
        """Halves at random: whole groups where there are groups, half of each class where there are classes.

        Raises
        ------
        DataError
            Where a class, or all of the rows, cannot be divided.
        """
        plan = prepared.plan
        rows, seed = prepared.full.rows, plan.config.cv.seed
        unit, stratum = np.arange(len(rows)), np.zeros(len(rows), dtype=np.int64)
        if plan.dataset.group is not None:
            unit = np.unique(plan.dataset.group[rows].astype(str), return_inverse=True)[1]
        elif plan.task == "classification":
            stratum = plan.dataset.y[rows].astype(np.int64)
            _refuse_single_rows(plan.dataset.classes, stratum)
        if unit.max() < 1:
            raise DataError("stability: all training rows are in one group, which has no halves", "leave stability out")
        n_parts = _parts(prepared, pairs)
        if n_parts:
            rng = np.random.default_rng([seed, pairs])
            unit = (rng.permutation(int(unit.max()) + 1) % n_parts)[unit]
        of_unit = np.zeros(int(unit.max()) + 1, dtype=np.int64)
        of_unit[unit] = stratum
        chosen = np.array([_half(of_unit, np.random.default_rng([seed, pair])) for pair in range(pairs)])
        parts = tuple(np.flatnonzero(unit == k) for k in range(int(unit.max()) + 1)) if n_parts else ()
        return cls(chosen[:, unit], parts, chosen if n_parts else np.zeros((pairs, 0), dtype=bool))

    def some(self, pairs: slice) -> Halves:
        """Some of the pairs."""
        return Halves(self.first[pairs], self.parts, self.chosen[pairs])


def _refuse_single_rows(classes: tuple[str, ...], stratum: IntArray) -> None:
    times = np.bincount(stratum, minlength=len(classes))
    if times.min() < 2:
        label = classes[int(times.argmin())]
        raise DataError(
            f"stability: class {label!r} has {times.min()} training row, which only one of two halves can hold",
            "combine rare classes, or leave stability out",
        )


def _half(stratum: IntArray, rng: np.random.Generator) -> BoolArray:
    """Half of the units of every stratum; of odd ones the larger half in turns."""
    chosen = np.zeros(len(stratum), dtype=bool)
    more = False
    for which in np.unique(stratum):
        mine = rng.permutation(np.flatnonzero(stratum == which))
        chosen[mine[: (len(mine) + more) // 2]] = True
        more ^= bool(len(mine) % 2)
    return chosen


def _statistics(prepared: Prepared) -> Statistics | None:
    """Sums over all rows, where they have been taken and halves have more rows than columns."""
    found = None if prepared.together is None else prepared.together.sets.statistics
    n, p, _ = prepared.problem.shape
    return found if n // 2 > p else None


def _parts(prepared: Prepared, pairs: int) -> int:
    """Of how many parts halves are made; 0 where each row goes its own way."""
    n, p, _ = prepared.problem.shape
    count = min(PARTS, n // p) // 2 * 2
    worth = _statistics(prepared) is not None and 0.5 * pairs * n * p**2 > FEW
    return count if worth and count >= TOO_FEW else 0


def part_sums(prepared: Prepared, halves: Halves) -> list[Moments] | None:
    """Sums over the parts, one pass for all pairs; None where there are none."""
    statistics = _statistics(prepared)
    if statistics is None or not halves.parts:
        return None
    return sums_over(statistics, _weights(prepared), halves.parts, prepared.executor)


def training_sets(prepared: Prepared, halves: Halves, parts: list[Moments] | None) -> linear.TrainingSets:
    """Both halves of every pair and, last, all rows; preprocessing is that of all rows, scaling each set's own."""
    statistics, full, sums = _statistics(prepared), prepared.full, None
    n, p, _ = prepared.problem.shape
    if statistics is not None and parts is not None:
        sums = [total([parts[k] for k in np.flatnonzero(chosen).tolist()]) for chosen in halves.chosen]
    elif statistics is not None and 0.5 * len(halves.first) * n * p**2 <= FEW:
        rows = [np.flatnonzero(first) for first in halves.first]
        sums = sums_over(statistics, _weights(prepared), rows, prepared.executor)
    measured = None if statistics is None or sums is None else mean_and_sd(statistics.full, sums)
    rows = [full.rows[side] for first in halves.first for side in (first, ~first)]
    made = shared(
        prepared.plan, prepared.recipe, prepared.problem, full.preprocessors[0].scaling, full.place, [*rows, full.rows],
        prepared.executor, measured=measured,
    )  # fmt: skip
    if statistics is None or sums is None:
        return made.sets
    return replace(made.sets, statistics=HalfSums.of(made.sets, made.plain[:, -1], statistics.full, sums))


def _weights(prepared: Prepared) -> FloatArray:
    return sample_weights(prepared.plan.dataset, prepared.full.rows)
