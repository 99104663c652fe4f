"""Rows of what audits have found: neither side is the better one, but every number can be gated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.compare.rows import fact
from regcli.figures import known, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.compare.rows import Row
    from regcli.compare.sides import Pair


def audit_rows(pair: Pair) -> Iterator[Row]:
    """Every figure that one of the runs has."""
    for figure in {figure.name: figure for side in (pair.a, pair.b) for figure in known(side.metrics)}.values():
        a, b = (value(side.metrics, figure.name) for side in (pair.a, pair.b))
        yield fact(figure.name, figure.section, figure.label, a, b, minor=figure.minor)
