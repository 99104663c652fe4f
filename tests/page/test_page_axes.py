"""Axes that several pictures share."""

from __future__ import annotations

import numpy as np

from regcli.page.axes import strength, ticks, told


def test_a_path_begins_strong_at_the_left():
    axis = strength(np.geomspace(1, 1e-4, 20))
    assert axis["scale"]["type"] == "log"
    assert axis["scale"]["reverse"] is True
    assert axis["axis"]["values"] == [1e-4, 1e-3, 0.01, 0.1, 1]
    assert strength(np.arange(1.0, 9.0), "max_depth")["scale"]["reverse"] is False


def test_zero_has_a_place():
    axis = strength(np.array([1.0, 0.1, 0.0]))
    assert axis["scale"] == {"reverse": True, "nice": False, "type": "symlog", "constant": 0.05}
    assert axis["axis"]["values"] == [0.0, 0.1, 0.2, 0.5, 1.0]


def test_a_narrow_axis_has_more_ticks():
    assert ticks(0.02, 0.3) == [0.02, 0.05, 0.1, 0.2]
    assert ticks(0.021, 0.04) == [0.021, 0.04]


def test_texts_have_no_format_of_numbers():
    assert told({"text": "feature", "lambda": "λ"}) == [
        {"field": "text", "title": "feature"},
        {"field": "lambda", "title": "λ", "format": ".4~g"},
    ]
