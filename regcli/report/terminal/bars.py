"""Numbers as bars of characters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def drawn_bars(values: Sequence[float | None], width: int, *, plain: bool) -> list[str]:
    """Bars to one scale about a common zero, each `width` characters long; empty for what is no finite number.

    Half characters count where there are any.

    Examples
    --------
    >>> drawn_bars([2.0, -1.0, 0.5], 7, plain=False)
    ['  │████', '██│    ', '  │█   ']
    >>> drawn_bars([2.0, -1.0], 7, plain=True)
    ['  |####', '##|    ']
    """
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    room = max(width - 1, 2)
    # one unit for both sides; each side has whole characters, so that zero is the same column everywhere
    unit = (high - low) / room or 1.0
    left = math.ceil(-low / unit - 1e-9)
    if left and high > 0:
        right = max(room - left, 1)
        left = room - right
        unit = max(-low / left, high / right)
    full, begins, ends, axis = ("#", "#", "#", "|") if plain else ("█", "▐", "▌", "│")
    out = []
    for value in values:
        size = abs(value) / unit if value is not None and math.isfinite(value) else 0.0
        halves = 2 * round(size) if plain else round(2 * size)
        if size and not halves:
            halves = 2 if plain else 1
        whole, rest = divmod(halves, 2)
        negative = (value or 0.0) < 0
        before = (begins * rest + full * whole).rjust(left) if negative else " " * left
        after = "" if negative else full * whole + ends * rest
        out.append(f"{before}{axis}{after}".ljust(width))
    return out
