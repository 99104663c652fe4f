"""The coefficients of the chosen model: how large, how sure over folds, how often selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.page.panel import Panel, Section
from regcli.report.tables import largest_coefficients

if TYPE_CHECKING:
    from regcli.page.shown import Shown

# Rows of the table.
MOST = 200


class Coefficients(Panel["Shown"]):
    """Of the selected point."""

    name = "coefficients"
    title = "The chosen coefficients"
    question = "What does the model look at, and would other rows have led to the same?"

    def look(self, shown: Shown) -> Section:
        table = largest_coefficients(shown.coefficients, shown.manifest, MOST)
        return Section(tables=(table,))
