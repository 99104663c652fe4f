"""Rows of a comparison: changes, their per cent, the names that gates know them by."""

from __future__ import annotations

import math

import pytest

from regcli.compare.rows import Mark, Row, count, fact, named, of_pair, same


def row(a, b, **more):
    return Row("m", "Scores", "m", a, b, Mark.CHANGED, **more)


@pytest.mark.parametrize(
    ("a", "b", "change", "percent"),
    [(2.0, 3.0, 1.0, 50.0), (-2.0, -3.0, -1.0, -50.0), (0.0, 1.0, 1.0, None), (0.0, 0.0, 0.0, 0.0), (None, 1.0, None, None),
     ("a", "b", None, None), (math.nan, 1.0, None, None)],
)  # fmt: skip
def test_the_change_and_its_per_cent_of_a(a, b, change, percent):
    assert (row(a, b).change, row(a, b).percent) == (change, percent)


def test_gates_know_both_sides_and_the_change_and_what_could_be_told_of_tested_rows():
    assert row(2.0, 3.0).names() == {"m": 3.0, "m.a": 2.0, "m.b": 3.0, "m.change": 1.0}
    tested = row(2.0, 3.0, tested=True, detectable=0.5)
    assert tested.names()["m.detectable"] == 0.5
    assert tested.percents() == {"m.change": 50.0, "m.detectable": 25.0}


def test_texts_cannot_be_gated_and_a_number_of_the_pair_has_one_name():
    assert row("a", "b").names() == {}
    pair = of_pair("cosine", "Coefficients", "cosine", 0.9, Mark.CHANGED)
    assert pair.names() == {"cosine": 0.9}
    assert pair.percents() == {}


@pytest.mark.parametrize(
    ("a", "b", "mark"),
    [
        (1.0, 1.0 + 1e-12, Mark.SAME),
        (1.0, 1.1, Mark.CHANGED),
        (None, 1.0, Mark.NEW),
        ("x", None, Mark.GONE),
        (None, None, Mark.SAME),
    ],
)
def test_a_fact_is_the_same_new_gone_or_changed(a, b, mark):
    assert fact("n", "Data", "n", a, b).mark is mark
    assert same(a, b) is (mark is Mark.SAME)


def test_what_is_counted_is_named_and_carried_along():
    found = count("columns.new", "Data", "new columns", [f"c{i}" for i in range(7)])
    assert (found.value, found.mark, found.items) == (7.0, Mark.CHANGED, tuple(f"c{i}" for i in range(7)))
    assert found.note == named(found.items) == "c0, c1, c2, c3, c4 and 2 more"
    assert count("columns.new", "Data", "new columns", [], note="none").note == "none"
