"""Places of names that are not to lie on each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.numerics.arrays import FloatArray

ROUNDS = 400


def spread(at: Sequence[float] | FloatArray, gap: float) -> FloatArray:
    """As near to where the names belong as may be, and at least the gap apart, in the same order.

    Parameters
    ----------
    at : sequence of float (n,)
    gap : float

    Examples
    --------
    >>> spread([0.0, 0.0, 10.0], 2.0).tolist()
    [-1.0, 1.0, 10.0]
    """
    order = np.argsort(at, kind="stable")
    place = np.asarray(at, dtype=np.float64)[order]
    for _ in range(ROUNDS):
        near = np.flatnonzero(np.diff(place) < gap * 0.999)
        if not len(near):
            break
        for i in near:
            push = (gap - (place[i + 1] - place[i])) / 2
            if push > 0:
                place[i] -= push
                place[i + 1] += push
    found = np.empty(len(place))
    found[order] = place
    return found
