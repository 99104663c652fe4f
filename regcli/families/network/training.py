"""Dense networks of one architecture trained side by side: one training set, one seed, every strength of a path at once.

The networks start from the same weights, see the same rows in the same order and draw the same noise, so that between two
strengths nothing differs but the strength. Everything is float32.

Adam with decoupled decay: Loshchilov & Hutter (2019); dropout: Srivastava et al. (2014); label smoothing: Szegedy et al. (2016);
mixup: Zhang et al. (2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regcli.families.network import compiled
from regcli.families.network.compiled import Compiled
from regcli.families.network.draws import Draws
from regcli.families.network.layers import Architecture, Layers
from regcli.families.network.plain import Plain
from regcli.pace import fitted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from regcli.families.network.augment import Augment
    from regcli.families.network.levers import Levers, Rows, Schedule

    Floats = NDArray[np.float32]


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
    layers = Layers.of(architecture)
    draws = Draws(rows, architecture, levers, schedule, seed, augment)
    start = layers.start(np.random.default_rng([seed, 0]))
    trainer = Compiled if compiled.available else Plain
    networks = trainer(layers, levers, schedule.learning_rate, draws.batch, start)
    for epoch in range(1, schedule.epochs[-1] + 1):
        fitted(0)  # whoever has been interrupted ends here
        for stretch in draws.epoch():
            networks.take(stretch)
        if epoch in schedule.epochs:
            yield networks.weights()
