"""Axes that several pictures share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regcli.numerics.arrays import FloatArray

FORMAT = ".4~g"
# Decades from which on an axis has their ticks alone.
WIDE = 1.5


def strength(lambdas: FloatArray, name: str = "λ", **axis: Any) -> dict[str, Any]:  # noqa: ANN401
    """The x axis of a path, strong to weak from left to right; field `lambda`.

    Parameters
    ----------
    lambdas : float ndarray (L,)
        In the order of the path.
    name : str
        What the axis is called.
    **axis
        What Vega-Lite's axis is to have besides.
    """
    positive = lambdas[lambdas > 0]
    # an axis whose strong end is at its small values, such as a tree's depth, is not turned round
    scale: dict[str, Any] = {"reverse": bool(lambdas[0] > lambdas[-1]), "nice": False}
    if len(positive) == 0 or len(lambdas) == 1:
        scale["zero"] = False
        values: list[float] = np.unique(lambdas).tolist()
    elif len(positive) == len(lambdas):
        scale["type"] = "log"
        values = ticks(float(positive.min()), float(positive.max()))
    else:  # zero has a place at the weak end
        scale |= {"type": "symlog", "constant": float(positive.min()) / 2}
        values = [0.0, *ticks(float(positive.min()), float(positive.max()))]
    title = f"{name} (strong → weak)" if len(lambdas) > 1 else name
    return {
        "field": "lambda",
        "type": "quantitative",
        "scale": scale,
        "axis": {"title": title, "values": values, "format": "~g", "labelOverlap": True, **axis},
    }


def ticks(low: float, high: float) -> list[float]:
    """Powers of ten within the limits, and twice and five times these where there are few."""
    steps = (1.0,) if math.log10(high / low) > WIDE else (1.0, 2.0, 5.0)
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    # through its text: 3 × 0.1 is no 0.3
    found = [float(f"{step}e{exponent}") for exponent in exponents for step in steps]
    inside = [value for value in found if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
    return inside or [float(f"{low:.2g}"), float(f"{high:.2g}")]


def measure(field: str, title: str, *, zero: bool = False, **channel: Any) -> dict[str, Any]:  # noqa: ANN401
    """A y (or x) axis of measurements."""
    axis = {"title": title, "format": FORMAT, "tickCount": 6}
    return {"field": field, "type": "quantitative", "scale": {"zero": zero}, "axis": axis, **channel}


def told(titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is told of the mark under the pointer: fields and what they are called; numbers with four digits."""
    return [
        {"field": field, "title": title} if field.startswith("text") else {"field": field, "title": title, "format": FORMAT}
        for field, title in titles.items()
    ]


def nearest(name: str, field: str) -> dict[str, Any]:
    """A selection of what is nearest to the pointer along the x axis."""
    select = {"type": "point", "fields": [field], "nearest": True, "on": "pointermove", "clear": "pointerout"}
    return {"name": name, "select": select}
