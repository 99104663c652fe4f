"""The cross-validation curve: train and validation over the axis, the gap between them, and where the choice was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.numerals import number
from regcli.page.axes import measure, nearest, strength, told
from regcli.page.panel import Panel, Section
from regcli.page.picture import Picture, said
from regcli.page.spread import spread
from regcli.report.points import counted_by, growing
from regcli.report.table import Column, Table
from regcli.spoken import LAMBDA

if TYPE_CHECKING:
    from regcli.numerics.arrays import IntArray
    from regcli.page.shown import Shown

# Counts along the top.
COUNTS = 9
# How far above the picture they stand, in pixels.
ABOVE = -12
HEIGHT, LINE = 330, 15


class Curve(Panel["Shown"]):
    """Along the path of the selected point, the best points of other paths beside it."""

    name = "curve"
    title = "Cross-validation"
    question = "How good is each strength on rows it was not trained on, and why was this one chosen?"

    def look(self, shown: Shown) -> Section | None:
        path = shown.chosen_path
        if len(path) < 2:
            return None
        best = shown.best_of(path)
        return Section(pictures=(_picture(shown, path, best), _gap(shown, path)), notes=_notes(shown, best))


def _notes(shown: Shown, best: int | None) -> tuple[str, ...]:
    sweep, chosen = shown.sweep, shown.selected
    where = [f"The solid rule marks the selected {shown.axis} = {said(sweep['lambda'][chosen])} (rule {shown.manifest['rule']})"]
    if best is not None and best != chosen:
        where.append(f"the dashed one the best mean of this path, at {shown.axis} = {said(sweep['lambda'][best])}")
    bars = "Bars are ± one standard error over folds; the shaded band is the gap between train and validation."
    return (f"{'; '.join(where)}. {bars}",)


def _picture(shown: Shown, path: IntArray, best: int | None) -> Picture:
    sweep, metric = shown.sweep, shown.metric
    mean, se, train, train_se = (sweep[name][path] for name in ("validation_mean", "validation_se", "train_mean", "train_se"))
    lam, (counted, sizes) = sweep["lambda"][path], growing(sweep, path, shown.manifest)
    points = {
        "lambda": lam, "validation": mean, "se": se, "low": mean - se, "high": mean + se, "train": train,
        "train_low": train - train_se, "train_high": train + train_se, "gap": sweep["gap"][path], "n": sizes,
    }  # fmt: skip
    marks = {"lambda": [lam[shown.selected - path[0]]], "text": ["selected"], "dash": ["selected"]}
    if best is not None and best != shown.selected:
        marks = {key: [*marks[key], value] for key, value in zip(marks, (lam[best - path[0]], "best", "best"), strict=True)}
    picked = np.unique(np.linspace(0, len(path) - 1, COUNTS).round().astype(int))
    counts = {"lambda": lam[picked], "n": [float(f"{sizes[i]:.3g}") for i in picked]}
    values = np.nan_to_num(np.concatenate([points["low"], points["high"], train]))
    places = spread(np.nan_to_num([mean[-1], train[-1]]), (float(np.ptp(values)) or 1.0) * LINE / HEIGHT)
    ends = {"lambda": [lam[-1]] * 2, "value": places, "text": ["validation", "train"]}
    x = strength(lam, shown.axis)
    return Picture(
        "curve",
        f"{metric} over {shown.axis}, {shown.path_name(path)}",
        {"height": HEIGHT, "layer": _layers(x, metric, shown.axis, counted)},
        {"points": points, "marks": marks, "counts": counts, "ends": ends},
        _alt(shown, path),
        _table(shown, path),
    )


def _gap(shown: Shown, path: IntArray) -> Picture:
    sweep, metric = shown.sweep, shown.metric
    lam, gap = sweep["lambda"][path], sweep["gap"][path]
    x, y = strength(lam, shown.axis), measure("gap", f"gap, {metric}", zero=True)
    y["axis"]["tickCount"] = 4
    layers: list[dict[str, Any]] = [
        {
            "data": {"name": "points"},
            "mark": {"type": "area", "color": "var(--gap)", "opacity": 0.13},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": {"name": "mark"},
            "mark": {"type": "rule", "color": "var(--mark)"},
            "encoding": {"x": x},
        },
        {
            "data": {"name": "points"},
            "mark": {"type": "line", "color": "var(--gap)"},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": {"name": "points"},
            "params": [nearest("at", "lambda")],
            "mark": {"type": "point", "color": "var(--gap)", "size": 22},
            "encoding": {"x": x, "y": y, "tooltip": told({"lambda": shown.axis, "gap": "gap", "share": "gap / train"})},
        },
    ]
    points = {"lambda": lam, "gap": gap, "share": sweep["gap_relative"][path]}
    chosen = said(sweep["gap"][shown.selected])
    return Picture(
        "gap",
        f"Gap: how much worse validation {metric} is than train",
        {"height": 130, "layer": layers},
        {"points": points, "mark": {"lambda": [float(sweep["lambda"][shown.selected])]}},
        f"The gap goes from {said(gap[0])} to {said(gap[-1])} from strong to weak; it is {chosen} where the choice fell.",
    )


def _layers(x: dict[str, Any], metric: str, axis: str, counted: str) -> list[dict[str, Any]]:
    series = {"scale": {"domain": ["validation", "train"], "range": ["var(--validation)", "var(--train)"]}, "legend": None}
    scores = {"validation": f"validation {metric}", "se": "± SE", "train": f"train {metric}", "gap": "gap"}
    tells = told({"lambda": axis, **scores, "n": counted})
    return [
        {
            "data": {"name": "points"},
            "mark": {"type": "area", "color": "var(--gap)", "opacity": 0.13},
            "encoding": {"x": x, "y": measure("train", metric), "y2": {"field": "validation"}},
        },
        {
            "data": {"name": "marks"},
            "mark": {"type": "rule", "color": "var(--mark)"},
            "encoding": {
                "x": x,
                "strokeDash": {
                    "field": "dash", "type": "nominal", "legend": None,
                    "scale": {"domain": ["selected", "best"], "range": [[1, 0], [4, 3]]},
                },
            },
        },
        {
            "data": {"name": "points"},
            "mark": {"type": "rule", "color": "var(--train)", "opacity": 0.55},
            "encoding": {"x": x, "y": measure("train_low", metric), "y2": {"field": "train_high"}},
        },
        {
            "data": {"name": "points"},
            "mark": {"type": "rule", "color": "var(--validation)", "opacity": 0.55},
            "encoding": {"x": x, "y": measure("low", metric), "y2": {"field": "high"}},
        },
        {
            "data": {"name": "points"},
            "mark": {"type": "line", "color": "var(--train)"},
            "encoding": {"x": x, "y": measure("train", metric)},
        },
        {
            "data": {"name": "points"},
            "mark": {"type": "line", "color": "var(--validation)"},
            "encoding": {"x": x, "y": measure("validation", metric)},
        },
        {
            "data": {"name": "points"},
            "params": [nearest("at", "lambda")],
            "mark": {"type": "point", "color": "var(--validation)"},
            "encoding": {
                "x": x,
                "y": measure("validation", metric),
                "tooltip": tells,
                "size": {"condition": {"param": "at", "empty": False, "value": 110}, "value": 26},
            },
        },
        {
            "data": {"name": "ends"},
            "mark": {"type": "text", "align": "left", "dx": 8, "fontWeight": "bold"},
            "encoding": {
                "x": x,
                "y": measure("value", metric),
                "text": {"field": "text"},
                "color": {"field": "text", "type": "nominal", **series},
            },
        },
        {
            "data": {"name": "counts"},
            "mark": {"type": "text", "color": "var(--soft)", "fontSize": 11.5},
            "encoding": {"x": x, "y": {"value": ABOVE}, "text": {"field": "n", "type": "quantitative"}},
        },
        {
            "data": {"values": [{}]},
            "mark": {"type": "text", "text": counted, "align": "left", "color": "var(--soft)", "fontSize": 11.5},
            "encoding": {"x": {"value": 0}, "y": {"value": ABOVE - 16}},
        },
    ]  # fmt: skip


def _alt(shown: Shown, path: IntArray) -> str:
    sweep = shown.sweep

    counted, sizes = growing(sweep, path, shown.manifest)

    def at(row: int) -> str:
        return f"{said(sweep['validation_mean'][row])} with {number(sizes[row - path[0]])} {counted}"

    train = said(sweep["train_mean"][path[-1]])
    return (
        f"Validation {shown.metric} begins at {at(path[0])} at the strong end, is {at(shown.selected)} at the selected point, "
        f"and ends at {at(path[-1])}; there train {shown.metric} is {train}."
    )


def _table(shown: Shown, path: IntArray) -> Table:
    sweep = shown.sweep
    is_linear = shown.axis == LAMBDA
    size = [] if is_linear or "complexity" not in sweep else [Column("complexity", counted_by(sweep, shown.manifest)[path[0]])]
    columns = (
        Column("lambda", shown.axis), Column("validation_mean", f"validation {shown.metric}"), Column("validation_se", "± SE"),
        Column("train_mean", f"train {shown.metric}"), Column("gap", "gap"), Column("gap_relative", "gap / train"),
        Column("n_nonzero", "non-zeros" if is_linear else "in use"), *([Column("df", "df")] if is_linear else size),
    )  # fmt: skip
    cells = [sweep[column.key][path].tolist() for column in columns]
    return Table("", columns, tuple(zip(*cells, strict=True)), marked=frozenset({shown.selected - int(path[0])}))
