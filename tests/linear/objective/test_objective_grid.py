"""Grids, where they start, and where a path may end."""

import numpy as np
import pytest

from regcli.linear import Ending, geometric_grid, lambda_max


def test_a_grid_is_geometric_with_both_ends_exact():
    grid = geometric_grid(3.0, 0.003, 4)
    assert grid == pytest.approx([3.0, 0.3, 0.03, 0.003], rel=1e-14)
    assert grid[0] == 3.0
    assert grid[-1] == 0.003
    assert list(geometric_grid(3.0, 0.003, 1)) == [3.0]


def test_lambda_max_by_its_formula():
    gradient = np.array([[2.0], [-6.0], [1.0]])
    ones = np.ones(3)
    assert lambda_max(gradient, 1.0, ones) == 6.0
    assert lambda_max(gradient, 0.5, ones) == 12.0
    assert lambda_max(gradient, 0.0, ones) == pytest.approx(6000.0)
    assert lambda_max(gradient, 1.0, ones, positive=True) == 2.0
    assert lambda_max(gradient, 1.0, np.array([0.5, 3.0, 0.0])) == 4.0
    assert lambda_max(gradient, 1.0, np.zeros(3)) == 0.0
    assert lambda_max(np.column_stack([gradient, -2 * gradient]), 1.0, ones) == 12.0


@pytest.mark.parametrize(
    ("explained", "ends"),
    [
        ([0.0, 0.9995, 0.9995, 0.9995], False),  # four points are too few
        ([0.0, 0.1, 0.2, 0.3, 0.4], False),
        ([0.0, 0.5, 0.9, 0.99, 0.9991], True),
        ([0.0, 0.5, 0.9, 0.95, 0.999], False),
        ([0.0, 0.1, 0.2, 0.5, 0.5 * (1 + 0.9e-5)], True),
        ([0.0, 0.1, 0.2, 0.5, 0.5 * (1 + 1.2e-5)], False),
        ([0.0, 0.0, 0.0, 0.0, 0.0], False),
        ([1e-12, 1e-12, 1e-12, 1e-12, 1e-12], False),  # rounding at the top, where nothing has begun
    ],
)
def test_the_rule_for_the_end(explained, ends):
    objectives = 3.0 - 3.0 * np.array(explained)
    assert Ending(3.0, nearly_all=True).reached(list(objectives)) == ends
    assert Ending(3.0, nearly_all=False).reached(list(objectives)) == (ends and explained[-1] < 0.999)


def test_the_point_of_the_end_is_the_first_that_the_rule_lets_end():
    explained = np.array([0.0, 0.4, 0.7, 0.9, 0.95, 0.97, 0.9995, 0.9999])
    ending = Ending(2.0, nearly_all=True)
    assert ending.point(2.0 - 2.0 * explained) == 7
    assert ending.point(2.0 - 2.0 * explained[:6]) is None
    assert Ending(2.0, nearly_all=False).point(2.0 - 2.0 * explained) is None


def test_where_nothing_is_left_to_explain_a_path_ends_as_soon_as_it_may():
    assert Ending(0.0, nearly_all=False).point([0.0] * 9) == 5
