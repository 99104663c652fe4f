"""What else was found of the model: the figures of the audits that have no picture of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.page.panel import Panel, Section
from regcli.report.audit import audit_tables
from regcli.report.nested import nested_tables

if TYPE_CHECKING:
    from regcli.page.shown import Shown

# Sections of figures that stand beside a picture.
ELSEWHERE = ("Stability", "Importance", "Models")


class Audits(Panel["Shown"]):
    """Section by section."""

    name = "audits"
    title = "Further checks"
    question = "What else was found of the chosen model?"

    def look(self, shown: Shown) -> Section | None:
        tables = tuple(table for table in audit_tables(shown.metrics) if not table.title.startswith(ELSEWHERE))
        tables = (*nested_tables(shown.metrics, shown.manifest), *tables)
        return Section(tables=tables) if tables else None
