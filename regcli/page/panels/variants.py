"""The same experiment for other values of a key, such as the degree of a polynomial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.numerals import count
from regcli.page.axes import measure, told
from regcli.page.names import labels, shortened
from regcli.page.panel import Panel, Section
from regcli.page.picture import Picture, said
from regcli.page.theme import SERIES
from regcli.report.variants import variants_tables
from regcli.run.layout import CURVES, VARIANTS

if TYPE_CHECKING:
    from regcli.page.shown import Shown

# Paths that are drawn; scores that lie further apart than this ratio stand on a scale of logarithms.
PATHS, WIDE = 4, 30.0
# Around the data, as a share of their range, curves are drawn.
MARGIN = 0.35


class Variants(Panel["Shown"]):
    """Train and validation over the values, and what the models look like where there is one column."""

    name = "variants"
    title = "Other values"
    question = "What happens as this setting is turned up?"

    def look(self, shown: Shown) -> Section | None:
        if not shown.has(VARIANTS):
            return None
        pictures = [_scores(shown)]
        if shown.has(CURVES):
            pictures.append(_curves(shown))
        return Section(pictures=tuple(pictures), tables=tuple(variants_tables(shown.run)))


def _scores(shown: Shown) -> Picture:
    found, key = shown.run.variants(), shortened(shown.metrics["vary"]["key"])
    values = list(dict.fromkeys(found["value"].tolist()))
    paths = list(dict.fromkeys(found["path"].tolist()))[:PATHS]
    kept = np.isin(found["path"], paths)
    points: dict[str, list[Any]] = {name: [] for name in ("text_value", "text_path", "text_side", "score")}
    for side in ("validation", "train"):
        points["text_value"] += found["value"][kept].tolist()
        points["text_path"] += found["path"][kept].tolist()
        points["text_side"] += [side] * int(kept.sum())
        points["score"] += found[f"{side}_mean"][kept].tolist()
    scores = np.array(points["score"])
    y = measure("score", shown.metric)
    if (scores > 0).all() and scores.max() > WIDE * scores.min():
        y["scale"], y["axis"] = {"type": "log"}, {"title": f"{shown.metric} (logarithms)", "format": "~g", "tickCount": 6}
    x = {"field": "text_value", "type": "ordinal", "sort": values, "axis": {"title": key, "labelAngle": 0, "labelOverlap": True}}
    colour = {
        "field": "text_path", "type": "nominal", "title": None, "scale": {"domain": paths, "range": list(SERIES[: len(paths)])},
    }  # fmt: skip
    dash = {
        "field": "text_side", "type": "nominal", "title": None,
        "scale": {"domain": ["validation", "train"], "range": [[1, 0], [5, 4]]},
    }  # fmt: skip
    tells = told({"text_value": key, "text_path": "path", "text_side": "side", "score": shown.metric})
    encoding = {"x": x, "y": y, "color": colour}
    best = shown.metrics["vary"]
    return Picture(
        "variants",
        f"{shown.metric} over {key}: validation and train",
        {
            "height": 280,
            "layer": [
                {"data": {"name": "points"}, "mark": {"type": "line"}, "encoding": {**encoding, "strokeDash": dash}},
                {"data": {"name": "points"}, "mark": {"type": "point", "size": 36}, "encoding": {**encoding, "tooltip": tells}},
            ],
        },
        {"points": points},
        f"The best validation {shown.metric}, {said(best['best_mean'])}, is at {key} = {shortened(best['best_value'])} with "
        f"{shortened(best['best_path'])}.",
        note="The full line is validation, the broken one train.",
    )


def _curves(shown: Shown) -> Picture:
    found, key = shown.run.curves(), shortened(shown.metrics["vary"]["key"])
    is_row = np.isfinite(found["y"])
    rows = {"x": found["x"][is_row], "y": found["y"][is_row]}
    values = [value for value in dict.fromkeys(found["value"].tolist()) if value is not None]
    # the simplest, the best and the last: more would lie on each other
    shown_values = list(dict.fromkeys([values[0], shown.metrics["vary"]["best_value"], values[-1]]))
    paths = [path for path in dict.fromkeys(found["path"].tolist()) if path is not None][:PATHS]
    kept = np.isin(found["value"].astype(str), shown_values) & np.isin(found["path"].astype(str), paths) & ~is_row
    names = dict(zip(shown_values, labels(f"{key.rpartition('.')[2]} {value}" for value in shown_values), strict=True))
    lines = {
        "x": found["x"][kept], "y": found["prediction"][kept], "text_path": found["path"][kept].tolist(),
        "text_value": [names[value] for value in found["value"][kept]],
    }  # fmt: skip
    room = MARGIN * float(np.ptp(rows["y"]) or 1.0)
    domain = [float(rows["y"].min()) - room, float(rows["y"].max()) + room]
    x = measure("x", shortened(shown.manifest["dataset"]["inputs"][0]["name"]))
    y = measure("y", shortened(shown.manifest["target"]))
    y["scale"] = {"domain": domain, "nice": False}
    colour = {
        "field": "text_value", "type": "nominal", "title": None,
        "scale": {"domain": list(names.values()), "range": list(SERIES[: len(names)])},
    }  # fmt: skip
    dash = {
        "field": "text_path", "type": "nominal", "title": None,
        "scale": {"domain": paths, "range": [[1, 0], [6, 4], [2, 3], [8, 3, 2, 3]][: len(paths)]},
    }  # fmt: skip
    tells = told({"text_value": "value", "text_path": "path", "x": "x", "y": "prediction"})
    return Picture(
        "curves",
        "What the models have learned",
        {
            "height": 320,
            "layer": [
                {
                    "data": {"name": "lines"},
                    "mark": {"type": "line", "clip": True},
                    "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dash, "tooltip": tells},
                },
                {
                    "data": {"name": "rows"},
                    "mark": {"type": "point", "color": "var(--ink)", "size": 55},
                    "encoding": {"x": x, "y": y},
                },
            ],
        },
        {"lines": lines, "rows": rows},
        f"{count(len(rows['x']), 'row')} and the curves of {', '.join(names.values())} for {', '.join(paths)}.",
        note="Points are training rows. Where a curve leaves the picture it is far from them.",
    )
