"""Axes and their ticks."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.report.terminal.scale import Scale, along, around, labels


def test_strengths_run_from_strong_to_weak_by_their_logarithm():
    scale = along(np.geomspace(10.0, 0.001, 30))
    assert scale.at(10.0) == 0
    assert scale.at(0.001) == pytest.approx(1)
    assert scale.at(0.1) == pytest.approx(0.5)
    assert scale.ticks(5) == [10, 1, 0.1, 0.01, 0.001]


def test_zero_stands_beside_a_logarithmic_axis():
    scale = along([1.0, 0.1, 0.01, 0.0])
    assert scale.at(0.0) == 1.0
    assert scale.at(0.01) == pytest.approx(0.9)
    assert scale.ticks(4)[-1] == 0.0


def test_a_few_values_of_one_size_stand_as_they_are():
    scale = along([3.0, 2.0, 1.0])
    assert not scale.log
    assert scale.at(2.0) == 0.5


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-20, 30), (2801, 3410), (0.98, 0.981), (1e-9, 3e-9), (1e8, 1e8 + 5), (5, 5)])
@pytest.mark.parametrize("most", [2, 4, 9])
def test_ticks_are_few_within_and_told_apart(low, high, most):
    scale = around([low, high], log=False)
    found = scale.ticks(most)
    assert 1 <= len(found) <= most
    assert all(0 <= scale.at(value) <= 1 for value in found)
    assert len(set(labels(found))) == len(found)


@pytest.mark.parametrize(("low", "high"), [(1e-4, 10), (0.2, 0.9), (1e-300, 1e300), (3, 700)])
@pytest.mark.parametrize("most", [2, 5, 12])
def test_ticks_of_logarithms_too(low, high, most):
    found = Scale(high, low, log=True).ticks(most)
    assert 1 <= len(found) <= most
    assert found == sorted(found, reverse=True)


def test_values_that_differ_very_much_are_shown_by_their_logarithm():
    assert around([1.0, 1e6]).log
    assert not around([1.0, 20.0]).log
    assert not around([-1.0, 1e6]).log


def test_what_is_not_finite_has_no_part_in_it():
    assert around([np.nan, 1.0, np.inf, 2.0]) == around([1.0, 2.0])
    assert around([]).at(0.5) == 0.5
