"""Every row of the comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.numerals import count
from regcli.page.panel import Panel, Section
from regcli.report.comparison import rows_table

if TYPE_CHECKING:
    from regcli.page.compared.compared import Compared

# Rows of the table.
MOST = 600


class Rows(Panel["Compared"]):
    """With what is the same, and what differs in data, configuration and versions."""

    name = "rows"
    title = "Every row"
    question = "What else is different: data, configuration, versions?"

    def look(self, shown: Compared) -> Section:
        rows = shown.record["rows"]
        # what says something comes first where not all can stay
        kept = rows if len(rows) <= MOST else [row for row in rows if row["mark"] != "same"][:MOST]
        rest = len(rows) - len(kept)
        notes = (f"{count(rest, 'row')} left out: `regcli compare` with --all prints every one.",) if rest else ()
        return Section(tables=(rows_table(kept, whole_texts=True),), notes=notes, folded=True)
