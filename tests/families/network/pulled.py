"""Levers of networks, none of which is pulled unless it is said."""

import numpy as np

from regcli.families.network.levers import Levers

NAMES = ("weight_decay", "l1", "dropout", "label_smoothing", "noise", "mixup")


def levers(count=1, **given):
    return Levers(*(np.broadcast_to(np.asarray(given.get(name, 0.0), dtype=float), (count,)) for name in NAMES))
