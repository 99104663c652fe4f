"""Rows of what audits have found: neither side is the better one, but every number can be gated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.compare.rows import changed_if, fact, named, of_pair
from regcli.compare.similarity import top_overlap
from regcli.figures import known, value
from regcli.support import TOP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.compare.rows import Row
    from regcli.compare.sides import Pair

IMPORTANCE, OVERLAP = "Importance of columns", f"overlap of the {TOP} most important"


def audit_rows(pair: Pair) -> Iterator[Row]:
    """Every figure that one of the runs has, section by section."""
    rows = [*_figures(pair), *_overlap(pair)]
    order = list(dict.fromkeys(row.section for row in rows))
    yield from sorted(rows, key=lambda row: order.index(row.section))


def _figures(pair: Pair) -> Iterator[Row]:
    for figure in {figure.name: figure for side in (pair.a, pair.b) for figure in known(side.run.told)}.values():
        a, b = (value(side.run.told, figure.name) for side in (pair.a, pair.b))
        yield fact(figure.name, figure.section, figure.label, a, b, minor=figure.minor)


def _overlap(pair: Pair) -> Iterator[Row]:
    ranked = [value(side.run.told, "importance.columns") for side in (pair.a, pair.b)]
    if all(isinstance(columns, list) for columns in ranked):
        shared = top_overlap(ranked[0], ranked[1], TOP)
        gone = [column for column in ranked[0][:TOP] if column not in ranked[1][:TOP]]
        note = f"not in B's: {named(gone)}" if gone else ""
        yield of_pair("importance.overlap", IMPORTANCE, OVERLAP, shared, changed_if(shared < 1), note=note)
