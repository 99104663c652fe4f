"""Gaps that go along with the target."""

from __future__ import annotations

import numpy as np
from advice_rows import codes, linear, rows, two_classes, view

from regcli.advice.missingness import missing

RANDOM = np.random.default_rng(9)


def test_gaps_by_chance_tell_nothing():
    y, columns = linear(500)
    holes = {name: np.where(RANDOM.random(500) < 0.2, np.nan, x) for name, x in columns.items()}
    assert missing(view(rows(y, **holes))) == []


def test_gaps_where_the_target_is_large_are_worth_a_column():
    y, columns = linear(500)
    columns["x3"] = np.where((y > 0.5) & (RANDOM.random(500) < 0.6), np.nan, columns["x3"])
    (found,) = missing(view(rows(y, **columns)))
    assert found.topic == "columns"
    assert found.columns == ("x3",)
    assert found.remedy == {"preprocess.missing.indicator": True}


def test_a_column_that_is_filled_in_afterwards_is_a_leak():
    y, columns = two_classes()
    columns["x3"] = np.where(y == 0, np.nan, columns["x3"])
    words = ["done" if value else None for value in y]
    found = missing(view(rows(y, {"note": ("categorical", words)}, classes=("a", "b"), **columns)))
    assert codes(found) == ["missing_tells_the_target"] * 2
    assert {finding.topic for finding in found} == {"leakage"}
