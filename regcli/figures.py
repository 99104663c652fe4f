"""Numbers of a run beyond its scores: the dotted name of each, what tables call it, and what it is.

A number that an audit puts into metrics.json has one line here. Tables, comparisons, gates and the glossary ask this table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a run.

    Attributes
    ----------
    name : str
        Dotted: where it stands in metrics.json, and what gates know it by.
    label : str
        What people read.
    text : str
        What it is, with its formula and source.
    section : str
        Heading it stands under.
    minor : bool
        Shown only when all are asked for.
    """

    name: str
    label: str
    text: str
    section: str
    minor: bool = False


FIGURES: tuple[Figure, ...] = (
    Figure(
        "stability.phi",
        "stability of the support over folds, Φ",
        "How alike the supports of the folds' fits are, corrected for chance: Φ = 1 - [M/(M-1)·mean p(1-p)] / [(k̄/d)(1-k̄/d)] for "
        "M folds of k̄ features each among d; 1 is the same support every time, 0 what chance would give (Nogueira et al. 2018). "
        "Folds share most of their rows, so that it is no evidence of what new data would select.",
        "Stability",
    ),
)


def value(metrics: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401
    """What stands in metrics.json under a dotted name; None where nothing does."""
    found: Any = metrics
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def numbers(metrics: Mapping[str, Any]) -> dict[str, float | None]:
    """Every single number of metrics.json by its dotted name; None where it is undefined."""
    return dict(_numbers("", metrics))


def _numbers(head: str, block: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    for key, item in block.items():
        if isinstance(item, dict):
            yield from _numbers(f"{head}{key}.", item)
        elif item is None or isinstance(item, (int, float)):
            yield f"{head}{key}", None if item is None or not math.isfinite(item) else float(item)
