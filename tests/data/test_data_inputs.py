"""Input columns as features: declared kinds are held to, wrong cells counted and quoted."""

from __future__ import annotations

import numpy as np


def column(values):
    return "x,c,y\n" + "".join(f"{i}.5,{value},{i * i % 7}.25\n" for i, value in enumerate(values))


def test_declared_levels_are_the_same_however_their_numbers_are_written(csv):
    features = csv(column(["1", "1.0", "2", "02"] * 3), dataset={"types": {"c": "category"}}).features
    assert features.kinds == ("numeric", "categorical")
    assert sorted(set(features.texts[0])) == ["02", "1", "2"]


def test_declared_dates_are_iso_texts(csv):
    features = csv(
        column(["31.1.2024", "1.2.2024", "3.2.2024"] * 3), dataset={"types": {"c": "date"}}, preprocess={"dates": {}}
    ).features
    assert sorted(set(features.texts[0])) == ["2024-01-31", "2024-02-01", "2024-02-03"]


def test_cells_that_are_not_what_was_said_are_counted_and_the_first_quoted(refusal):
    found = refusal(column(["1", "2", "x", "4", "y", "6", "z", "8", "w", "1", "2", "3"]), dataset={"types": {"c": "number"}})
    assert "column 'c' must hold numbers, and 4 cells do not" in found.message
    assert "line 4 says 'x', line 6 says 'y', line 8 says 'z' and 1 more" in found.message.replace(" and line 8", ", line 8")
    assert "dataset.read.na" in found.hint
    most = refusal(column(["a", "b", "c", "4"] * 2), dataset={"types": {"c": "number"}})
    assert most.hint.startswith("Correct dataset.types")


def test_numbers_stand_in_the_order_of_the_file(csv):
    features = csv("b,a,y\n1,10,1.5\n2,20,2.5\n3,31,3.75\n").features
    assert features.numeric_names == ("b", "a")
    np.testing.assert_array_equal(features.numeric, [[1, 10], [2, 20], [3, 31]])
