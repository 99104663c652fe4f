"""Whether more rows would help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.numerals import count
from regcli.page.axes import measure, told
from regcli.page.panel import Panel, Section
from regcli.page.picture import Picture, said
from regcli.report.learning import learning_notes
from regcli.report.tables import columns_table
from regcli.run.layout import LEARNING

if TYPE_CHECKING:
    from regcli.page.shown import Shown

SIDES = ("validation", "train")


class Learning(Panel["Shown"]):
    """Train and validation over the number of training rows."""

    name = "learning"
    title = "Learning curve"
    question = "Would more rows make it better?"

    def look(self, shown: Shown) -> Section | None:
        if not shown.has(LEARNING):
            return None
        found = shown.run.learning_curve()
        lead = (learning_notes(shown.metrics) or [""])[0]
        points: dict[str, list[Any]] = {key: [] for key in ("n", "text_side", "score", "low", "high")}
        for side in SIDES:
            mean, error = found[f"{side}_mean"], found[f"{side}_se"]
            points["n"] += found["n_train"].tolist()
            points["text_side"] += [side] * len(mean)
            points["score"] += mean.tolist()
            points["low"] += (mean - error).tolist()
            points["high"] += (mean + error).tolist()
        validation = found["validation_mean"]
        picture = Picture(
            "learning",
            f"{shown.metric} over the rows that a fold is trained on",
            {"height": 260, "layer": _layers(shown.metric)},
            {"points": points},
            f"Validation {shown.metric} is {said(validation[0])} with {count(round(found['n_train'][0]), 'row')} and "
            f"{said(validation[-1])} with {count(round(found['n_train'][-1]), 'row')}.",
            columns_table("", found),
            "Bars are ± one standard error over folds.",
        )
        return Section(lead, pictures=(picture,))


def _layers(metric: str) -> list[dict[str, Any]]:
    x = measure("n", "training rows of a fold")
    side = {
        "field": "text_side", "type": "nominal", "title": None,
        "scale": {"domain": list(SIDES), "range": ["var(--validation)", "var(--train)"]},
    }  # fmt: skip
    y, data = measure("score", metric), {"name": "points"}
    return [
        {"data": data, "mark": {"type": "rule", "opacity": 0.6},
         "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": side}},
        {"data": data, "mark": {"type": "line"}, "encoding": {"x": x, "y": y, "color": side}},
        {"data": data, "mark": {"type": "point", "size": 60},
         "encoding": {"x": x, "y": y, "color": side, "tooltip": told({"text_side": "side", "n": "rows", "score": metric})}},
    ]  # fmt: skip
