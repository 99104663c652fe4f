"""Colours and type of every page and picture, light and dark; nobody else names a colour.

Pictures and style sheets take colours by name, ``var(--validation)``: a page changes its theme without drawing anything anew, and
on paper it is light. Where there is no style sheet (pictures in files), `concrete` puts the light ones in.

Series keep apart in every common kind of colour blindness and differ in lightness; text has at least 4.5:1 on its ground, lines
and marks 3:1 (tested).
"""

from __future__ import annotations

import re
from typing import Any

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

LIGHT = {
    "page": "#f5f6f8", "card": "#ffffff", "sunken": "#eef0f4", "line": "#d6dae1", "grid": "#e9ecf0",
    "ink": "#1b2330", "soft": "#525d6d", "accent": "#1c5bb0", "accent-ground": "#e3edfa",
    "validation": "#1c5bb0", "train": "#b3470b", "gap": "#b3470b", "mark": "#1b2330", "faint": "#8b95a4",
    "good": "#086a75", "good-ground": "#dff3f4", "bad": "#b3202c", "bad-ground": "#fbe7e8",
    "warn": "#835400", "warn-ground": "#fcf1d8",
    "plus": "#1c5bb0", "minus": "#b3470b",
    "q0": "#1c5bb0", "q1": "#b3470b", "q2": "#0d7a63", "q3": "#a3357f",
    "q4": "#7a6100", "q5": "#5a4fcf", "q6": "#a11d33", "q7": "#3f6f86",
    "s0": "#eaf1fb", "s1": "#cfe0f5", "s2": "#aecaec", "s3": "#88b1e0",
    "s4": "#6096d1", "s5": "#3a79bd", "s6": "#1f5b9f", "s7": "#0f3e75",
    "d0": "#8a3406", "d1": "#c2601f", "d2": "#e29a63", "d3": "#f4cfae", "d4": "#eef0f4",
    "d5": "#bdd5f2", "d6": "#7faee2", "d7": "#3a79bd", "d8": "#134a8a",
}  # fmt: skip
DARK = {
    "page": "#11151b", "card": "#191f28", "sunken": "#222a35", "line": "#394352", "grid": "#2a3240",
    "ink": "#e8ecf2", "soft": "#aab4c3", "accent": "#82b7f7", "accent-ground": "#1d3149",
    "validation": "#6fb0f8", "train": "#f29b5b", "gap": "#f29b5b", "mark": "#e8ecf2", "faint": "#778396",
    "good": "#58cbd6", "good-ground": "#12353a", "bad": "#ff8f93", "bad-ground": "#43202a",
    "warn": "#eec065", "warn-ground": "#3c3016",
    "plus": "#6fb0f8", "minus": "#f29b5b",
    "q0": "#6fb0f8", "q1": "#f29b5b", "q2": "#4fc9a8", "q3": "#e58cc6",
    "q4": "#d3b847", "q5": "#a99ffb", "q6": "#fb8490", "q7": "#8cc0d6",
    "s0": "#1d2b3d", "s1": "#223d5c", "s2": "#2a527d", "s3": "#35699f",
    "s4": "#4783c0", "s5": "#659fdb", "s6": "#8fbcec", "s7": "#c3dcf7",
    "d0": "#f7b98a", "d1": "#e08a4a", "d2": "#b3612a", "d3": "#6f4227", "d4": "#222a35",
    "d5": "#274464", "d6": "#35699f", "d7": "#5c9bdd", "d8": "#a8d0fa",
}  # fmt: skip

SERIES = tuple(f"var(--q{i})" for i in range(8))
SEQUENTIAL = tuple(f"var(--s{i})" for i in range(8))
DIVERGING = tuple(f"var(--d{i})" for i in range(9))

_NAMED = re.compile(r"var\(--([a-z0-9-]+)\)")


def style_sheet() -> str:
    """The colours as properties of the page: as the system has it, or as whoever reads has chosen; light on paper."""

    def block(colours: dict[str, str]) -> str:
        return "{" + ";".join(f"--{name}:{colour}" for name, colour in colours.items()) + "}"

    light, dark = block(LIGHT), block(DARK)
    return (
        f":root{{--font:{FONT};color-scheme:light dark}}:root{light}:root[data-theme=light]{{color-scheme:light}}"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){dark}}}"
        f":root[data-theme=dark]{{color-scheme:dark}}:root[data-theme=dark]{dark}"
        f"@media print{{:root,:root:not([data-theme=light]),:root[data-theme=dark]{light}:root{{color-scheme:light}}}}"
    )


def concrete(text: str) -> str:
    """The text with colours in the place of their names: light, since pictures go onto paper."""
    return _NAMED.sub(lambda found: LIGHT[found[1]], text)


def picture_config() -> dict[str, Any]:
    """How every picture looks: Vega-Lite's `config`."""
    text = {"labelColor": "var(--soft)", "titleColor": "var(--ink)", "labelFontSize": 12, "titleFontSize": 12.5}
    return {
        "background": "transparent",
        "font": FONT,
        "aria": False,
        "padding": {"left": 4, "right": 8, "top": 8, "bottom": 4},
        "view": {"stroke": "transparent", "continuousHeight": 300, "discreteHeight": {"step": 22}},
        "axis": {
            **text, "titleFontWeight": "normal", "titlePadding": 8, "labelPadding": 5, "labelLimit": 190,
            "domainColor": "var(--line)", "tickColor": "var(--line)", "gridColor": "var(--grid)", "tickSize": 4,
        },
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False, "grid": True},
        "legend": {**text, "titleFontWeight": "normal", "titleLimit": 400, "orient": "top", "offset": 6},
        "header": {**text, "labelFontWeight": "bold", "labelLimit": 220},
        "line": {"strokeWidth": 2, "strokeCap": "round"},
        "point": {"filled": True, "size": 42, "opacity": 1},
        "rule": {"color": "var(--soft)"},
        "text": {"color": "var(--ink)", "fontSize": 12},
        "range": {"category": list(SERIES)},
    }  # fmt: skip
