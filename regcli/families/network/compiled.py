"""Networks trained by the compiled steps (`kernels/`), one network after another through a stretch that they share.

What belongs to a network stays close to the processor from step to step, and no network's numbers depend on any other's.
"""

from __future__ import annotations

import ctypes
from ctypes import c_double, c_float, c_int64, c_void_p
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.numerics.library import address, load
from regcli.pace import fitted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from regcli.families.network.draws import Stretch
    from regcli.families.network.layers import Layers
    from regcli.families.network.levers import Levers

    Floats = NDArray[np.float32]

INTERFACE = 2
# Floats that a line of the processor's memory holds: widths are padded to them, and numbers begin at such.
LANES = 16
# From here on rows of layers lie no round number apart.
WIDE = 256


class _Network(ctypes.Structure):
    """`Network` in network.c."""

    _fields_ = (
        *((name, c_int64) for name in ("layers", "softmax", "batch", "units", "taken")),
        *((name, c_void_p) for name in ("widths", "weights", "mean", "square", "scratch")),
        ("learning_rate", c_double),
        *((name, c_float) for name in ("shrink", "threshold", "kept")),
    )


_SIGNATURES: dict[str, list[Any]] = {
    "regcli_network_sizes": [ctypes.POINTER(_Network), c_void_p],
    "regcli_network_steps": [ctypes.POINTER(_Network), c_int64, *[c_void_p] * 4],
}
library: Any = load(__file__, INTERFACE, _SIGNATURES)
available = library is not None


class Compiled:
    """S networks that start from the same numbers; the arguments are those of `Plain`."""

    def __init__(self, layers: Layers, levers: Levers, rate: float, batch: int, start: Floats) -> None:
        self._layers, self._levers = layers, levers
        shape = layers.architecture
        self._widths = np.array(shape.widths, dtype=np.int64)
        self._networks = [
            _Network(
                layers=len(shape.hidden) + 1, softmax=shape.loss == "softmax", batch=batch, units=sum(shape.hidden), taken=0,
                widths=address(self._widths, np.int64), learning_rate=rate,
                shrink=np.float32(1) - np.float32(rate) * np.float32(decay), threshold=np.float32(rate) * np.float32(l1),
                kept=np.float32(1.0 - dropout),
            )
            for decay, l1, dropout in zip(levers.weight_decay, levers.l1, levers.dropout, strict=True)
        ]  # fmt: skip
        sizes = np.zeros(2, dtype=np.int64)
        library.regcli_network_sizes(self._networks[0], address(sizes, np.int64))
        size, scratch = sizes.tolist()
        # weights, and Adam's averages of the gradient and of its square
        self._state, self._scratch = _aligned(3, levers.count, size), _aligned(scratch)
        for (weights, biases), (w, b) in zip(self._views(), layers.split(start[None]), strict=True):
            weights[...], biases[...] = w, b[:, 0]
        for s, network in enumerate(self._networks):
            network.weights, network.mean, network.square = (address(part[s], np.float32) for part in self._state)
            network.scratch = address(self._scratch, np.float32)

    def take(self, stretch: Stretch) -> None:
        """All steps of a stretch."""
        weight = np.ascontiguousarray(stretch.weight)
        for s, network in enumerate(self._networks):
            fitted(0)  # whoever has been interrupted ends here
            x, target = stretch.seen(self._levers, s)
            drawn = stretch.drawn if network.kept < 1 else None
            library.regcli_network_steps(
                network, len(stretch), *(address(part, np.float32) for part in (x, target, weight)),
                None if drawn is None else address(drawn, np.float32),
            )  # fmt: skip

    def weights(self) -> Floats:
        """As they are now, (S, P)."""
        out = np.empty((self._levers.count, self._layers.starts[-1]), dtype=np.float32)
        for (weights, biases), (w, b) in zip(self._views(), self._layers.split(out), strict=True):
            w[...], b[:, 0] = weights, biases
        return out

    def _views(self) -> list[tuple[Floats, Floats]]:
        """Weights (S, a, b) and biases (S, b) of every layer, as views of the padded numbers."""
        at, out, flat = 0, [], self._state[0]
        *hidden, last = pairwise(self._layers.architecture.widths)
        for a, b in hidden:
            wide = _padded(b)
            both = flat[:, at : at + (a + 1) * wide].reshape(-1, a + 1, wide)
            out.append((both[:, :a, :b], both[:, a, :b]))
            at += (a + 1) * wide
        # the last layer's weights lie by unit, for they are few
        a, b = last
        wide = _padded(a)
        by_unit = flat[:, at : at + b * wide].reshape(-1, b, wide)[:, :, :a]
        out.append((by_unit.swapaxes(1, 2), flat[:, at + b * wide : at + b * wide + b]))
        return out


def _padded(width: int) -> int:
    """As `padded` in network.c."""
    full = -(-width // LANES) * LANES
    return full + LANES if full >= WIDE and full % 64 == 0 else full


def _aligned(*shape: int) -> Floats:
    """Zeros that begin where a line of the processor's memory does."""
    size = int(np.prod(shape))
    room = np.zeros(size + LANES, dtype=np.float32)
    skip = -room.ctypes.data % (4 * LANES) // 4
    return room[skip : skip + size].reshape(shape)
