"""Whether every fold leads to the same model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.numerals import count
from regcli.page.axes import told
from regcli.page.names import labels, shortened
from regcli.page.panel import Panel, Section
from regcli.page.picture import Picture
from regcli.page.theme import DIVERGING
from regcli.report.audit import audit_tables
from regcli.run.layout import FOLD_COEFFICIENTS

if TYPE_CHECKING:
    from regcli.page.shown import Shown

# Rows and columns of the map.
FEATURES, FOLDS = 40, 60


class Stability(Panel["Shown"]):
    """A map of the coefficients, feature by fold, and the figures that the audit found."""

    name = "stability"
    title = "Stability"
    question = "Is it the same model whichever rows are left out?"

    def look(self, shown: Shown) -> Section | None:
        tables = tuple(table for table in audit_tables(shown.metrics) if table.title.startswith("Stability"))
        pictures: tuple[Picture, ...] = ()
        if shown.has(FOLD_COEFFICIENTS) and 1 < shown.manifest["folds"]["n"] <= FOLDS:
            pictures = _pictures(shown)
        return Section(pictures=pictures, tables=tables) if tables or pictures else None


def _pictures(shown: Shown) -> tuple[Picture, ...]:
    found = shown.run.fold_coefficients()
    if not len(found["feature"]):
        return ()
    at = fold_names(shown, found["repeat"], found["fold"])
    several = len(shown.manifest["classes"]) > 2
    pairs = zip(found["feature"].tolist(), found["class"].tolist(), strict=True)
    whose = [f"{feature} · {label}" if several else feature for feature, label in pairs]
    # the largest, summed over folds
    names, row = np.unique(np.array(whose, dtype=object), return_inverse=True)
    size = np.bincount(row, np.abs(found["coefficient_standardized"]))
    order = np.argsort(-size, kind="stable")[:FEATURES]
    place = np.full(len(names), -1)
    place[order] = np.arange(len(order))
    kept = place[row] >= 0
    shown_as = labels(names[order].tolist())
    folds = list(dict.fromkeys(at))
    short = dict(zip(folds, labels(folds, 12), strict=True))
    value = found["coefficient_standardized"][kept]
    cells = {
        "text": [shown_as[k] for k in place[row[kept]]],
        "text_fold": [short[fold] for fold, keep in zip(at, kept, strict=True) if keep],
        "size": value,
    }  # fmt: skip
    largest = float(np.abs(value).max())
    always = int(np.sum(np.bincount(row[kept], minlength=len(names))[order] == len(folds)))
    rest = len(names) - len(order)
    return (
        Picture(
            "stability",
            "Standardised coefficients, feature by fold",
            {"height": 19 * len(order), **_spec(shown_as, list(short.values()), largest)},
            {"cells": cells},
            f"{count(len(names), 'feature')} in some fold; of the {len(order)} drawn {always} in every one. The largest is "
            f"{shortened(names[order[0]])}.",
            note=f"The {len(order)} largest of {count(len(names))}; fold_coefficients.parquet has them all." if rest else "",
        ),
    )


def fold_names(shown: Shown, repeat: Any, fold: Any) -> list[str]:  # noqa: ANN401
    """What folds are called: counted from one through all repeats, or as the data name them."""
    folds = shown.manifest["folds"]
    if folds["kind"] == "predefined":
        return [str(label) for label in fold]
    each = folds["n"] // max(folds["repeats"], 1)
    return [str((0 if np.isnan(r) else int(r)) * each + int(f) + 1) for r, f in zip(repeat.astype(float), fold, strict=True)]


def _spec(names: list[str], folds: list[str], largest: float) -> dict[str, Any]:
    return {
        "data": {"name": "cells"},
        "mark": {"type": "rect", "stroke": "var(--card)", "strokeWidth": 1},
        "encoding": {
            "y": {"field": "text", "type": "nominal", "scale": {"domain": names}, "axis": {"title": None, "grid": False}},
            "x": {
                "field": "text_fold", "type": "nominal", "scale": {"domain": folds},
                "axis": {"title": "fold (blank: not selected)", "labelAngle": 0, "labelOverlap": True},
            },
            "color": {
                "field": "size", "type": "quantitative",
                "scale": {"type": "quantize", "domain": [-largest, largest], "range": list(DIVERGING)},
                "legend": {"title": "standardised coefficient", "gradientLength": 220, "format": ".2~g"},
            },
            "tooltip": told({"text": "feature", "text_fold": "fold", "size": "standardised"}),
        },
    }  # fmt: skip
