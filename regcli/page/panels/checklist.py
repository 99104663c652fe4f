"""The ship checklist."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from regcli.checks import Verdict
from regcli.page.panel import Panel, Section
from regcli.report.checklist import checklist_tables

if TYPE_CHECKING:
    from regcli.page.shown import Shown


class Checklist(Panel["Shown"]):
    """Row by row, and what helps where one does not hold."""

    name = "checklist"
    title = "The ship checklist"
    question = "Does anything stand in the way of shipping this model?"

    def look(self, shown: Shown) -> Section | None:
        if not shown.metrics.get("check"):  # a run of an earlier regcli
            return None
        # with all that audits stand on, which whoever has just fitted has imported already
        from regcli.check import check
        from regcli.check.record import record

        found = record(check(shown.run))
        rows = replace(checklist_tables(found)[0], title="")
        todo = tuple(
            f"{row['code']}: {row['remedy']}" for row in found["rows"] if row["verdict"] in {Verdict.FAILS, Verdict.LOOK}
        )
        return Section(found["verdict"], tables=(rows,), notes=todo)
