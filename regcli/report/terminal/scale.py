"""Axes: where values stand on them, and which of them are written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from regcli.numerals import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from regcli.numerics.arrays import FloatArray

# Values that span more than this factor are shown by their logarithm.
WIDE = 50.0
# Where zero stands beside a logarithmic axis: the other values have this share of it.
BESIDE_ZERO = 0.9
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from `start` to `end`, which may be the smaller one.

    Attributes
    ----------
    start, end : float
    log : bool
    zero : bool
        Beyond the end of a logarithmic axis stands zero.
    """

    start: float
    end: float
    log: bool = False
    zero: bool = False

    def at(self, value: float) -> float:
        """Where a value stands, as a share of the way from start to end."""
        if self.log and value <= 0:
            return 1.0 if self.zero else math.nan
        a, b, v = (math.log(x) for x in (self.start, self.end, value)) if self.log else (self.start, self.end, value)
        share = 0.5 if a == b else (v - a) / (b - a)
        return share * BESIDE_ZERO if self.zero else share

    def ticks(self, most: int) -> list[float]:
        """At most so many round values along the axis, at least one."""
        low, high = sorted((self.start, self.end))
        room = max(1, most - self.zero)
        found = _decades(low, high, room) if self.log else []
        if len(found) < 2:
            found = _round_values(low, high, room)
        found = sorted(found, reverse=self.start > self.end) or [self.start]
        return [*found, 0.0] if self.zero else found


def along(values: Sequence[float] | FloatArray) -> Scale:
    """The axis of strengths, in the order in which they are walked: by the logarithm where they span more than a few times."""
    walked = np.asarray(values, dtype=np.float64)
    positive = walked[walked > 0]
    if len(positive) and (walked >= 0).all() and positive.max() > 8.0 * positive.min():
        first, last = (positive[0], positive[-1])
        return Scale(float(first), float(last), log=True, zero=bool(walked[-1] == 0))
    return Scale(float(walked[0]), float(walked[-1]))


def around(values: Iterable[float], *, log: bool | None = None) -> Scale:
    """The axis that shows all values with a little room about them; by the logarithm where they differ very much, or as asked."""
    known = np.array([value for value in values if math.isfinite(value)])
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    if log if log is not None else low > 0 and high > WIDE * low:
        return Scale(low / (high / low) ** 0.03, high * (high / low) ** 0.03, log=True) if high > low else Scale(low / 2, low * 2)
    spare = 0.04 * (high - low) or 0.5 * abs(high) or 0.5
    return Scale(low - spare, high + spare)


def labels(ticks: Sequence[float]) -> list[str]:
    """Ticks as numbers are written, with as many digits as tell them apart."""
    apart = min((abs(a - b) for a, b in pairwise(ticks)), default=math.inf)
    for digits in range(4, 16):
        found = [number(tick, digits) for tick in ticks]
        if all(abs(float(text) - tick) <= min(1e-3 * apart, 1e-3 * abs(tick)) for text, tick in zip(found, ticks, strict=True)):
            break
    return found


def _decades(low: float, high: float, most: int) -> list[float]:
    """Powers of ten, with 2 and 5 between them where there is room, or every so many of them where there is not."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))

    def within(factors: Sequence[float], step: int = 1) -> list[float]:
        powers = [k for k in range(first, last + 1) if k % step == 0]
        found = [float(f"{factor:g}e{k}") for k in powers for factor in factors]
        return [value for value in found if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]

    for factors, step in (((1, 2, 5), 1), ((1, 3), 1), ((1,), 1)):
        found = within(factors, step)
        if len(found) <= most:
            return found
    return next((found for step in range(2, 700) if len(found := within((1,), step)) <= most), [])


def _round_values(low: float, high: float, most: int) -> list[float]:
    if not high > low:
        return [low]
    rough = (high - low) / max(most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in _STEPS:
        step = factor * power
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first + 1 <= most:
            return [float(f"{k * step:.12g}") for k in range(first, last + 1)]
    return [low]
