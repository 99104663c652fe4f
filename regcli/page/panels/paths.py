"""How the coefficients come in as the penalty gives way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.numerals import count
from regcli.page.axes import measure, strength, told
from regcli.page.names import labels
from regcli.page.panel import Panel, Section
from regcli.page.picture import Picture
from regcli.page.spread import spread
from regcli.page.theme import SERIES
from regcli.report.table import Column, Table
from regcli.run.layout import PATH
from regcli.run.points import same_path

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray
    from regcli.page.shown import Shown
    from regcli.run import Columns

# Lines of a picture, names at their ends, pictures of classes.
MOST, NAMED, CLASSES = 40, 12, 4
HEIGHT, LINE = 380, 15


class Paths(Panel["Shown"]):
    """On all training rows, along the path of the selected point."""

    name = "paths"
    title = "Coefficient paths"
    question = "Which features come in first, and what becomes of them as the penalty gives way?"

    def look(self, shown: Shown) -> Section | None:
        if len(shown.chosen_path) < 2 or not shown.run.has_coefficients or not shown.has(PATH):
            return None
        found = of_path(shown)
        classes = list(dict.fromkeys(found["class"].tolist()))
        pictures = tuple(_picture(shown, along(shown, found, label), label) for label in classes[:CLASSES])
        rest = len(classes) - CLASSES
        notes = (f"{count(rest, 'more class', 'more classes')}: all of them stand in path.parquet.",) if rest > 0 else ()
        return Section(pictures=pictures, notes=notes) if pictures else None


@dataclass(frozen=True, slots=True)
class Along:
    """The features of a path that are largest anywhere on it, the largest at its end first.

    Attributes
    ----------
    feature : list of str
    size : ndarray (L, K)
        Standardised coefficients at each λ.
    n_all : int
        How many features are not zero somewhere.
    """

    feature: list[str]
    size: FloatArray
    n_all: int


def of_path(shown: Shown) -> Columns:
    """The non-zero coefficients along the path of the selected point, the intercept left out."""
    columns = ["entry", "penalty", "l1_ratio", "gamma", "lambda_index", "class", "feature", "coefficient_standardized"]
    found = shown.run.path_coefficients(columns)
    on_it = same_path(found, shown.sweep, shown.selected)
    on_it &= found["feature"] != "(intercept)"
    return {name: values[on_it] for name, values in found.items()}


def along(shown: Shown, found: Columns, label: str | None) -> Along:
    """The largest features of a class along the path."""
    of_class = found["class"] == label
    features, row = np.unique(found["feature"][of_class].astype(str), return_inverse=True)
    index, values = found["lambda_index"][of_class], found["coefficient_standardized"][of_class]
    largest = np.zeros(len(features))
    np.maximum.at(largest, row, np.abs(values))
    kept = np.sort(np.argsort(-largest, kind="stable")[:MOST])
    place = np.full(len(features), -1)
    place[kept] = np.arange(len(kept))
    size = np.zeros((len(shown.chosen_path), len(kept)))
    in_it = place[row] >= 0
    size[index[in_it], place[row[in_it]]] = values[in_it]
    order = np.argsort(-np.abs(size[-1]), kind="stable")
    return Along([str(features[kept[k]]) for k in order], size[:, order], len(features))


def _picture(shown: Shown, found: Along, label: str | None) -> Picture:
    path, lam = shown.chosen_path, shown.sweep["lambda"][shown.chosen_path]
    chosen = shown.selected - int(path[0])
    names = labels(found.feature)
    lines: dict[str, list[Any]] = {"id": [], "lambda": [], "size": []}
    for k in range(len(names)):
        live = np.flatnonzero(found.size[:, k])
        start = max(int(live[0]) - 1, 0)  # from the last zero on
        lines["id"] += [k] * (len(lam) - start)
        lines["lambda"] += lam[start:].tolist()
        lines["size"] += found.size[start:, k].tolist()
    enters = [float(lam[np.flatnonzero(found.size[:, k])[0]]) for k in range(len(names))]
    features = {
        "id": list(range(len(names))), "text": names, "enters": enters, "chosen": found.size[chosen], "last": found.size[-1],
    }  # fmt: skip
    ends = {"id": features["id"][:NAMED], "text": names[:NAMED], "lambda": [lam[-1]] * len(names[:NAMED])}
    ends["at"] = spread(found.size[-1, :NAMED], _span(found.size) * LINE / HEIGHT)
    rest = found.n_all - len(names)
    of_class = "" if label is None else f", class {label}"
    return Picture(
        "paths" if label is None else f"paths-{shown.manifest['classes'].index(label)}",
        f"Standardised coefficients over λ, {shown.path_name(path)}{of_class}",
        {"height": HEIGHT, "layer": _layers(strength(lam))},
        {"lines": lines, "features": features, "ends": ends, "mark": {"lambda": [lam[chosen]]}},
        f"{count(found.n_all, 'feature')} along the path; the largest at its end: {', '.join(names[:5])}.",
        _table(features),
        f"The {len(names)} largest of {count(found.n_all, 'feature')}; {count(rest)} smaller ones are left out." if rest else "",
    )


def _span(size: FloatArray) -> float:
    return (max(float(size.max()), 0.0) - min(float(size.min()), 0.0)) or 1.0


def _layers(x: dict[str, Any]) -> list[dict[str, Any]]:
    y = measure("size", "standardised coefficient")
    colour = {
        "field": "id", "type": "ordinal", "legend": None,
        "scale": {"domain": list(range(MOST)), "range": [*SERIES, *["var(--faint)"] * (MOST - len(SERIES))]},
    }  # fmt: skip
    followed = {"condition": {"param": "follow", "value": 1}, "value": 0.13}
    looked_up = [
        {"lookup": "id", "from": {"data": {"name": "features"}, "key": "id", "fields": ["text", "enters", "chosen", "last"]}}
    ]
    tells = told({"text": "feature", "enters": "comes in at λ", "chosen": "at the selected λ", "last": "at the weakest λ"})
    line = {"x": x, "y": y, "detail": {"field": "id", "type": "ordinal"}}
    return [
        {
            "data": {"name": "mark"},
            "mark": {"type": "rule", "color": "var(--mark)"},
            "encoding": {"x": x},
        },
        {
            "data": {"values": [{"size": 0}]},
            "mark": {"type": "rule", "color": "var(--line)"},
            "encoding": {"y": y},
        },
        {
            "data": {"name": "lines"},
            "mark": {"type": "line", "strokeWidth": 1.8},
            "encoding": {**line, "color": colour, "opacity": followed},
        },
        {
            "data": {"name": "lines"},
            "transform": looked_up,
            "params": [{
                "name": "follow",
                "select": {"type": "point", "fields": ["id"], "on": "pointerover", "clear": "pointerout", "nearest": False},
            }],
            "mark": {"type": "line", "strokeWidth": 13, "opacity": 0.001},
            "encoding": {**line, "tooltip": tells},
        },
        {
            "data": {"name": "ends"},
            "mark": {"type": "text", "align": "left", "dx": 7, "fontSize": 11.5, "limit": 125},
            "encoding": {
                "x": x, "y": measure("at", "standardised coefficient"), "text": {"field": "text"}, "color": colour,
                "opacity": followed,
            },
        },
    ]  # fmt: skip


def _table(features: dict[str, Any]) -> Table:
    columns = (
        Column("feature", "feature"), Column("enters", "comes in at λ"), Column("chosen", "at the selected λ"),
        Column("last", "at the weakest λ"),
    )  # fmt: skip
    cells = (features["text"], features["enters"], features["chosen"].tolist(), features["last"].tolist())
    return Table("", columns, tuple(zip(*cells, strict=True)))
