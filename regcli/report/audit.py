"""What audits of a run have found, as tables."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from regcli.figures import known, value
from regcli.report.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS = (Column("name", "name", 1), Column("label", "what"), Column("value", "value", right=True))


def audit_tables(metrics: Mapping[str, Any]) -> list[Table]:
    """One table a section, of the figures that the run has."""
    shown = [figure for figure in known(metrics) if not figure.minor]
    return [
        Table(section, COLUMNS, tuple((figure.name, figure.label, value(metrics, figure.name)) for figure in figures))
        for section, figures in groupby(shown, attrgetter("section"))
    ]
