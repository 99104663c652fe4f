"""Numbers as bars."""

from __future__ import annotations

import math

import pytest

from regcli.report.terminal.bars import drawn_bars


def lengths(bars, full, half):
    return [bar.count(full) + 0.5 * bar.count(half) for bar in bars]


@pytest.mark.parametrize("width", [10, 17, 32])
def test_lengths_are_in_proportion_about_one_zero(width):
    bars = drawn_bars([8.0, 4.0, -4.0, -2.0], width, plain=False)
    assert {len(bar) for bar in bars} == {width}
    assert len({bar.index("│") for bar in bars}) == 1
    most, half, *_ = lengths(bars[:2], "█", "▌")
    assert half == pytest.approx(most / 2, abs=0.5)
    left, less = lengths(bars[2:], "█", "▐")
    assert left == pytest.approx(most / 2, abs=1)
    assert less == pytest.approx(left / 2, abs=0.5)


def test_no_number_has_no_bar_and_a_small_one_a_short_one():
    nothing, undefined, small, large = drawn_bars([None, math.nan, 1e-9, 5.0], 12, plain=False)
    assert set(nothing) == set(undefined) == {"│", " "}
    assert small.strip() == "│▌"
    assert large == "│" + 11 * "█"


def test_numbers_of_one_sign_have_all_the_room():
    assert drawn_bars([-3.0, -1.5], 7, plain=True) == ["######|", "   ###|"]
    assert drawn_bars([0.0], 5, plain=True) == ["|    "]
