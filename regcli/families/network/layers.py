"""A dense network's layers as one row of numbers, what they predict, and the gradient of their loss; for S networks at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Architecture:
    """Dense layers with rectified units between them.

    Attributes
    ----------
    n_inputs : int
    hidden : tuple of int
        Units of each hidden layer.
    n_outputs : int
        One, or the number of classes.
    loss : {"squared", "softmax"}
        ½(y - η)², or the negative log-likelihood of the classes.
    """

    n_inputs: int
    hidden: tuple[int, ...]
    n_outputs: int
    loss: Literal["squared", "softmax"]

    @property
    def widths(self) -> tuple[int, ...]:
        """From the inputs to the outputs."""
        return self.n_inputs, *self.hidden, self.n_outputs


@dataclass(frozen=True, slots=True)
class Layers:
    """Where each layer stands in the P numbers of a network: its weights (a, b), row by row, then its biases (b,).

    Attributes
    ----------
    architecture : Architecture
    starts : tuple of int
        Of every layer; and P.
    """

    architecture: Architecture
    starts: tuple[int, ...]

    @classmethod
    def of(cls, architecture: Architecture) -> Layers:
        """Lay them out."""
        sizes = [(a + 1) * b for a, b in pairwise(architecture.widths)]
        return cls(architecture, tuple(np.cumsum([0, *sizes]).tolist()))

    @property
    def penalised(self) -> NDArray[np.bool_]:
        """Which of the P numbers are weights and no biases."""
        out = np.zeros(self.starts[-1], dtype=bool)
        for start, (a, b) in zip(self.starts, pairwise(self.architecture.widths), strict=False):
            out[start : start + a * b] = True
        return out

    def start(self, draw: np.random.Generator) -> Floats:
        """Weights to start from, (P,): uniform within √(6 / (a + b)), biases zero (Glorot & Bengio 2010)."""
        out = np.zeros(self.starts[-1], dtype=np.float32)
        for start, (a, b) in zip(self.starts, pairwise(self.architecture.widths), strict=False):
            bound = np.sqrt(6.0 / (a + b))
            out[start : start + a * b] = draw.uniform(-bound, bound, a * b)
        return out

    def split(self, flat: Floats) -> list[tuple[Floats, Floats]]:
        """Weights (S, a, b) and biases (S, 1, b) of every layer, as views of (S, P)."""
        out = []
        for start, end, (a, b) in zip(self.starts, self.starts[1:], pairwise(self.architecture.widths), strict=False):
            out.append((flat[:, start : start + a * b].reshape(-1, a, b), flat[:, None, start + a * b : end]))
        return out

    def outputs(self, flat: Floats, x: Floats) -> Floats:
        """Of S networks for rows (m, p): (S, m, K); values, or probabilities of the classes."""
        *hidden, (last, bias) = self.split(flat)
        h = x
        for weight, shift in hidden:
            h = np.matmul(h, weight)
            h += shift
            np.maximum(h, 0, out=h)
        out = np.matmul(h, last)
        out += bias
        return _softmax(out) if self.architecture.loss == "softmax" else out


class Backwards:
    """Gradients of S networks for steps of m rows; what is worked on is allocated once.

    Parameters
    ----------
    layers : Layers
    s, m : int
    """

    def __init__(self, layers: Layers, s: int, m: int) -> None:
        self._layers, widths = layers, layers.architecture.widths[1:]
        self._values = [np.empty((s, m, width), dtype=np.float32) for width in widths]
        self._deltas = [np.empty_like(values) for values in self._values]
        self._ones = np.ones((1, m), dtype=np.float32)
        self._flat = np.empty((s, layers.starts[-1]), dtype=np.float32)
        self._gradients = layers.split(self._flat)

    def gradient(self, flat: Floats, x: Floats, target: Floats, weight: Floats, units: Sequence[Floats] | None) -> Floats:
        """Of Σ w ℓ / m over the rows of a step by every network's own numbers, (S, P); overwritten by the next step.

        Parameters
        ----------
        flat : ndarray (S, P)
        x : ndarray (m, p) or (S, m, p)
        target : ndarray (m, K) or (S, m, K)
        weight : ndarray (m,)
        units : sequence of ndarray (S, m, h), or None
            What hidden units are multiplied by.
        """
        layers, inputs = self._layers.split(flat), [x]
        for i, (w, shift) in enumerate(layers):
            values = np.matmul(inputs[-1], w, out=self._values[i])
            values += shift
            if i < len(layers) - 1:
                np.maximum(values, 0, out=values)
                if units is not None:
                    values *= units[i]
            inputs.append(values)
        # both losses have their mean less the target as derivative
        delta = inputs.pop()
        if self._layers.architecture.loss == "softmax":
            _softmax(delta)
        delta -= target
        delta *= (weight / np.float32(len(weight)))[:, None]
        for i in range(len(layers) - 1, -1, -1):
            by_weight, by_bias = self._gradients[i]
            np.matmul(np.swapaxes(inputs[i], -1, -2), delta, out=by_weight)
            np.matmul(self._ones, delta, out=by_bias)
            if i:
                delta = np.matmul(delta, np.swapaxes(layers[i][0], -1, -2), out=self._deltas[i - 1])
                # a unit that is at rest, or left out, passes nothing on
                if units is not None:
                    delta *= units[i - 1]
                delta *= inputs[i] > 0
        return self._flat


def _softmax(eta: Floats) -> Floats:
    """Probabilities along the last axis, in place."""
    eta -= eta.max(axis=-1, keepdims=True)
    np.exp(eta, out=eta)
    eta /= eta.sum(axis=-1, keepdims=True)
    return eta
