"""The penalty by its formula, and its distance to optimality by what moving a coefficient would gain."""

import numpy as np
import pytest

from regcli.linear import Penalty
from regcli.linear.objective.penalty import target_violation


def test_the_value_by_its_formula():
    penalty = Penalty(0.25, np.array([1.0, 2.0, 0.0]), unit=np.array([1.0, 3.0, 1.0]))
    coef = np.array([[2.0], [-1.0], [5.0]])
    # λ Σ v (ρ|b u| + (1-ρ)/2 (b u)²) with λ = 2
    assert penalty.value(coef, 2.0) == pytest.approx(2 * (0.25 * 2 + 0.375 * 4) + 2 * 2 * (0.25 * 3 + 0.375 * 9))
    assert penalty.value(0 * coef, 2.0) == 0.0


@pytest.mark.parametrize("positive", [False, True])
def test_a_coefficient_is_optimal_exactly_where_it_minimises_its_own_problem(positive):
    """½(b - g)² + penalty in one coordinate, whose minimiser is soft-thresholding."""
    penalty, lam = Penalty(0.6, np.array([1.5]), positive), 0.8
    l1, l2 = 0.8 * 0.6 * 1.5, 0.8 * 0.4 * 1.5
    for g in (-3.0, -0.5, 0.0, 0.5, 3.0):
        best = np.sign(g) * max(abs(g) - l1, 0.0) / (1 + l2)
        best = max(best, 0.0) if positive else best
        at = np.array([[best]])
        assert penalty.violation(g - at, at, lam)[0, 0] == pytest.approx(0.0, abs=1e-15)
        moved = at + 0.1
        assert penalty.violation(g - moved, moved, lam)[0, 0] == pytest.approx(
            0.1 * (1 + l2) if best else abs(g - moved[0, 0] * (1 + l2) - l1)
        )


def test_solvers_aim_well_below_what_is_asked_for():
    assert target_violation(1e-4) == 1e-10
    assert target_violation(1e-12) == pytest.approx(1e-13)
