"""How the coefficients changed, and which features came in or went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.numerals import count
from regcli.page.axes import measure, told
from regcli.page.names import labels
from regcli.page.panel import Panel, Section
from regcli.page.picture import Picture
from regcli.report.comparison import rows_table
from regcli.report.table import Column, Table

if TYPE_CHECKING:
    from regcli.page.compared.compared import Compared

# Lines that are drawn, names at their ends, rows of the table.
MOST, NAMED, ROWS = 30, 14, 300
HEIGHT, LINE = 420, 15
FATES = ("in both", "added", "dropped", "sign changed")


class Slopes(Panel["Compared"]):
    """Standardised coefficients of both models, feature by feature."""

    name = "coefficients"
    title = "Coefficients"
    question = "Is it still the same model, and which features came in or went?"

    def look(self, shown: Compared) -> Section | None:
        pair = shown.pair
        if not (pair.a.has_coefficients and pair.b.has_coefficients):
            return None
        a, b = pair.a.standardized, pair.b.standardized
        live = [name for name in dict.fromkeys([*a, *b]) if a.get(name) or b.get(name)]
        order = sorted(live, key=lambda name: -max(abs(a.get(name, 0.0)), abs(b.get(name, 0.0))))
        rows = [row for row in shown.rows("Model", "Coefficients") if not row["minor"]]
        tables = (rows_table(rows),) if rows else ()
        if not order:
            return Section(tables=tables) if tables else None
        return Section(pictures=(_picture(order, a, b),), tables=tables)


def fate(a: float, b: float) -> str:
    """What became of a coefficient."""
    if not a or not b:
        return "dropped" if a else "added"
    return "in both" if (a > 0) == (b > 0) else "sign changed"


def _picture(order: list[str], a: dict[str, float], b: dict[str, float]) -> Picture:
    from regcli.page.spread import spread

    top = order[:MOST]
    names = labels(top)
    sides = [(name, a.get(key, 0.0), b.get(key, 0.0)) for name, key in zip(names, top, strict=True)]
    lines: dict[str, list[Any]] = {key: [] for key in ("text", "text_side", "size", "text_fate", "a", "b", "change")}
    for name, x, y in sides:
        for side, size in (("A", x), ("B", y)):
            for key, value in zip(lines, (name, side, size, fate(x, y), x, y, y - x), strict=True):
                lines[key].append(value)
    low, high = min(0.0, *lines["size"]), max(0.0, *lines["size"])
    ends = {
        "text": names[:NAMED], "text_side": ["B"] * len(names[:NAMED]), "text_fate": [fate(x, y) for _, x, y in sides[:NAMED]],
        "at": spread([y for _, _, y in sides[:NAMED]], (high - low or 1.0) * LINE / HEIGHT),
    }  # fmt: skip
    columns = (Column("feature", "feature"), Column("a", "A"), Column("b", "B"), Column("change", "change"), Column("fate", ""))
    table = Table("", columns, tuple(
        (label, a.get(key, 0.0), b.get(key, 0.0), b.get(key, 0.0) - a.get(key, 0.0), fate(a.get(key, 0.0), b.get(key, 0.0)))
        for label, key in zip(labels(order[:ROWS]), order[:ROWS], strict=True)
    ))  # fmt: skip
    fates = [fate(a.get(key, 0.0), b.get(key, 0.0)) for key in order]
    told_fates = ", ".join(f"{fates.count(each)} {each}" for each in FATES if each in fates)
    rest = len(order) - len(top)
    return Picture(
        "slopes",
        "Standardised coefficients from A to B",
        {"height": HEIGHT, "layer": _layers()},
        {"lines": lines, "ends": ends},
        f"{count(len(order), 'feature')} in one of the models or in both: {told_fates}.",
        table,
        f"The {len(top)} largest of {count(len(order))} features; the table has {min(len(order), ROWS)}." if rest else "",
    )


def _layers() -> list[dict[str, Any]]:
    x = {
        "field": "text_side", "type": "nominal", "scale": {"padding": 0.15},
        "axis": {"title": None, "labelAngle": 0, "labelFontSize": 13, "orient": "top", "domain": False, "ticks": False},
    }  # fmt: skip
    y = measure("size", "standardised coefficient")
    colour = {
        "field": "text_fate", "type": "nominal", "title": None,
        "scale": {"domain": list(FATES), "range": ["var(--faint)", "var(--q2)", "var(--train)", "var(--bad)"]},
    }  # fmt: skip
    followed = {"condition": {"param": "follow", "value": 1}, "value": 0.13}
    tells = told({"text": "feature", "a": "A", "b": "B", "change": "change", "text_fate": "fate"})
    data, line = {"name": "lines"}, {"x": x, "y": y, "detail": {"field": "text", "type": "nominal"}}
    return [
        {"data": data, "mark": {"type": "line", "strokeWidth": 1.8}, "encoding": {**line, "color": colour, "opacity": followed}},
        {"data": data, "mark": {"type": "point", "size": 34},
         "encoding": {"x": x, "y": y, "color": colour, "opacity": followed, "tooltip": tells}},
        {
            "data": data,
            "params": [{
                "name": "follow",
                "select": {"type": "point", "fields": ["text"], "on": "pointerover", "clear": "pointerout"},
            }],
            "mark": {"type": "line", "strokeWidth": 13, "opacity": 0.001},
            "encoding": {**line, "tooltip": tells},
        },
        {"data": {"name": "ends"}, "mark": {"type": "text", "align": "left", "dx": 10, "fontSize": 11.5, "limit": 170},
         "encoding": {"x": x, "y": {**y, "field": "at"}, "text": {"field": "text"}, "color": {"value": "var(--ink)"},
                      "opacity": followed}},
    ]  # fmt: skip
