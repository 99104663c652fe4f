"""The coefficients of the chosen model: how large, how sure over folds, how often selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.numerals import count
from regcli.page.axes import measure, told
from regcli.page.names import labels, shortened
from regcli.page.panel import Panel, Section
from regcli.page.picture import Picture
from regcli.report.tables import largest_coefficients
from regcli.run.layout import COEFFICIENTS

if TYPE_CHECKING:
    from regcli.numerics.arrays import IntArray
    from regcli.page.shown import Shown

# Bars of the picture, rows of the table.
BARS, ROWS = 30, 200
STEP = 22


class Coefficients(Panel["Shown"]):
    """Of the selected point."""

    name = "coefficients"
    title = "The chosen coefficients"
    question = "What does the model look at, and would other rows have led to the same?"

    def look(self, shown: Shown) -> Section | None:
        if not shown.has(COEFFICIENTS):
            return None
        table = largest_coefficients(shown.coefficients, shown.manifest, ROWS)
        order = largest(shown)
        return Section(pictures=(_picture(shown, order),) if len(order) else (), tables=(table,))


def largest(shown: Shown) -> IntArray:
    """Rows of coefficients.csv that are not zero, the largest standardised one first; the intercept left out."""
    c = shown.coefficients
    size = np.abs(c["coefficient_standardized"])
    live = np.flatnonzero((c["coefficient"] != 0) & (c["feature"] != "(intercept)"))
    return live[np.argsort(-size[live], kind="stable")]


def _picture(shown: Shown, order: IntArray) -> Picture:
    c, n = shown.coefficients, shown.manifest["folds"]["n"]
    top = order[:BARS]
    features = c["feature"][top].tolist()
    classes = c["class"][top].tolist() if "class" in c else None
    names = labels(features if classes is None else [f"{shortened(a, 24)} · {b}" for a, b in zip(features, classes, strict=True)])
    mean, sd = (np.nan_to_num(c[name][top]) for name in ("fold_mean", "fold_sd"))
    kept = np.nan_to_num(c["selection_frequency"][top])
    bars = {
        "text": names, "size": c["coefficient_standardized"][top], "coefficient": c["coefficient"][top], "mean": mean, "sd": sd,
        "low": mean - sd, "high": mean + sd, "text_kept": [f"{round(share * n)} of {n}" for share in kept],
        "text_sign": ["plus" if value > 0 else "minus" for value in c["coefficient_standardized"][top]],
    }  # fmt: skip
    rest = len(order) - len(top)
    return Picture(
        "coefficients",
        "Standardised coefficients, with mean ± SD over folds and how many folds keep them",
        {"height": STEP * len(top), "layer": _layers()},
        {"bars": bars},
        f"The largest are {', '.join(names[:5])}; {count(len(order), 'feature')} not zero in all.",
        note=f"The {len(top)} largest of {count(len(order))}; the others stand in the table, or in coefficients.csv."
        if rest
        else "",
    )


def _layers() -> list[dict[str, Any]]:
    y = {"field": "text", "type": "nominal", "sort": None, "axis": {"title": None, "grid": False}}
    x = measure("size", "standardised coefficient", zero=True)
    sign = {
        "field": "text_sign", "type": "nominal", "legend": None,
        "scale": {"domain": ["plus", "minus"], "range": ["var(--plus)", "var(--minus)"]},
    }  # fmt: skip
    tells = told({
        "text": "feature", "size": "standardised", "coefficient": "coefficient", "mean": "mean over folds", "sd": "SD over folds",
        "text_kept": "folds that keep it",
    })  # fmt: skip
    data = {"name": "bars"}
    return [
        {
            "data": data,
            "mark": {"type": "bar", "height": 13, "opacity": 0.45, "cornerRadius": 2},
            "encoding": {"y": y, "x": x, "color": sign, "tooltip": tells},
        },
        {
            "data": data,
            "mark": {"type": "rule", "color": "var(--ink)", "strokeWidth": 1.5},
            "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
        },
        {
            "data": data,
            "mark": {"type": "point", "color": "var(--ink)", "size": 30},
            "encoding": {"y": y, "x": {**x, "field": "mean"}, "tooltip": tells},
        },
        {
            "data": data,
            "mark": {"type": "text", "align": "left", "dx": 10, "color": "var(--soft)", "fontSize": 11.5},
            "encoding": {"y": y, "x": {"value": "width"}, "text": {"field": "text_kept"}},
        },
    ]
