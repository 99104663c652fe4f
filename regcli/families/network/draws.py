"""All that is drawn for training: the order of the rows, noise, mixtures, units left out, changes of images.

Each is drawn from random numbers of its own, so that no strength's network depends on which others stand beside it: where none of
them asks for noise, there is none to be drawn, and nothing else moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from regcli.families.network.augment import Augment
    from regcli.families.network.layers import Architecture
    from regcli.families.network.levers import Levers, Rows, Schedule

    Floats = NDArray[np.float32]

# Where the random numbers of each come from, beside the seed; the weights at the start have 0.
_ORDER, _SHARES, _NOISE, _PARTNERS, _UNITS, _IMAGES = 1, 2, 3, 4, 5, 6
# Numbers that are drawn or picked at once, and products that are summed for them in one network, unless a step takes more.
ROOM, WORK = 500_000, 200_000_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of some steps in the order in which they are taken, and what is drawn for them.

    Attributes
    ----------
    x : ndarray (r, p)
    target : ndarray (r, K)
    weight : ndarray (r,)
    partners : tuple of ndarray (r, p) and (r, K), or None
        What each row is mixed with, and its target.
    share : ndarray (S, r, 1) or None
        What is left of the row itself in every network.
    noise : ndarray (r, p) or None
        Of variance one.
    drawn : ndarray (r, units) or None
        Uniform on [0, 1), one for every hidden unit, layer after layer.
    """

    x: Floats
    target: Floats
    weight: Floats
    partners: tuple[Floats, Floats] | None
    share: Floats | None
    noise: Floats | None
    drawn: Floats | None

    def __len__(self) -> int:
        return len(self.x)

    def steps(self, batch: int) -> Iterator[Stretch]:
        """One by one, of so many rows; the last of what is left."""
        for start in range(0, len(self), batch):
            at = slice(start, start + batch)
            yield Stretch(
                self.x[at],
                self.target[at],
                self.weight[at],
                None if self.partners is None else (self.partners[0][at], self.partners[1][at]),
                None if self.share is None else self.share[:, at],
                None if self.noise is None else self.noise[at],
                None if self.drawn is None else self.drawn[at],
            )

    def seen(self, levers: Levers, s: int | slice) -> tuple[Floats, Floats]:
        """Rows and targets as a network sees them, (r, p) and (r, K); as some do, (S, r, p) and (S, r, K) where they differ."""
        x, target = self.x, self.target
        if levers.label_smoothing.any():
            smooth = _single(levers.label_smoothing[s])
            target = (1 - smooth) * target + smooth / np.float32(target.shape[-1])
        if self.partners is not None and self.share is not None:
            other, other_target = self.partners
            if levers.label_smoothing.any():
                other_target = (1 - smooth) * other_target + smooth / np.float32(target.shape[-1])
            share = self.share[s]
            x = share * x + (1 - share) * other
            target = share * target + (1 - share) * other_target
        if self.noise is not None:
            x = x + _single(levers.noise[s]) * self.noise
        return x, target


class Draws:
    """What is drawn for networks trained side by side.

    Parameters
    ----------
    rows : Rows
    architecture : Architecture
    levers : Levers
    schedule : Schedule
    seed : int
    augment : Augment or None
        What is done to rows before anything else.
    """

    def __init__(
        self, rows: Rows, architecture: Architecture, levers: Levers, schedule: Schedule, seed: int, augment: Augment | None
    ) -> None:
        def stream(which: int) -> np.random.Generator:
            return np.random.default_rng([seed, which])

        self._rows, self._levers, self._augment = rows, levers, augment
        self._units = sum(architecture.hidden)
        self._order, self._images, self._units_drawn = stream(_ORDER), stream(_IMAGES), stream(_UNITS)
        self._noise, self._partners = stream(_NOISE), stream(_PARTNERS)
        self._shares = [stream(_SHARES) if alpha > 0 else None for alpha in levers.mixup]
        self.batch = min(schedule.batch_size, len(rows.X))
        # the same for all levers: what happens to images is drawn stretch by stretch
        widths = architecture.widths
        numbers, products = 3 * widths[0] + self._units, sum(3 * (a + 1) * b for a, b in pairwise(widths))
        self._steps = max(1, min(ROOM // (self.batch * numbers), WORK // (self.batch * products)))

    def epoch(self) -> Iterator[Stretch]:
        """All rows once in another order, stretch by stretch."""
        order, size = self._order.permutation(len(self._rows.X)), self._steps * self.batch
        for start in range(0, len(order), size):
            here = order[start : start + size]
            x = self._rows.X[here]
            if self._augment is not None:
                x = self._augment.apply(x, self._images)
            yield self._drawn(x, self._rows.target[here], self._rows.weight[here])

    def _drawn(self, x: Floats, target: Floats, weight: Floats) -> Stretch:
        m, levers = len(x), self._levers
        partners = share = noise = drawn = None
        if levers.mixup.any():
            within = [start + self._partners.permutation(min(self.batch, m - start)) for start in range(0, m, self.batch)]
            other = np.concatenate(within)
            partners, share = (x[other], target[other]), np.ones((levers.count, m, 1), dtype=np.float32)
            for s, (alpha, mixer) in enumerate(zip(levers.mixup, self._shares, strict=True)):
                if mixer is not None:
                    share[s, :, 0] = mixer.beta(alpha, alpha, m)
        if levers.noise.any():
            noise = self._noise.standard_normal(x.shape, dtype=np.float32)
        if levers.dropout.any():
            drawn = self._units_drawn.random((m, self._units), dtype=np.float32)
        return Stretch(x, target, weight, partners, share, noise, drawn)


def _single(values: NDArray[np.float64]) -> Floats:
    """One value as a number, (S,) as (S, 1, 1)."""
    out = np.asarray(values, dtype=np.float32)
    return out[:, None, None] if out.ndim else out
