"""The penalties, or kinds of model, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.numerals import number
from regcli.page.axes import measure, told
from regcli.page.names import labels
from regcli.page.panel import Panel, Section
from regcli.page.picture import Picture, said
from regcli.report.points import axis_of, counted_by
from regcli.report.ranking import ranking_tables
from regcli.report.tables import paths_table, representatives

if TYPE_CHECKING:
    from regcli.page.shown import Shown

# Paths that are drawn.
MOST = 40


class Models(Panel["Shown"]):
    """Each path at the point that stands for it, and at its best."""

    name = "models"
    title = "Side by side"
    question = "Which of the models that were tried is the better one, and by more than noise?"

    def look(self, shown: Shown) -> Section | None:
        if len(shown.paths) < 2:
            return None
        tables = (*ranking_tables(shown.metrics, shown.manifest), paths_table(shown.sweep, shown.manifest))
        return Section(pictures=(_picture(shown),), tables=tables)


def _picture(shown: Shown) -> Picture:
    sweep, metric = shown.sweep, shown.metric
    rows = np.array(representatives(sweep, shown.manifest))
    kept = np.sort(np.argsort(shown.sign * sweep["validation_mean"][rows], kind="stable")[:MOST])
    names = labels([shown.path_name(shown.paths[k]) for k in kept], 60)
    counted = counted_by(sweep, shown.manifest)
    sizes = sweep["complexity"] if "complexity" in sweep else sweep["n_nonzero"].astype(float)
    points: dict[str, list[Any]] = {
        key: [] for key in ("text", "text_at", "score", "low", "high", "train", "text_lambda", "text_n")
    }
    for name, k in zip(names, kept, strict=True):
        best = shown.best_of(shown.paths[k])
        for at, row in (("by the rule", int(rows[k])), ("at its best", best)):
            if row is None or (at == "at its best" and row == int(rows[k])):
                continue
            mean, se = float(sweep["validation_mean"][row]), float(np.nan_to_num(sweep["validation_se"][row]))
            cells = (
                name,
                at,
                mean,
                mean - se,
                mean + se,
                sweep["train_mean"][row],
                f"{axis_of(sweep, row)} = {said(sweep['lambda'][row])}",
                f"{number(sizes[row])} {counted[row]}",
            )
            for key, value in zip(points, cells, strict=True):
                points[key].append(value)
    left = len(rows) - len(kept)
    chosen = shown.path_name(shown.chosen_path)
    return Picture(
        "models",
        f"Validation {metric} ± SE of each path, with train beside it",
        {"height": 38 * len(names), "layer": _layers(metric)},
        {"points": points},
        f"Selected is {chosen} with {number(shown.metrics['selected']['validation_mean'])}; "
        f"the paths lie between {said(np.nanmin(points['score']))} and {said(np.nanmax(points['score']))}.",
        note=f"The upright tick is train{f'; the {len(kept)} best of {len(rows)} paths are drawn' if left else ''}.",
    )


def _layers(metric: str) -> list[dict[str, Any]]:
    y = {"field": "text", "type": "nominal", "sort": None, "axis": {"title": None, "grid": True, "labelLimit": 300}}
    at = ["by the rule", "at its best"]
    shift = {"field": "text_at", "type": "nominal", "scale": {"domain": at}}
    x = measure("score", metric)
    colour = {
        "field": "text_at",
        "type": "nominal",
        "title": None,
        "scale": {"domain": at, "range": ["var(--validation)", "var(--q2)"]},
    }
    tells = told({
        "text": "path", "text_at": "point", "text_lambda": "where", "score": f"validation {metric}", "train": f"train {metric}",
        "text_n": "complexity",
    })  # fmt: skip
    data = {"name": "points"}
    return [
        {"data": data, "mark": {"type": "rule", "strokeWidth": 1.6},
         "encoding": {"y": y, "yOffset": shift, "x": {**x, "field": "low"}, "x2": {"field": "high"}, "color": colour}},
        {"data": data, "mark": {"type": "tick", "thickness": 2, "height": 9, "opacity": 0.8, "color": "var(--train)"},
         "encoding": {"y": y, "yOffset": shift, "x": {**x, "field": "train"}, "tooltip": tells}},
        {"data": data, "mark": {"type": "point", "size": 70},
         "encoding": {"y": y, "yOffset": shift, "x": x, "color": colour, "tooltip": tells}},
    ]  # fmt: skip
