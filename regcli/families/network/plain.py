"""Networks trained by numpy, all strengths at once: products of matrices with one more axis for the strengths.

What the compiled steps are held against, and what serves where they are not built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.families.network.layers import Backwards
from regcli.pace import fitted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from regcli.families.network.draws import Stretch
    from regcli.families.network.layers import Layers
    from regcli.families.network.levers import Levers
    from regcli.numerics.arrays import FloatArray

    Floats = NDArray[np.float32]

# Adam's averages of the gradient and of its square, and what keeps its quotient finite.
FIRST, SECOND, TINY = np.float32(0.9), np.float32(0.999), np.float32(1e-8)


class Plain:
    """S networks that start from the same numbers.

    Parameters
    ----------
    layers : Layers
    levers : Levers
    rate : float
    batch : int
        Rows of a step.
    start : ndarray (P,)
    """

    def __init__(self, layers: Layers, levers: Levers, rate: float, batch: int, start: Floats) -> None:
        self._layers, self._levers, self._batch = layers, levers, batch
        self._kept = np.asarray(1.0 - levers.dropout, dtype=np.float32)[:, None, None]
        self._flat = np.repeat(start[None, :], levers.count, axis=0)
        self._adam = _Adam(layers, levers, rate, self._flat)
        self._backwards: dict[int, Backwards] = {}

    def take(self, stretch: Stretch) -> None:
        """All steps of a stretch."""
        for step in stretch.steps(self._batch):
            fitted(0)  # whoever has been interrupted ends here
            m = len(step)
            if m not in self._backwards:
                self._backwards[m] = Backwards(self._layers, self._levers.count, m)
            x, target = step.seen(self._levers, slice(None))
            gradient = self._backwards[m].gradient(self._flat, x, target, step.weight, self._units(step))
            self._adam.take(gradient)

    def weights(self) -> Floats:
        """As they are now, (S, P)."""
        return self._flat.copy()

    def _units(self, step: Stretch) -> list[Floats] | None:
        """What every hidden unit is multiplied by, (S, m, h) a layer; None where none is left out."""
        if step.drawn is None:
            return None
        by_layer = np.split(step.drawn, np.cumsum(self._layers.architecture.hidden)[:-1], axis=1)
        return [np.asarray((u < self._kept) / self._kept, dtype=np.float32) for u in by_layer]


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


def _unless_zero(values: Any, nothing: float) -> Floats | None:  # noqa: ANN401
    """None where all of them do nothing."""
    return None if (values == nothing).all() else values
