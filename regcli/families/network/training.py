"""Dense networks of one architecture trained side by side: one training set, one seed, every strength of a path at once.

The networks start from the same weights, see the same rows in the same order and draw the same noise, so that between two
strengths nothing differs but the strength. Everything is float32 and a product of matrices with one more axis for the strengths.

Adam with decoupled decay: Loshchilov & Hutter (2019); dropout: Srivastava et al. (2014); label smoothing: Szegedy et al. (2016);
mixup: Zhang et al. (2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.families.network.layers import Architecture, Backwards, Layers
from regcli.pace import fitted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from regcli.families.network.augment import Augment
    from regcli.numerics.arrays import FloatArray

    Floats = NDArray[np.float32]

# Adam's averages of the gradient and of its square, and what keeps its quotient finite.
FIRST, SECOND, TINY = np.float32(0.9), np.float32(0.999), np.float32(1e-8)


@dataclass(frozen=True, slots=True)
class Levers:
    """What holds a network back; each (S,), one value a network.

    Attributes
    ----------
    weight_decay : ndarray
        λ of w ← w - η(m̂/(√v̂+ε) + λw); biases are exempt.
    l1 : ndarray
        Weights are soft-thresholded by η·l1 after every step, so that zeros are zeros; biases are exempt.
    dropout : ndarray
        Share of hidden units left out of a step; the others are divided by what is kept.
    label_smoothing : ndarray
        ε of (1-ε) y + ε/K for K classes.
    noise : ndarray
        SD of what is added to every input, in SDs of the column.
    mixup : ndarray
        α of Beta(α, α): how two rows are mixed; 0 for not at all.
    """

    weight_decay: FloatArray
    l1: FloatArray
    dropout: FloatArray
    label_smoothing: FloatArray
    noise: FloatArray
    mixup: FloatArray

    @property
    def count(self) -> int:
        """S."""
        return len(self.weight_decay)


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and in what steps.

    Attributes
    ----------
    learning_rate : float
    batch_size : int
        Rows of one step.
    epochs : tuple of int
        Ascending: after how many passes over the rows the networks are handed out; the last ends the training.
    """

    learning_rate: float
    batch_size: int
    epochs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one training set.

    Attributes
    ----------
    X : ndarray (n, p)
        In SDs of this set's columns, or, where rows are augmented, as they come (the augmentation gives back what is scaled).
    target : ndarray (n, K)
        Values in SDs of this set's target, or one column a class, 1 where the row belongs to it.
    weight : ndarray (n,)
        Of mean one.
    """

    X: Floats
    target: Floats
    weight: Floats


def train(
    rows: Rows, architecture: Architecture, levers: Levers, schedule: Schedule, seed: int, augment: Augment | None = None
) -> Iterator[Floats]:
    """Train S networks; at every epoch of the schedule their weights, (S, P), laid out as `Layers` has them.

    Parameters
    ----------
    rows : Rows
    architecture : Architecture
    levers : Levers
    schedule : Schedule
    seed : int
        Of the weights at the start, the order of the rows, and all that is drawn.
    augment : Augment, optional
        What is done to the rows of every step first.
    """
    layers, draw = Layers.of(architecture), np.random.default_rng([seed, 1])
    weights = np.repeat(layers.start(np.random.default_rng([seed, 0]))[None, :], levers.count, axis=0)
    step = _Adam(layers, levers, schedule.learning_rate, weights)
    change = _Change(levers, draw, seed, classes=architecture.loss == "softmax")
    n, whole = len(rows.X), min(schedule.batch_size, len(rows.X))
    backwards = {m: Backwards(layers, levers.count, m) for m in {whole, n % whole} - {0}}
    for epoch in range(1, schedule.epochs[-1] + 1):
        fitted(0)  # whoever has been interrupted ends here
        order = draw.permutation(n)
        for start in range(0, n, whole):
            here = order[start : start + whole]
            x = rows.X[here] if augment is None else augment.apply(rows.X[here], draw)
            x, target = change.rows(x, rows.target[here])
            step.take(backwards[len(here)].gradient(weights, x, target, rows.weight[here], change.units(layers, len(here))))
        if epoch in schedule.epochs:
            yield weights.copy()


class _Change:
    """What is drawn for every step: noise, mixtures, and the units that are left out.

    Parameters
    ----------
    levers : Levers
    draw : Generator
    seed : int
    classes : bool
        The target's columns are classes.
    """

    def __init__(self, levers: Levers, draw: np.random.Generator, seed: int, *, classes: bool) -> None:
        self._levers, self._draw = levers, draw
        # what a strength mixes by does not depend on which others there are
        self._mixers = [np.random.default_rng([seed, 2]) if alpha > 0 else None for alpha in levers.mixup]
        self._noise = _apart(levers.noise)
        self._kept = _apart(1.0 - levers.dropout)
        self._smooth = _apart(levers.label_smoothing) if classes else np.zeros((1, 1, 1), dtype=np.float32)

    def rows(self, x: Floats, target: Floats) -> tuple[Floats, Floats]:
        """The rows of a step as the networks see them: (m, p), or (S, m, p) where they differ; the same for the target."""
        m, draw = len(x), self._draw
        if self._smooth.any():
            target = (1 - self._smooth) * target + self._smooth / np.float32(target.shape[-1])
        if self._levers.mixup.any():
            share, other = np.ones((self._levers.count, m, 1), dtype=np.float32), draw.permutation(m)
            for s, (alpha, mixer) in enumerate(zip(self._levers.mixup, self._mixers, strict=True)):
                if mixer is not None:
                    share[s, :, 0] = mixer.beta(alpha, alpha, m)
            x = share * x + (1 - share) * x[other]
            target = share * target + (1 - share) * target[..., other, :]
        if self._noise.any():
            x = x + self._noise * draw.standard_normal(x.shape[-2:], dtype=np.float32)
        return x, target

    def units(self, layers: Layers, m: int) -> list[Floats] | None:
        """What every hidden unit is multiplied by, (S, m, h) a layer; None where none is left out."""
        if not self._levers.dropout.any():
            return None
        drawn = (self._draw.random((m, width), dtype=np.float32) for width in layers.architecture.hidden)
        return [np.asarray((u < self._kept) / self._kept, dtype=np.float32) for u in drawn]


class _Adam:
    """Adam with decoupled decay and soft-thresholding, in place on the weights of all networks.

    Parameters
    ----------
    layers : Layers
    levers : Levers
    rate : float
    weights : ndarray (S, P)
    """

    def __init__(self, layers: Layers, levers: Levers, rate: float, weights: Floats) -> None:
        self._weights, self._rate, self._taken = weights, rate, 0
        self._mean, self._square = np.zeros_like(weights), np.zeros_like(weights)
        penalised = layers.penalised.astype(np.float32)
        self._shrink = _unless_zero(1 - np.float32(rate) * _column(levers.weight_decay) * penalised, 1.0)
        self._threshold = _unless_zero(np.float32(rate) * _column(levers.l1) * penalised, 0.0)
        self._scratch = np.empty_like(weights)

    def take(self, gradient: Floats) -> None:
        """One step; the gradient is overwritten."""
        self._taken += 1
        w, scratch = self._weights, self._scratch
        self._mean *= FIRST
        self._mean += np.multiply(gradient, 1 - FIRST, out=scratch)
        np.square(gradient, out=gradient)
        self._square *= SECOND
        self._square += np.multiply(gradient, 1 - SECOND, out=gradient)
        # η m̂/(√v̂+ε) with m̂ = m/(1-β₁ᵗ), v̂ = v/(1-β₂ᵗ)
        root = np.sqrt(self._square, out=gradient)
        root *= np.float32(1.0 / np.sqrt(1.0 - float(SECOND) ** self._taken))
        root += TINY
        move = np.divide(self._mean, root, out=scratch)
        move *= np.float32(self._rate / (1.0 - float(FIRST) ** self._taken))
        if self._shrink is not None:
            w *= self._shrink
        w -= move
        if self._threshold is not None:
            size = np.abs(w, out=scratch)
            size -= self._threshold
            np.maximum(size, 0, out=size)
            np.copysign(size, w, out=w)


def _column(values: FloatArray) -> Floats:
    return np.asarray(values, dtype=np.float32)[:, None]


def _apart(values: FloatArray) -> Floats:
    """(S,) as (S, 1, 1)."""
    return np.asarray(values, dtype=np.float32)[:, None, None]


def _unless_zero(values: Any, nothing: float) -> Floats | None:  # noqa: ANN401
    """None where all of them do nothing."""
    return None if (values == nothing).all() else values
