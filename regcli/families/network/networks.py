"""Networks of a path on one training set: what they are measured in, how they are trained, what they predict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.families.network.augment import Augment
from regcli.families.network.layers import Architecture, Layers
from regcli.families.network.levers import LEVERS, Levers, Rows, Schedule
from regcli.families.network.training import train

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from regcli.families.axis import AxisPath
    from regcli.families.given import Given
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, Matrix


@dataclass(frozen=True, slots=True)
class Scales:
    """What numbers are measured in: SDs of the training set's columns and of its target, about their means.

    Attributes
    ----------
    center, scale : ndarray (p,)
    y_center, y_scale : float
        0 and 1 for classes.
    """

    center: FloatArray
    scale: FloatArray
    y_center: float
    y_scale: float

    @classmethod
    def of(cls, given: Given) -> Scales:
        """Measured with the sample and class weights of the set."""
        X = dense(given.X)
        weight = np.ones(len(X)) if given.weight is None else given.weight
        center = np.average(X, axis=0, weights=weight)
        scale = np.sqrt(np.average((X - center) ** 2, axis=0, weights=weight))
        scale = np.where(scale > 1e-12 * np.maximum(1.0, np.abs(center)), scale, np.inf)
        if given.classes:
            return cls(center, scale, 0.0, 1.0)
        mean = float(np.average(given.y, weights=weight))
        spread = float(np.sqrt(np.average((given.y - mean) ** 2, weights=weight)))
        return cls(center, scale, mean, spread or 1.0)

    def apply(self, X: Matrix) -> NDArray[np.float32]:
        """Columns in SDs; what is constant in training is zero."""
        return np.asarray((dense(X) - self.center) / self.scale, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks of one path on one training set.

    Attributes
    ----------
    layers : Layers
    weights : ndarray (L, P)
    scales : Scales
    n_iter : int ndarray (L,)
        Epochs.
    """

    layers: Layers
    weights: NDArray[np.float32]
    scales: Scales
    n_iter: IntArray

    @property
    def used(self) -> BoolArray:
        first = self.layers.split(self.weights)[0][0]
        return np.asarray((first != 0).any(axis=2) & np.isfinite(self.scales.scale))

    @property
    def complexity(self) -> FloatArray:
        return np.asarray(np.count_nonzero(self.weights[:, self.layers.penalised], axis=1), dtype=np.float64)

    @property
    def ended(self) -> BoolArray:
        return np.asarray(np.isfinite(self.weights).all(axis=1))

    def at(self, index: int) -> Networks:
        """One of them alone."""
        some = slice(index, index + 1)
        return Networks(self.layers, self.weights[some], self.scales, self.n_iter[some])

    def predictions(self, X: Matrix) -> Iterator[FloatArray]:
        return self.of_scaled(self.scales.apply(X))

    def of_scaled(self, x: NDArray[np.float32]) -> Iterator[FloatArray]:
        """The same for rows in SDs already."""
        for weights in self.weights:
            yield self._mean(weights[None], x)

    def mean(self, X: Matrix) -> FloatArray:
        """Of the only one: values (m,), or probabilities (m, K)."""
        return np.asarray(self._mean(self.weights, self.scales.apply(X))[0])

    def _mean(self, weights: NDArray[np.float32], x: NDArray[np.float32]) -> FloatArray:
        out = self.layers.outputs(weights, x).astype(np.float64)
        if self.layers.architecture.loss == "squared":
            return np.asarray(self.scales.y_center + self.scales.y_scale * out[..., 0])
        # of single precision: to where they sum to one
        return np.asarray(out / out.sum(axis=-1, keepdims=True))


def dense(X: Matrix) -> FloatArray:
    """As an array."""
    return np.asarray(X.toarray() if sparse.issparse(X) else X, dtype=np.float64)


def _rows(given: Given, scales: Scales, *, scaled: bool) -> Rows:
    """A training set as networks take it."""
    if given.classes:
        target = (given.y[:, None] == np.arange(given.classes)).astype(np.float32)
    else:
        target = ((given.y - scales.y_center) / scales.y_scale).astype(np.float32)[:, None]
    weight = np.ones(len(target)) if given.weight is None else given.weight / given.weight.mean()
    X = scales.apply(given.X) if scaled else dense(given.X).astype(np.float32)
    return Rows(X, target, weight.astype(np.float32))


def trained(given: Given, path: AxisPath, strengths: FloatArray, seed: int, epochs: IntArray | None) -> Networks:
    """Networks of some strengths of a path.

    Parameters
    ----------
    given : Given
    path : AxisPath
    strengths : ndarray (l,)
    seed : int
    epochs : int ndarray (l,), or None
        How long each is trained; None as the path has it.
    """
    scales = Scales.of(given)
    architecture = architecture_of(given, path)
    layers, out = Layers.of(architecture), None
    if path.axis == "epochs":
        passes = strengths.astype(np.int64)
        drawn = walk(given, path, scales, architecture, np.zeros(1), tuple(passes.tolist()), seed)
        return Networks(layers, np.concatenate([weights for _, weights in drawn]), scales, passes)
    passes = np.full(len(strengths), path.levers["max_epochs"]) if epochs is None else epochs
    out = np.empty((len(strengths), layers.starts[-1]), dtype=np.float32)
    for epoch, weights in walk(given, path, scales, architecture, strengths, tuple(sorted(set(passes.tolist()))), seed):
        out[passes == epoch] = weights[passes == epoch]
    return Networks(layers, out, scales, passes)


def walk(
    given: Given,
    path: AxisPath,
    scales: Scales,
    architecture: Architecture,
    strengths: FloatArray,
    epochs: tuple[int, ...],
    seed: int,
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Epochs, and the weights of all networks after them."""
    levers, count = path.levers, len(strengths)
    walked = {name: strengths if name == path.axis else np.full(count, float(levers[name])) for name in LEVERS}
    wanted = getattr(path.wanted, "augment", None)
    augment = None
    if wanted is not None:
        center, scale = (values.astype(np.float32) for values in (scales.center, scales.scale))
        augment = Augment(wanted.shape, wanted.shift, wanted.flip, wanted.rotate, center, scale)
    rows = _rows(given, scales, scaled=augment is None)
    schedule = Schedule(levers["learning_rate"], levers["batch_size"], epochs)
    yield from zip(epochs, train(rows, architecture, Levers(**walked), schedule, seed, augment), strict=True)


def architecture_of(given: Given, path: AxisPath) -> Architecture:
    """Of a path's networks on a training set."""
    return Architecture(
        given.X.shape[1], tuple(path.levers["hidden"]), given.classes or 1, "softmax" if given.classes else "squared"
    )
