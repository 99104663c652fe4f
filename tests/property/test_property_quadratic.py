"""Composite quadratic problems: optimality, and never above what a slow independent solver finds."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from regcli.linear.kernels import quadratic


@st.composite
def quadratics(draw):
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    m = draw(st.integers(1, 30))
    rank = draw(st.integers(1, m + 5))
    A = rng.normal(size=(rank, m))
    kind = draw(st.sampled_from(["plain", "scaled", "twins", "zeros", "opposite"]))
    if kind == "scaled":
        A *= 10.0 ** rng.uniform(-6, 6, m)
    elif kind == "twins":
        A = A[:, rng.integers(0, max(1, m // 2), m)]
    elif kind == "opposite":
        A = A[:, rng.integers(0, max(1, m // 2), m)] * rng.choice([-1, 1], m)
    elif kind == "zeros":
        A[:, rng.random(m) < 0.3] = 0.0
    Q, q = A.T @ A, A.T @ rng.normal(size=rank)
    size = np.abs(q).max() or 1.0
    unit = np.sqrt(np.diag(Q))
    l1 = rng.uniform(0.5, 2.0, m) * 10.0 ** draw(st.integers(-3, 0)) * np.where(unit > 0, unit, 1.0)
    free = (rng.random(m) < 0.3) & draw(st.booleans()) & (unit > 0)
    positive = draw(st.booleans())
    if positive and draw(st.booleans()):
        l1 = np.zeros(m)
    l1[free] = 0.0
    start = rng.normal(size=m) * (rng.random(m) < 0.5) / np.where(unit > 0, unit, 1.0)
    start = np.where(positive & ~free, np.abs(start), start)
    return Q, q, l1, free, positive, start, unit * max(1.0, size / max(unit.max(), 1e-300))


def objective(Q, q, l1, b):
    return 0.5 * b @ Q @ b - q @ b + l1 @ np.abs(b)


def slow(Q, q, l1, free, *, positive, sweeps=3000):
    """Plain coordinate descent in Python."""
    b = np.zeros(len(q))
    for _ in range(sweeps):
        before = b.copy()
        for j in np.flatnonzero(np.diag(Q) > 0):
            pull = q[j] - Q[j] @ b + Q[j, j] * b[j]
            if positive and not free[j]:
                b[j] = max(pull - l1[j], 0.0) / Q[j, j]
            else:
                b[j] = np.sign(pull) * max(abs(pull) - l1[j], 0.0) / Q[j, j]
        if np.abs((b - before) * np.sqrt(np.diag(Q))).max() < 1e-14:
            break
    return b


@given(quadratics())
@settings(max_examples=200)
def test_optimal_and_not_above_a_slow_solver(case):
    Q, q, l1, free, positive, start, unit = case
    b, sweeps = quadratic.solve(Q, q, l1, free, positive=positive, start=start, slack=1e-9 * unit + 1e-300, max_sweeps=20_000)
    assert np.isfinite(b).all()
    assert 0 <= sweeps <= 20_000  # none where the start is the optimum
    pull = q - Q @ b
    on = b != 0
    off = np.where(on, np.abs(pull - l1 * np.sign(b)), np.maximum((pull if positive else np.abs(pull)) - l1, 0.0))
    off[free] = np.abs(pull[free])
    assert (off <= 2e-8 * unit + 1e-300).all()
    if positive:
        assert (b[~free] >= 0).all()
    reference = objective(Q, q, l1, slow(Q, q, l1, free, positive=positive, sweeps=100))
    assert objective(Q, q, l1, b) <= reference + 1e-9 * abs(reference)


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 12))
def test_smooth_solutions_have_the_smallest_norm(seed, m, rank):
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(rank, m))
    A /= np.sqrt((A**2).sum(axis=0))  # in unit columns the smallest norm is the pseudo-inverse's
    Q, q = A.T @ A, A.T @ rng.normal(size=(rank, 2))
    np.testing.assert_allclose(quadratic.solve_smooth(Q, q), np.linalg.pinv(Q, rcond=1e-12, hermitian=True) @ q, atol=1e-6)
