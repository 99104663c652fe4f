"""What each column is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.numerals import count
from regcli.page.axes import measure, told
from regcli.page.names import labels
from regcli.page.panel import Panel, Section
from regcli.page.picture import Picture
from regcli.report.audit import most_important
from regcli.run.layout import IMPORTANCE

if TYPE_CHECKING:
    from regcli.page.shown import Shown

# Bars of the picture, rows of the table.
BARS, ROWS = 25, 200


class Importance(Panel["Shown"]):
    """By what validation loses without it."""

    name = "importance"
    title = "Importance of columns"
    question = "What would be lost if a column told nothing?"

    def look(self, shown: Shown) -> Section | None:
        if not shown.has(IMPORTANCE):
            return None
        tables = most_important(shown.run, ROWS)
        return Section(pictures=(_picture(shown),), tables=tuple(tables)) if tables else None


def _picture(shown: Shown) -> Picture:
    found = shown.run.importance()
    metric = (shown.metrics.get("importance") or {}).get("metric", shown.metric)
    worth, error = np.nan_to_num(found["permutation"]), np.nan_to_num(found["permutation_se"])
    live = np.flatnonzero(worth != 0)
    top = live[np.argsort(-worth[live], kind="stable")][:BARS]
    names = labels(found["source"][top].tolist())
    bars = {"text": names, "worth": worth[top], "se": error[top], "low": (worth - error)[top], "high": (worth + error)[top]}
    rest = len(live) - len(top)
    y = {"field": "text", "type": "nominal", "sort": None, "axis": {"title": None, "grid": False}}
    x = measure("worth", f"validation {metric} worse by", zero=True)
    layers: list[dict[str, Any]] = [
        {"data": {"name": "bars"},
         "mark": {"type": "bar", "height": 13, "color": "var(--validation)", "opacity": 0.5, "cornerRadius": 2},
         "encoding": {"y": y, "x": x, "tooltip": told({"text": "column", "worth": f"{metric} worse by", "se": "± SE"})}},
        {"data": {"name": "bars"}, "mark": {"type": "rule", "color": "var(--ink)", "strokeWidth": 1.5},
         "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}}},
    ]  # fmt: skip
    return Picture(
        "importance",
        f"How much worse validation {metric} becomes where a column's cells are exchanged between rows",
        {"height": 22 * len(top), "layer": layers},
        {"bars": bars},
        f"The most important: {', '.join(names[:5])}; {count(len(live), 'column')} worth anything.",
        note=f"The {len(top)} most important of {count(len(live))}." if rest else "",
    )
