"""Rows that only models of one family have, such as what they would recommend."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from regcli.compare.rows import Mark, changed_if, of_pair
from regcli.families import FAMILIES
from regcli.families.base import Stored
from regcli.preprocess import known_levels
from regcli.run.predict import load_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.compare.rows import Row
    from regcli.compare.sides import Pair, Side
    from regcli.families.saved import FromArrays

MODEL = "Model"


def moved_rows(pair: Pair) -> Iterator[Row]:
    """What the family of both models tells of them; nothing where they are of two families, or one was not kept."""
    families = {(side.manifest.get("selected") or {}).get("family", "linear") for side in (pair.a, pair.b)}
    if len(families) > 1 or any(side.manifest.get("command") != "fit" for side in (pair.a, pair.b)):
        return
    for found in FAMILIES[families.pop()].moved(partial(_stored, pair.a), partial(_stored, pair.b)):
        mark = Mark.NOT_COMPARABLE if found.value is None else changed_if(found.value < 1)
        yield of_pair(found.name, MODEL, found.label, found.value, mark, note=found.note)


def _stored(side: Side) -> Stored:
    model: FromArrays = load_model(side.run)
    levels = {name: known.levels for name, known in known_levels(model[0]).items()}
    return Stored(model.arrays, levels)
