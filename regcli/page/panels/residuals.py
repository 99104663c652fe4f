"""What a regression leaves unexplained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.numerals import count, percent
from regcli.page.axes import measure, told
from regcli.page.panel import Panel, Section
from regcli.page.picture import Picture, said
from regcli.run.layout import PREDICTIONS

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.page.shown import Shown

# Points that are drawn; of more rows the largest residuals, and every so many-th of the others.
POINTS, LARGEST = 1500, 100
BINS = 40


class Residuals(Panel["Shown"]):
    """Out of fold, and on the holdout."""

    name = "residuals"
    title = "Residuals"
    question = "Where is the model wrong, and is that by chance or by rule?"

    def look(self, shown: Shown) -> Section | None:
        if shown.manifest["task"] != "regression" or not shown.has(PREDICTIONS):
            return None
        p = shown.predictions
        # of repeated folds the first: each row once
        once = np.flatnonzero(np.nan_to_num(p["repeat"]) == 0)  # empty for the holdout
        residual = p["y"] - p["prediction"]
        out = once[p["role"][once] == "train"]
        if len(out) < 2:
            return None
        return Section(pictures=(_scatter(shown, once, residual), _histogram(shown, residual[out])), notes=_notes(residual[out]))


def _notes(residual: FloatArray) -> tuple[str, ...]:
    sd = float(np.std(residual))
    if not sd:
        return ()
    far = float(np.mean(np.abs(residual - residual.mean()) > 3 * sd))
    usual = f"mean {said(residual.mean())}, SD {said(sd)}"
    return (f"Out of fold: {usual}; {percent(far)} of the rows lie beyond three SDs, where a normal distribution has 0.27%.",)


def sample(residual: FloatArray, rows: IntArray) -> IntArray:
    """The rows that are drawn, in their order."""
    if len(rows) <= POINTS:
        return rows
    is_far = np.zeros(len(rows), dtype=bool)
    is_far[np.argpartition(-np.abs(residual[rows]), LARGEST)[:LARGEST]] = True
    rest = rows[~is_far]
    return np.sort(np.concatenate([rows[is_far], rest[np.linspace(0, len(rest) - 1, POINTS - LARGEST).astype(int)]]))


def _scatter(shown: Shown, once: IntArray, residual: FloatArray) -> Picture:
    p = shown.predictions
    drawn = sample(residual, once)
    held = p["role"][drawn] == "holdout"
    points = {
        "prediction": p["prediction"][drawn], "residual": residual[drawn], "y": p["y"][drawn], "row": p["row"][drawn],
        "text_role": np.where(held, "holdout", "out of fold").tolist(),
    }  # fmt: skip
    left = len(once) - len(drawn)
    x = measure("prediction", f"prediction of {_target(shown)}")
    sides = ["out of fold", "holdout"] if held.any() else ["out of fold"]
    colour = {
        "field": "text_role", "type": "nominal", "title": None, "legend": {} if held.any() else None,
        "scale": {"domain": sides, "range": ["var(--validation)", "var(--q2)"][: len(sides)]},
    }  # fmt: skip
    layers: list[dict[str, Any]] = [
        {"data": {"values": [{"residual": 0}]}, "mark": {"type": "rule", "color": "var(--mark)"},
         "encoding": {"y": measure("residual", "y − prediction")}},
        {"data": {"name": "points"}, "mark": {"type": "point", "size": 26, "opacity": 0.55},
         "encoding": {
             "x": x, "y": measure("residual", "y − prediction"), "color": colour, "shape": {**colour, "scale": {"domain": sides}},
             "tooltip": told({"row": "row", "y": "y", "prediction": "prediction", "residual": "residual", "text_role": "role"}),
         }},
    ]  # fmt: skip
    return Picture(
        "residuals",
        "Residuals over predictions",
        {"height": 300, "layer": layers},
        {"points": points},
        f"{count(len(once), 'row')}, residuals between {said(residual[once].min())} and {said(residual[once].max())}.",
        note=f"Drawn are the {LARGEST} largest and every so many-th of the others; {count(left, 'row')} left out."
        if left
        else "",
    )


def _histogram(shown: Shown, residual: FloatArray) -> Picture:
    counts, edges = np.histogram(residual, bins=min(BINS, max(8, int(2 * np.sqrt(len(residual))))))
    bins = {"low": edges[:-1], "high": edges[1:], "n": counts}
    x = measure("low", f"y − prediction of {_target(shown)}", bin="binned")
    return Picture(
        "residual-histogram",
        "Distribution of the residuals out of fold",
        {
            "height": 170,
            "data": {"name": "bins"},
            "mark": {"type": "bar", "color": "var(--validation)", "opacity": 0.75, "binSpacing": 1},
            "encoding": {
                "x": x,
                "x2": {"field": "high"},
                "y": measure("n", "rows", zero=True),
                "tooltip": told({"low": "from", "high": "to", "n": "rows"}),
            },
        },
        {"bins": bins},
        f"Half of the residuals lie between {said(np.quantile(residual, 0.25))} and {said(np.quantile(residual, 0.75))}.",
    )


def _target(shown: Shown) -> str:
    from regcli.page.names import shortened

    scale, target = shown.manifest.get("target_scale"), shortened(shown.manifest["target"])
    return f"{scale}({target})" if scale else target
