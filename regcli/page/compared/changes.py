"""How the scores changed, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.compare.metrics import over_folds
from regcli.metrics import METRICS
from regcli.numerals import count, percent
from regcli.page.axes import measure, told
from regcli.page.panel import Panel, Section
from regcli.page.picture import Picture, said
from regcli.report.comparison import rows_table

if TYPE_CHECKING:
    from regcli.page.compared.compared import Compared

SECTION = "Scores"


class Changes(Panel["Compared"]):
    """Every metric that the runs were asked for."""

    name = "scores"
    title = "Scores"
    question = "Is B better or worse, and by more than noise?"

    def look(self, shown: Compared) -> Section | None:
        rows = [row for row in shown.rows(SECTION) if not row["minor"]]
        picture = _picture(shown)
        if not rows and picture is None:
            return None
        return Section(
            pictures=() if picture is None else (picture,), tables=(rows_table(rows, detectable=True),) if rows else ()
        )


def _picture(shown: Compared) -> Picture | None:
    """Changes in validation as a share of A's score, to the right where B is worse."""
    bars: dict[str, list[Any]] = {key: [] for key in ("text", "text_verdict", "a", "b", "change", "low", "high")}
    share = 0.95
    marks = {row["name"]: row["mark"] for row in shown.rows(SECTION)}
    for metric in dict.fromkeys([shown.pair.a.metric, *shown.pair.asked]):
        a, b = (side.metrics["validation"].get(metric) for side in (shown.pair.a, shown.pair.b))
        if a is None or b is None or not a:
            continue
        scale = 100.0 * METRICS[metric].sign / abs(a)
        test = over_folds(shown.pair, metric)
        share = 1 - 2 * test.level  # where such an interval does not hold zero, the change by itself is more than noise
        width = test.half_width(share) * abs(scale)
        change = (b - a) * scale
        mark = marks.get(f"validation.{metric}", "")
        cells = (metric, mark if mark in {"better", "worse"} else "within noise", a, b, change, change - width, change + width)
        for key, value in zip(bars, cells, strict=True):
            bars[key].append(value)
    if not bars["text"]:
        return None
    first = bars["text"][0]
    return Picture(
        "changes",
        f"Change of the validation scores from A to B, in % of A's score, with {percent(share)} intervals",
        {"height": 30 * len(bars["text"]) + 10, "layer": _layers()},
        {"bars": bars},
        f"{first} changed from {said(bars['a'][0])} to {said(bars['b'][0])}: {bars['text_verdict'][0]}. "
        f"{count(len(bars['text']), 'metric')} in all.",
        note="To the right B is worse, whichever way a metric points. Intervals are those of the test over folds behind the "
        "marks, which for several scores are corrected together.",
    )


def _layers() -> list[dict[str, Any]]:
    y = {"field": "text", "type": "nominal", "sort": None, "axis": {"title": None, "grid": False}}
    x = measure("change", "change, % of A (worse →)", zero=True)
    verdicts = ["better", "worse", "within noise"]
    colour = {
        "field": "text_verdict", "type": "nominal", "title": None,
        "scale": {"domain": verdicts, "range": ["var(--good)", "var(--bad)", "var(--faint)"]},
    }  # fmt: skip
    tells = told({
        "text": "metric", "a": "A", "b": "B", "change": "% worse", "low": "from", "high": "to", "text_verdict": "verdict",
    })  # fmt: skip
    data = {"name": "bars"}
    return [
        {"data": {"values": [{"change": 0}]}, "mark": {"type": "rule", "color": "var(--mark)"}, "encoding": {"x": x}},
        {"data": data, "mark": {"type": "rule", "strokeWidth": 2.5},
         "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}, "color": colour}},
        {"data": data, "mark": {"type": "point", "size": 85},
         "encoding": {
             "y": y, "x": x, "color": colour, "tooltip": tells,
             "shape": {**colour, "scale": {"domain": verdicts, "range": ["triangle-left", "triangle-right", "circle"]}},
         }},
    ]  # fmt: skip
