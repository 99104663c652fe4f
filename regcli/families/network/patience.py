"""Training for as many epochs as are best on the mean over folds: all training sets walk together, epoch by epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.families.given import Given
from regcli.families.network.layers import Layers
from regcli.families.network.networks import Networks, Scales, architecture_of, walk
from regcli.metrics import METRICS
from regcli.numerics.reproducible import one_thread
from regcli.scored import Scored
from regcli.scoring import score
from regcli.weights import sample_weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from regcli.families.axis import AxisPath
    from regcli.numerics.arrays import BoolArray, FloatArray
    from regcli.prepare import Prepared

    Floats = NDArray[np.float32]


class Best:
    """For each of L strengths the epoch, from 1, of the lowest value that `patience` epochs more do not better.

    Parameters
    ----------
    count, patience : int
    """

    def __init__(self, count: int, patience: int) -> None:
        self._patience, self._epoch = patience, 0
        self.epochs, self._lowest = np.ones(count, dtype=np.int64), np.full(count, np.inf)

    def told(self, values: FloatArray) -> BoolArray:
        """For which strengths the next epoch, of values (L,), is the best one yet; the first always is. (L,)."""
        self._epoch += 1
        better = (values < self._lowest) & (self._epoch - self.epochs <= self._patience)
        self.epochs = np.where(better, self._epoch, self.epochs)
        self._lowest = np.where(better, values, self._lowest)
        return better | (self._epoch == 1)

    @property
    def is_over(self) -> bool:
        """No later epoch could count."""
        return bool((self._epoch - self.epochs >= self._patience).all())


@dataclass(frozen=True, slots=True)
class _Set:
    """A training set on its way.

    Attributes
    ----------
    given : Given
    layers : Layers
    scales : Scales
    epochs : iterator
        Weights of all networks, (L, P), epoch after epoch.
    held : tuple of ndarray, or None
        A fold's validation rows in SDs, (m, p), their target and weight, (m,); None for all training rows.
    kept : ndarray (L, P)
        Weights after the best epochs.
    """

    given: Given
    layers: Layers
    scales: Scales
    epochs: Iterator[tuple[int, Floats]]
    held: tuple[Floats, FloatArray, FloatArray] | None
    kept: Floats

    @classmethod
    def of(cls, prepared: Prepared, path: AxisPath, f: int, seed: int) -> _Set:
        """Of a fold; behind the last of all training rows."""
        plan, given, held = prepared.plan, Given.of(prepared, path.recipe, f), None
        scales, shape = Scales.of(given), architecture_of(given, path)
        layers = Layers.of(shape)
        if f < len(plan.splits.folds):
            rows = plan.splits.folds[f].validation
            held = scales.apply(given.matrix(rows)), plan.dataset.y[rows], sample_weights(plan.dataset, rows)
        every = tuple(range(1, int(path.levers["max_epochs"]) + 1))
        epochs = walk(given, path, scales, shape, path.lambdas, every, seed)
        return cls(given, layers, scales, epochs, held, np.empty((len(path.lambdas), layers.starts[-1]), dtype=np.float32))

    def step(self) -> tuple[Floats, FloatArray | None]:
        """Weights after one more epoch, and a fold's scores by the metric that selects, (L,)."""
        _, weights = next(self.epochs)
        if self.held is None:
            return weights, None
        x, y, weight = self.held
        networks = Networks(self.layers, weights, self.scales, np.zeros(0, dtype=np.int64))
        plan = self.given.prepared.plan
        scored = Scored(y, np.concatenate(list(networks.of_scaled(x))), weight, plan.task)
        return weights, score(scored, [plan.metric])[plan.metric]


def patiently(prepared: Prepared, path: AxisPath, seed: int) -> list[tuple[Given, Networks]]:
    """Every training set, that of all training rows last, and its networks after the epochs that are best over all folds."""
    plan = prepared.plan
    weight = [sample_weights(plan.dataset, fold.validation).sum() for fold in plan.splits.folds]
    sign, patience = METRICS[plan.metric].sign, path.wanted.patience  # type: ignore[attr-defined]
    best = Best(len(path.lambdas), patience)
    with one_thread():
        sets = prepared.executor.map(lambda f: _Set.of(prepared, path, f, seed), range(len(weight) + 1))
        for _ in range(int(path.levers["max_epochs"])):
            found = prepared.executor.map(_Set.step, sets)
            better = best.told(sign * np.average([scores for _, scores in found if scores is not None], axis=0, weights=weight))
            for one, (weights, _) in zip(sets, found, strict=True):
                one.kept[better] = weights[better]
            if best.is_over:
                break
    return [(one.given, Networks(one.layers, one.kept, one.scales, best.epochs)) for one in sets]
