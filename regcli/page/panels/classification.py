"""How well classes are told apart, and whether probabilities are what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.metrics import ECE_BINS
from regcli.numerals import count, number, percent
from regcli.page.axes import measure, told
from regcli.page.names import labels
from regcli.page.panel import Panel, Section
from regcli.page.picture import Picture
from regcli.page.theme import SEQUENTIAL, SERIES
from regcli.ranking import average_precision, down_the_ranking, roc_auc
from regcli.run.layout import PREDICTIONS

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray
    from regcli.page.shown import Shown

# Points of a curve, classes with one, classes of the table of confusions.
POINTS, CURVES, CONFUSED = 160, 8, 12


class Classification(Panel["Shown"]):
    """Out of fold: ROC, precision and recall, reliability, confusions."""

    name = "classification"
    title = "Telling classes apart"
    question = "Are the right rows ranked first, and can the probabilities be taken at their word?"

    def look(self, shown: Shown) -> Section | None:
        classes = shown.manifest["classes"]
        if not classes or not shown.has(PREDICTIONS):
            return None
        p = shown.predictions
        rows = np.flatnonzero((p["role"] == "train") & (np.nan_to_num(p["repeat"]) == 0))
        if not len(rows):
            return None
        y = p["y"][rows]
        weight = p["weight"][rows] if "weight" in p else np.ones(len(rows))
        chances = np.column_stack([p[f"p_{label}"][rows] for label in classes])
        names = labels(classes, 24)
        asked = [1] if len(classes) == 2 else range(min(len(classes), CURVES))
        sides = [(names[c], (y == classes[c]).astype(float), chances[:, c]) for c in asked]
        sides = [side for side in sides if 0 < side[1].mean() < 1]
        if not sides:
            return None
        code = np.array([classes.index(label) for label in y])
        pictures = [_roc(sides, weight), _precision(sides, weight), _reliability(code, chances, weight)]
        if len(classes) <= CONFUSED:
            pictures.append(_confusion(names, code, chances.argmax(axis=1)))
        return Section(pictures=tuple(pictures), notes=_notes(len(classes)))


def _notes(n: int) -> tuple[str, ...]:
    more = () if n <= CURVES else (f"Curves of the first {CURVES} of {count(n, 'class', 'classes')}.",)
    return ("Every row is predicted by the fold that did not train on it; of repeated folds the first.", *more)


def _thinned(n: int) -> Any:  # noqa: ANN401
    return np.unique(np.linspace(0, n - 1, POINTS).astype(int))


Side = tuple[str, "FloatArray", "FloatArray"]


def _curves(sides: list[Side], weight: FloatArray, kind: str) -> tuple[dict[str, list[Any]], list[str]]:
    """Points of the curves, and their names with the area beneath them."""
    points: dict[str, list[Any]] = {"text": [], "x": [], "y": [], "threshold": [], "order": []}
    names = []
    for label, truth, score in sides:
        hits, misses = down_the_ranking(truth, score, weight)
        levels = np.unique(score[weight > 0])[::-1]
        if kind == "roc":
            x, y = np.append(0.0, misses / misses[-1]), np.append(0.0, hits / hits[-1])
            levels, area = np.append(np.nan, levels), roc_auc(truth, score, weight)
        else:
            x, y, area = hits / hits[-1], hits / (hits + misses), average_precision(truth, score, weight)
        kept = _thinned(len(x))
        names.append(f"{label} ({number(area, 3)})")
        points["text"] += [names[-1]] * len(kept)
        for name, values in (("x", x), ("y", y), ("threshold", levels), ("order", np.arange(len(x)))):
            points[name] += values[kept].tolist()
    return points, names


def _line(names: list[str], x: str, y: str, title: str) -> dict[str, Any]:
    several = len(names) > 1
    return {
        "data": {"name": "points"},
        "mark": {"type": "line", "interpolate": "linear", "point": {"opacity": 0.001, "size": 60}},
        "encoding": {
            "x": {**measure("x", x), "scale": {"domain": [0, 1]}},
            "y": {**measure("y", y), "scale": {"domain": [0, 1]}},
            "order": {"field": "order", "type": "quantitative"},
            "color": {
                "field": "text", "type": "nominal", "title": title, "legend": {} if several else None,
                "scale": {"domain": names, "range": list(SERIES[: len(names)])},
            },
            "tooltip": told({"text": "class", "x": x, "y": y, "threshold": "threshold"}),
        },
    }  # fmt: skip


def _roc(sides: list[Side], weight: FloatArray) -> Picture:
    points, names = _curves(sides, weight, "roc")
    chance = {
        "data": {"values": [{"x": 0, "y": 0}, {"x": 1, "y": 1}]},
        "mark": {"type": "line", "color": "var(--faint)", "strokeDash": [4, 3], "strokeWidth": 1.2},
        "encoding": {"x": measure("x", "false positive rate"), "y": measure("y", "true positive rate")},
    }
    return Picture(
        "roc",
        f"ROC: {names[0]}" if len(names) == 1 else "ROC, each class against the others (area)",
        {"height": 280, "layer": [chance, _line(names, "false positive rate", "true positive rate", "class (area)")]},
        {"points": points},
        f"Areas under the ROC curve: {', '.join(names)}; 0.5 is chance.",
        note="The number is the area under the curve; the broken line is chance.",
    )


def _precision(sides: list[Side], weight: FloatArray) -> Picture:
    points, names = _curves(sides, weight, "precision")
    share = [float(np.average(truth, weights=weight)) for _, truth, _ in sides]
    layers = [_line(names, "recall", "precision", "class (average precision)")]
    if len(names) == 1:
        layers.insert(0, {
            "data": {"values": [{"y": share[0]}]},
            "mark": {"type": "rule", "color": "var(--faint)", "strokeDash": [4, 3]},
            "encoding": {"y": measure("y", "precision")},
        })  # fmt: skip
    return Picture(
        "precision-recall",
        f"Precision and recall: {names[0]}" if len(names) == 1 else "Precision and recall, each class against the others",
        {"height": 280, "layer": layers},
        {"points": points},
        f"Average precision: {', '.join(names)}; shares of the classes: {', '.join(percent(value) for value in share)}.",
        note="The number is the average precision; the broken line is what chance gives." if len(names) == 1 else "",
    )


def _reliability(code: Any, chances: FloatArray, weight: FloatArray) -> Picture:  # noqa: ANN401
    binary = chances.shape[1] == 2
    said = chances[:, 1] if binary else chances.max(axis=1)
    true = (code == 1) if binary else (chances.argmax(axis=1) == code)
    bins = np.minimum((said * ECE_BINS).astype(int), ECE_BINS - 1)
    total = np.bincount(bins, weight, ECE_BINS)
    live = total > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        x, y = np.bincount(bins, weight * said, ECE_BINS) / total, np.bincount(bins, weight * true, ECE_BINS) / total
        error = np.sqrt(y * (1 - y) / np.bincount(bins, minlength=ECE_BINS))
    points = {
        "x": x[live], "y": y[live], "low": np.maximum(y - error, 0)[live], "high": np.minimum(y + error, 1)[live],
        "n": np.bincount(bins, minlength=ECE_BINS)[live],
    }  # fmt: skip
    axis = {"scale": {"domain": [0, 1]}}
    across = {**measure("x", "mean probability said"), **axis}
    up = {**measure("y", "share that is so"), **axis}
    layers: list[dict[str, Any]] = [
        {"data": {"values": [{"x": 0, "y": 0}, {"x": 1, "y": 1}]},
         "mark": {"type": "line", "color": "var(--faint)", "strokeDash": [4, 3], "strokeWidth": 1.2},
         "encoding": {"x": across, "y": up}},
        {"data": {"name": "points"}, "mark": {"type": "rule", "color": "var(--validation)", "opacity": 0.6},
         "encoding": {"x": across, "y": {**up, "field": "low"}, "y2": {"field": "high"}}},
        {"data": {"name": "points"}, "mark": {"type": "line", "color": "var(--validation)"}, "encoding": {"x": across, "y": up}},
        {"data": {"name": "points"}, "mark": {"type": "point", "color": "var(--validation)"},
         "encoding": {
             "x": across, "y": up, "size": {"field": "n", "type": "quantitative", "legend": None, "scale": {"range": [25, 260]}},
             "tooltip": told({"x": "mean probability", "y": "share that is so", "n": "rows"}),
         }},
    ]  # fmt: skip
    whom = "of the second class" if binary else "of the predicted class"
    return Picture(
        "reliability",
        f"Reliability of the probability {whom}",
        {"height": 280, "layer": layers},
        {"points": points},
        f"In {int(live.sum())} of {ECE_BINS} bins the share that is so differs from the probability by "
        f"{number(float(np.nanmax(np.abs(x - y))), 3)} at most.",
        note=f"{ECE_BINS} bins of equal width; the size of a point is its number of rows, bars are ± one standard error.",
    )


def _confusion(names: list[str], true: Any, said: Any) -> Picture:  # noqa: ANN401
    n = len(names)
    table = np.bincount(true * n + said, minlength=n * n).reshape(n, n)
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    i, j = np.indices((n, n))
    cells = {
        "text_true": [names[k] for k in i.ravel()], "text_said": [names[k] for k in j.ravel()], "n": table.ravel(),
        "share": share.ravel(), "text_ink": ["light" if value >= 0.62 else "dark" for value in share.ravel()],
    }  # fmt: skip
    x = {"field": "text_said", "type": "nominal", "sort": None, "axis": {"title": "predicted", "labelAngle": 0, "orient": "top"}}
    y = {"field": "text_true", "type": "nominal", "sort": None, "axis": {"title": "true", "grid": False}}
    ink = {
        "field": "text_ink", "type": "nominal", "legend": None,
        "scale": {"domain": ["light", "dark"], "range": ["var(--card)", "var(--ink)"]},
    }  # fmt: skip
    layers: list[dict[str, Any]] = [
        {"data": {"name": "cells"}, "mark": {"type": "rect"}, "encoding": {
            "x": x, "y": y,
            "color": {
                "field": "share", "type": "quantitative", "legend": None,
                "scale": {"type": "quantize", "domain": [0, 1], "range": list(SEQUENTIAL)},
            },
            "tooltip": told({"text_true": "true", "text_said": "predicted", "n": "rows", "share": "share of the true class"}),
        }},
        {"data": {"name": "cells"}, "mark": {"type": "text"}, "encoding": {
            "x": x, "y": y, "text": {"field": "n", "type": "quantitative", "format": ","}, "color": ink}},
    ]  # fmt: skip
    right = float(np.trace(table) / table.sum())
    return Picture(
        "confusion",
        "Confusions: the most probable class against the true one",
        {"height": 40 * n, "layer": layers},
        {"cells": cells},
        f"{percent(right)} of {count(int(table.sum()), 'row')} are predicted as they are.",
    )
