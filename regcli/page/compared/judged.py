"""Whether B may take the place of A."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.page.panel import Panel, Section
from regcli.report.comparison import gates_table
from regcli.report.table import Column, Table

if TYPE_CHECKING:
    from regcli.page.compared.compared import Compared


class Judged(Panel["Compared"]):
    """The verdict, the gates, and which runs these are."""

    name = "verdict"
    title = "The verdict"
    question = "What changed from A to B, and may B ship?"

    def look(self, shown: Compared) -> Section:
        sides = tuple(
            (letter, side.manifest["id"], side.manifest["name"], side.manifest["command"], side.manifest["dataset"]["n_train"])
            for letter, side in (("A", shown.pair.a), ("B", shown.pair.b))
        )
        columns = (
            Column("side", ""), Column("run", "run"), Column("name", "experiment"), Column("command", "command"),
            Column("rows", "training rows"),
        )  # fmt: skip
        gates = (gates_table(shown.record["gates"]),) if shown.record["gates"] else ()
        return Section(
            shown.record["verdict"], notes=tuple(shown.record["remarks"]), tables=(*gates, Table("Runs", columns, sides))
        )
