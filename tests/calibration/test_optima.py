"""Certified means optimal: held against Newton's method in long double."""

import numpy as np
import pytest
from calibration import optima


def test_no_certified_point_misses_its_optimum():
    rows = optima.measure(optima.SHORT)
    assert all(row["holds"] for row in rows), [row for row in rows if not row["holds"]]


def test_the_optimum_in_long_double_is_that_of_least_squares():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 3)), rng.normal(size=30)
    A = np.column_stack([np.ones(30), X])
    best = 0.5 * np.mean((y - A @ np.linalg.lstsq(A, y)[0]) ** 2)
    assert optima.optimum(X, y, np.ones(30), np.zeros(3), "squared") == pytest.approx(best, rel=1e-12)
