"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest

from regcli.numerals import count, number, percent


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.8, "80%"), (2 / 3, "66.7%"), (0.07, "7%"), (1.0, "100%"), (0.0, "0%"), (math.nan, "–"), (-0.021, "-2.1%")],
)
def test_shares(share, shown):
    assert percent(share) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.9994, "99.9%"), (0.9996, "99.96%"), (0.99998, "99.998%"), (-0.9999, "-99.99%"), (1.0 - 1e-15, "100%"), (1.0004, "100%")],
)
def test_what_falls_short_of_the_whole_is_not_rounded_to_it(share, shown):
    assert percent(share) == shown


def test_changes_have_a_sign():
    assert [percent(share, signed=True) for share in (0.0213, -0.5, 0.0)] == ["+2.13%", "-50%", "0%"]


def test_counts_are_exact_and_measurements_can_be_pasted():
    assert [count(1, "row"), count(2, "row"), count(12345, "class", "classes"), count(1234567)] == [
        "1 row", "2 rows", "12,345 classes", "1,234,567",
    ]  # fmt: skip
    assert float(number(123456.7)) == 123457
