"""Scores fold by fold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.numerals import count, number
from regcli.page.axes import measure, told
from regcli.page.panel import Panel, Section
from regcli.page.picture import Picture, said
from regcli.report.table import Column, Table
from regcli.report.tables import metrics_table

if TYPE_CHECKING:
    from regcli.page.shown import Shown

# Folds that have a place of their own.
MOST = 60


class Folds(Panel["Shown"]):
    """Of the selected point, with all metrics."""

    name = "folds"
    title = "Fold by fold"
    question = "Does the score rest on a few folds, and what do the other metrics say?"

    def look(self, shown: Shown) -> Section:
        table = metrics_table(shown.metrics, shown.manifest)
        folds, metric = shown.metrics["folds"], shown.metric
        validation = np.array(folds["validation"][metric], dtype=float)
        n = len(validation)
        if n > MOST or not np.isfinite(validation).any():
            why = f"{count(n, 'fold')} are too many for a picture" if n > MOST else f"single folds have no {metric}"
            return Section(notes=(f"Scores fold by fold are not drawn: {why}; folds.csv has them.",), tables=(table,))
        train = np.array(folds["train"][metric], dtype=float)
        return Section(pictures=(_picture(shown, train, validation),), tables=(table,))


def _picture(shown: Shown, train: Any, validation: Any) -> Picture:  # noqa: ANN401
    metric, folds = shown.metric, shown.metrics["folds"]
    number_of = list(range(1, len(validation) + 1))
    points = {
        "fold": [*number_of, *number_of], "score": np.concatenate([train, validation]),
        "text_side": ["train"] * len(train) + ["validation"] * len(validation),
        "rows": [*folds["n_train"], *folds["n_validation"]],
    }  # fmt: skip
    spans = {"fold": number_of, "from": train, "score": validation}
    mean = shown.metrics["selected"]["validation_mean"]
    rows = tuple(zip(number_of, train.tolist(), validation.tolist(), folds["n_train"], folds["n_validation"], strict=True))
    columns = (
        Column("fold", "fold"), Column("train", f"train {metric}"), Column("validation", f"validation {metric}"),
        Column("n_train", "training rows"), Column("n_validation", "validation rows"),
    )  # fmt: skip
    return Picture(
        "folds",
        f"{metric} at the selected point, fold by fold",
        {"height": 260, "layer": _layers(metric)},
        {"points": points, "spans": spans, "mean": {"score": [mean]}},
        f"Validation {metric} lies between {said(np.nanmin(validation))} and {said(np.nanmax(validation))} over "
        f"{count(len(validation), 'fold')}; its mean is {number(mean)}.",
        Table("", columns, rows),
        "The line is the mean over the validation folds.",
    )


def _layers(metric: str) -> list[dict[str, Any]]:
    x = {"field": "fold", "type": "ordinal", "axis": {"title": "fold", "labelAngle": 0, "labelOverlap": True}}
    y = measure("score", metric)
    side: dict[str, Any] = {
        "field": "text_side", "type": "nominal", "title": None,
        "scale": {"domain": ["validation", "train"], "range": ["var(--validation)", "var(--train)"]},
    }  # fmt: skip
    return [
        {
            "data": {"name": "mean"},
            "mark": {"type": "rule", "color": "var(--validation)", "strokeDash": [4, 3]},
            "encoding": {"y": y},
        },
        {
            "data": {"name": "spans"},
            "mark": {"type": "rule", "color": "var(--gap)", "opacity": 0.35, "strokeWidth": 3},
            "encoding": {"x": x, "y": {**y, "field": "from"}, "y2": {"field": "score"}},
        },
        {
            "data": {"name": "points"},
            "mark": {"type": "point", "size": 75},
            "encoding": {
                "x": x, "y": y, "color": side,
                "shape": {**side, "scale": {"domain": side["scale"]["domain"], "range": ["circle", "square"]}},
                "tooltip": told({"fold": "fold", "text_side": "side", "score": metric, "rows": "rows"}),
            },
        },
    ]  # fmt: skip
