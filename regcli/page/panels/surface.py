"""The surface of the search over l1_ratio and λ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.page.axes import strength, told
from regcli.page.panel import Panel, Section
from regcli.page.picture import Picture, said
from regcli.page.theme import SEQUENTIAL

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.page.shown import Shown

# Standard errors of the best point, by which others are worse: where the colours change.
STEPS = (0.1, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0)


class Surface(Panel["Shown"]):
    """Of the elastic net that holds the selected point."""

    name = "surface"
    title = "The surface over l1_ratio and λ"
    question = "Does it matter which mixture of penalties was taken?"

    def look(self, shown: Shown) -> Section | None:
        # runs of an earlier regcli know of no second stage
        alike = [shown.sweep[key] for key in ("entry", "gamma") if key in shown.sweep]
        mine = [column[shown.selected] for column in alike]
        paths = [path for path in shown.paths if np.array_equal([column[path[0]] for column in alike], mine, equal_nan=True)]
        # other families' paths are no mixtures, and may have the same position in their own list
        ratio, penalty = shown.sweep["l1_ratio"], shown.sweep["penalty"]
        paths = [path for path in paths if not np.isnan(ratio[path[0]]) and penalty[path[0]] == penalty[shown.selected]]
        if len(paths) < 2 or any(len(path) < 2 or (shown.sweep["lambda"][path] <= 0).any() for path in paths):
            return None
        rows = np.concatenate(paths)
        best = shown.best_of(rows)
        error = None if best is None else float(shown.sweep["validation_se"][best])
        if best is None or not error:
            return None
        return Section(pictures=(_picture(shown, paths, best, error),))


def _picture(shown: Shown, paths: list[IntArray], best: int, error: float) -> Picture:
    sweep, rows = shown.sweep, np.concatenate(paths)
    mean = sweep["validation_mean"][rows]
    edges = [_edges(sweep["lambda"][path]) for path in paths]
    worse = shown.sign * (mean - sweep["validation_mean"][best]) / error
    cells = {
        "ratio": sweep["l1_ratio"][rows], "lambda": np.concatenate([edge[:-1] for edge in edges]),
        "to": np.concatenate([edge[1:] for edge in edges]), "at": sweep["lambda"][rows], "mean": mean,
        "n": sweep["n_nonzero"][rows],
        "worse": np.where(sweep["converged"][rows], worse, np.nan),
    }  # fmt: skip
    marks = {
        "lambda": sweep["lambda"][[shown.selected, best]], "ratio": sweep["l1_ratio"][[shown.selected, best]],
        "text": ["selected", "best"],
    }  # fmt: skip
    span = np.array([max(edge[0] for edge in edges), min(edge[-1] for edge in edges)])
    return Picture(
        "surface",
        f"How much worse validation {shown.metric} is than the best, in its standard errors",
        {"height": 34 * len(paths), "layer": _layers(shown, strength(span))},
        {"cells": cells, "marks": marks},
        f"The best is l1_ratio {said(sweep['l1_ratio'][best])} at λ = {said(sweep['lambda'][best])}; selected is "
        f"l1_ratio {said(sweep['l1_ratio'][shown.selected])} at λ = {said(sweep['lambda'][shown.selected])}.",
        note="The full ring is the selected point, the cross the best mean of all.",
    )


def _layers(shown: Shown, x: dict[str, Any]) -> list[dict[str, Any]]:
    y = {"field": "ratio", "type": "ordinal", "sort": "descending", "axis": {"title": "l1_ratio", "grid": False}}
    tells = told(
        {"ratio": "l1_ratio", "at": "λ", "mean": f"validation {shown.metric}", "worse": "worse, in SE", "n": "non-zeros"}
    )
    return [
        {
            "data": {"name": "cells"},
            "mark": {"type": "rect"},
            "encoding": {
                "y": y, "x": x, "x2": {"field": "to"}, "tooltip": tells,
                "color": {
                    "field": "worse", "type": "quantitative",
                    "scale": {"type": "threshold", "domain": list(STEPS), "range": list(reversed(SEQUENTIAL))},
                    "legend": {"title": "standard errors worse than the best", "gradientLength": 260, "format": "~g"},
                },
            },
        },
        {
            "data": {"name": "marks"},
            "mark": {"type": "point", "filled": False, "size": 130, "strokeWidth": 2.5},
            "encoding": {
                "y": y, "x": {**x, "field": "lambda"},
                "shape": {
                    "field": "text", "type": "nominal", "legend": None,
                    "scale": {"domain": ["selected", "best"], "range": ["circle", "cross"]},
                },
                "color": {"value": "var(--train)"},
            },
        },
    ]  # fmt: skip


def _edges(lambdas: FloatArray) -> FloatArray:
    """Half-way, on a scale of logarithms, between one λ and the next; L + 1 of them."""
    logs = np.log(lambdas)
    between = (logs[1:] + logs[:-1]) / 2
    return np.asarray(np.exp(np.concatenate([[2 * logs[0] - between[0]], between, [2 * logs[-1] - between[-1]]])))
