"""Whether both runs were made on rows of one kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.numerals import count
from regcli.page.axes import measure, told
from regcli.page.names import labels
from regcli.page.panel import Panel, Section
from regcli.page.picture import Picture
from regcli.report.comparison import rows_table

if TYPE_CHECKING:
    from regcli.page.compared.compared import Compared

SECTION = "Input drift"
MOST, ROWS = 30, 100


class Drift(Panel["Compared"]):
    """Column by column, how far the means moved, and what else differs."""

    name = "drift"
    title = "Drift of the inputs"
    question = "Do the columns still come from the same distributions?"

    def look(self, shown: Compared) -> Section | None:
        rows = shown.rows(SECTION)
        moved = [row for row in rows if row["mark"] == "changed" or not row["minor"]]
        means = [row for row in rows if row["name"].endswith(".mean") and row["value"] is not None]
        if not rows:
            return None
        if not any(row["value"] for row in means):
            return Section(notes=("No column moved.",) if not any(row["mark"] == "changed" for row in rows) else (),
                           tables=(rows_table(moved[:ROWS]),))  # fmt: skip
        rest = len(moved) - ROWS
        notes = (f"{count(rest, 'more row')} of this section: `regcli compare` with --all prints every one.",) if rest > 0 else ()
        return Section(pictures=(_picture(means),), tables=(rows_table(moved[:ROWS]),), notes=notes)


def _picture(means: list[dict[str, Any]]) -> Picture:
    top = sorted(means, key=lambda row: -abs(row["value"]))[:MOST]
    names = labels(row["label"].rpartition(": ")[0] for row in top)
    points = {
        "text": names, "shift": [row["value"] for row in top],
        "text_mark": ["moved" if row["mark"] == "changed" else "within noise" for row in top],
    }  # fmt: skip
    y = {"field": "text", "type": "nominal", "sort": None, "axis": {"title": None, "grid": True}}
    x = measure("shift", "shift of the mean from A to B, in SDs of A", zero=True)
    marks = ["moved", "within noise"]
    colour = {
        "field": "text_mark", "type": "nominal", "title": None,
        "scale": {"domain": marks, "range": ["var(--bad)", "var(--faint)"]},
    }  # fmt: skip
    layers: list[dict[str, Any]] = [
        {"data": {"values": [{"shift": 0}]}, "mark": {"type": "rule", "color": "var(--mark)"}, "encoding": {"x": x}},
        {"data": {"name": "points"}, "mark": {"type": "point", "size": 75},
         "encoding": {
             "x": x, "y": y, "color": colour, "shape": {**colour, "scale": {"domain": marks, "range": ["diamond", "circle"]}},
             "tooltip": told({"text": "column", "shift": "shift, in SDs", "text_mark": "mark"}),
         }},
    ]  # fmt: skip
    rest = len(means) - len(top)
    return Picture(
        "drift",
        "How far the means of the columns moved",
        {"height": 20 * len(top), "layer": layers},
        {"points": points},
        f"{points['text_mark'].count('moved')} of the {len(top)} columns drawn moved by more than noise; most of all {names[0]}.",
        note=f"The {len(top)} largest of {count(len(means))} columns." if rest else "",
    )
