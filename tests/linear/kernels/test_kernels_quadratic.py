"""Composite quadratic problems whose answer is known; random ones are in the folder of properties."""

import numpy as np
import pytest

from regcli.linear.kernels import compiled, quadratic


def solve(Q, q, l1, *, free=None, positive=False, start=None, slack=1e-12):
    m = len(q)
    free, start = np.zeros(m, dtype=bool) if free is None else np.array(free), np.zeros(m) if start is None else start
    return quadratic.solve(
        np.array(Q, dtype=float), np.array(q, dtype=float), np.array(l1, dtype=float), free,
        positive=positive, start=start, slack=np.full(m, slack), max_sweeps=10_000,
    )[0]  # fmt: skip


def test_nothing_to_do_where_all_is_shrunk_away():
    assert not solve(np.eye(3), [0.5, -0.2, 0.0], np.ones(3)).any()


def test_soft_thresholding_where_columns_do_not_meet():
    assert solve(np.diag([1.0, 2.0, 4.0]), [3.0, -3.0, 3.0], [1.0, 1.0, 4.0]) == pytest.approx([2.0, -1.0, 0.0])
    assert solve(np.diag([1.0, 2.0, 4.0]), [3.0, -3.0, 3.0], [1.0, 1.0, 4.0], positive=True) == pytest.approx([2.0, 0.0, 0.0])


def test_a_column_of_nothing_stays_at_zero_without_a_penalty():
    assert solve(np.diag([2.0, 0.0]), [4.0, 0.0], np.zeros(2), free=[True, False]) == pytest.approx([2.0, 0.0])


def test_free_coordinates_are_eliminated_and_found_again():
    """minimise ½(a+b)² + ½b² - 3a - 4b + |b|: b = 0, as its pull 4 - a is 1 where a = 3."""
    assert solve([[1, 1], [1, 2]], [3, 4], [0, 1], free=[True, False]) == pytest.approx([3.0, 0.0])
    assert solve([[1, 1], [1, 2]], [3, 6], [0, 1], free=[True, False]) == pytest.approx([1.0, 2.0])


def test_twins_are_held_at_the_same_optimum_from_any_start():
    Q, q, l1 = np.ones((2, 2)), np.array([3.0, 3.0]), np.ones(2)
    for start in (np.zeros(2), np.array([5.0, -1.0]), np.array([0.0, 9.0])):
        b = solve(Q, q, l1, start=start)
        assert b.sum() == pytest.approx(2.0)
        assert (b >= 0).all()


def test_smooth_systems_do_not_mind_units_and_take_the_smallest_norm_where_singular():
    unit = np.array([1e-6, 1.0, 1e5])
    Q = np.array([[2.0, 0.5, 0.1], [0.5, 1.0, 0.2], [0.1, 0.2, 1.5]]) * np.outer(unit, unit)
    wanted = np.array([1.0, -2.0, 3.0]) / unit
    np.testing.assert_allclose(quadratic.solve_smooth(Q, Q @ wanted), wanted, rtol=1e-12)
    assert quadratic.solve_smooth(np.ones((2, 2)), np.array([3.0, 3.0])) == pytest.approx([1.5, 1.5])
    assert quadratic.solve_smooth(np.zeros((0, 0)), np.zeros((0, 2))).shape == (0, 2)


@pytest.mark.skipif(not compiled.available, reason="the kernels are not built, or switched off")
@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("seed", range(2))
def test_the_optimum_is_the_same_whichever_kernel_serves(seed, positive, monkeypatch):
    m, rng = 30, np.random.default_rng(seed)
    X = rng.normal(size=(3 * m, m)) @ rng.normal(size=(m, m))
    X /= np.sqrt((X**2).mean(axis=0))
    Q, q = X.T @ X / len(X), X.T @ (X[:, :5].sum(axis=1) + rng.normal(size=len(X))) / len(X)
    free = np.arange(m) % 7 == 3
    l1 = np.where(free, 0.0, 0.05 * np.abs(q).max() * rng.uniform(0.5, 2.0, m))
    ours = solve(Q, q, l1, free=free, positive=positive)
    monkeypatch.setattr(compiled, "available", False)
    np.testing.assert_allclose(ours, solve(Q, q, l1, free=free, positive=positive), atol=1e-10)
    assert 0 < np.count_nonzero(ours) < m
