"""Plots of other values of a key: scores by value, and what the variants predict along a single column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regcli.report.table import Column, Table
from regcli.report.terminal.chart import Chart, Series
from regcli.report.terminal.scale import Scale, around
from regcli.wording import harmless

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray
    from regcli.run import Columns, RunReader

VALIDATION, TRAIN, ROWS = "cyan", "yellow", "bold"
CURVES = ("green", "cyan", "magenta")
# Training scores below this share of the best validation score are not what is to be seen.
LOWEST = 0.02
# The picture of curves shows this share of the rows' range beyond it.
BEYOND = 0.35
# Several panels of one plot are lower.
LOW = 9


def vary_plot(run: RunReader) -> Table:
    """Validation and train means by value, path by path."""
    found, manifest, key = run.variants(), run.manifest, str(run.metrics["vary"]["key"])
    x, x_name = _places(found["value"], key)
    paths = _paths(found)
    mean, train = found["validation_mean"], found["train_mean"]
    y = around([*mean, *train[train >= LOWEST * np.nanmin(np.abs(mean))]])
    charts = [
        Chart(
            f"{manifest['metric']} by {key}, {harmless(path)}", Scale(float(x.min()), float(x.max())), y, x_name,
            (
                Series("validation", x[rows], mean[rows], VALIDATION, "*", error=found["validation_se"][rows]),
                Series("train", x[rows], train[rows], TRAIN, ".", every=2),
            ),
            height=LOW if len(paths) > 1 else None,
        )
        for (_, path), rows in paths.items()
    ]  # fmt: skip
    first = ["value", "validation_mean", "validation_se", "train_mean", "train_se"]
    return _as_rows("vary", {name: found[name] for name in [*first, *(name for name in found if name not in first)]}, charts)


def curves_plot(run: RunReader) -> Table:
    """The rows, and of each path the curves of the first, the best and the last value."""
    found, variants = run.curves(), run.variants()
    seen = np.isfinite(found["y"])
    x, y = found["x"][seen], found["y"][seen]
    spare = BEYOND * float(np.ptp(y))
    column = next(entry["name"] for entry in run.manifest["dataset"]["inputs"])
    across, up = around(found["x"]), Scale(float(y.min()) - spare, float(y.max()) + spare)
    charts = []
    for (_, path), rows in _paths(variants).items():
        values, mean = variants["value"][rows], variants["validation_mean"][rows]
        sign = -1.0 if run.manifest["higher_is_better"] else 1.0
        best = values[int(np.nanargmin(sign * mean))] if np.isfinite(mean).any() else values[0]
        told = list(dict.fromkeys([values[0], best, values[-1]]))
        series = []
        for k, value in enumerate(told):
            mine = (found["value"] == value) & (found["path"] == path)
            name = f"{value}{' (best)' if value == best else ''}"
            series.append(Series(harmless(name), found["x"][mine], found["prediction"][mine], CURVES[k], str(k + 1)))
        points = Series("rows", x, y, ROWS, "o", dots=True)
        title = f"{run.manifest['target']} by {column}, {path}: curves by {run.metrics['vary']['key']}"
        charts.append(Chart(harmless(title), across, up, harmless(column), (points, *series)))
    first = ["x", "prediction", "y", "value", "path"]
    return _as_rows("curves", {name: found[name] for name in first}, charts)


def _places(values: np.ndarray[tuple[int], np.dtype[np.object_]], key: str) -> tuple[FloatArray, str]:
    """Where values stand: by their size, or where they are no numbers by their order."""
    try:
        return np.array([float(value) for value in values]), key.rpartition(".")[2]
    except ValueError:
        order = {value: float(k) for k, value in enumerate(dict.fromkeys(values), start=1)}
        return np.array([order[value] for value in values]), "value no."


def _paths(variants: Columns) -> dict[tuple[int, str], list[int]]:
    """Rows of each path."""
    rows: dict[tuple[int, str], list[int]] = {}
    for i, path in enumerate(zip(variants["entry"].tolist(), variants["path"].tolist(), strict=True)):
        rows.setdefault(path, []).append(i)
    return rows


def _as_rows(title: str, columns: Columns, charts: list[Chart]) -> Table:
    rows = tuple(zip(*(values.tolist() for values in columns.values()), strict=True))
    return Table(title, tuple(Column(name, name) for name in columns), rows, pictures=tuple(charts))
