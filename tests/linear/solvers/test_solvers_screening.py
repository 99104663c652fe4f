"""Screening is never wrong: what it has not looked at holds its condition."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from regcli.linear import Penalty, Problem
from regcli.linear.kernels import compiled
from regcli.linear.sets.training_sets import TrainingSets
from regcli.linear.solvers import screening
from regcli.linear.solvers.screening import Scale, Screen
from regcli.numerics.executor import Executor


def sets(seed, *, n=30, p=200, density=1.0, intercept=True):
    """Three sets on one design, with scaling of their own, and a constant column."""
    rng = np.random.default_rng(seed)
    X = np.asfortranarray(rng.normal(size=(n, p)) * (rng.random((n, p)) < density))
    X[:, 7] = 0.0
    weights = rng.uniform(0.5, 2.0, size=(n, 3))
    weights[:8, 0] = weights[20:, 1] = 0.0
    X = sparse.csc_array(X) if density < 1 else X
    problem = Problem.build(X, rng.normal(size=n), weights[:, 2], "squared", intercept=intercept)
    unit = np.vstack([rng.uniform(0.5, 2.0, size=(2, p)), np.ones((1, p))])
    offset = rng.normal(size=(3, p)) * (density == 1)
    offset[2] = 0.0
    return TrainingSets.build(problem, weights, unit, offset, Executor(2)), rng


def gradients(group, scale, residual):
    """All of them, from the rows."""
    X = group.X.toarray() if sparse.issparse(group.X) else group.X
    rows = np.sqrt(group.S).T * residual
    return np.array([((X - c) * i).T @ r for c, i, r in zip(scale.center, scale.inverse, rows, strict=True)])


@pytest.mark.parametrize(
    "kernels", [pytest.param(True, marks=pytest.mark.skipif(not compiled.available, reason="not built")), False]
)
@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("about", [{}, {"density": 0.2}, {"intercept": False}], ids=["dense", "sparse", "no intercept"])
def test_violations_are_those_of_all_columns(monkeypatch, about, positive, kernels):
    monkeypatch.setattr(compiled, "available", kernels)
    # few references, so that some have to make room
    monkeypatch.setattr(screening, "REFERENCES", 0.0)
    group, rng = sets(3, **about)
    scale, p = Scale.of(group), group.shape[1]
    factors = rng.uniform(0.5, 2.0, size=p)
    slack = np.full((3, p), 1e-9)
    screen = Screen(group, scale, Penalty(1.0, factors, positive=positive), slack, Executor(2))
    asked = []
    look = Screen._look
    monkeypatch.setattr(Screen, "_look", lambda *a: asked.append(len(columns := look(*a))) or columns)
    residual = rng.normal(size=(3, group.shape[0])) * np.sqrt(group.S).T
    working = [rng.choice(p, 20, replace=False) for _ in range(3)]
    # 0 is how the first look is taken; then down, with residuals that shrink and turn
    for i, tau in enumerate([0.0, *np.geomspace(0.4, 0.05, 15)]):
        found = screen.violations(residual, tau, working)
        every = gradients(group, scale, residual)
        beyond = (every if positive else np.abs(every)) - tau * factors
        for f, inside in enumerate(working):
            beyond[f, inside] = 0.0
        np.testing.assert_allclose(found, np.where(beyond > slack, beyond, 0.0), rtol=0, atol=1e-12)
        if not i:
            np.testing.assert_allclose(screen.gradient, every, rtol=0, atol=1e-12)
        turn = 0.02 * rng.normal(size=residual.shape) * np.sqrt(group.S).T
        residual = 0.97 * residual + turn
        working = [np.union1d(inside, np.flatnonzero(row)) for inside, row in zip(working, found, strict=True)]
    assert asked[0] == p
    assert min(asked) < p / 2


@pytest.mark.skipif(not compiled.available, reason="not built")
def test_the_kernel_of_suspects_is_its_formula():
    rng = np.random.default_rng(1)
    p = 37
    stamp, alpha, distance = rng.integers(0, 4, size=p), rng.uniform(0.5, 1.0, size=4), rng.uniform(0, 0.3, size=4)
    known, rms, limit = rng.normal(size=p), rng.uniform(0.5, 2, size=p), rng.uniform(0.2, 1.5, size=p)
    limit[5] = np.inf
    for positive in (False, True):
        gradient, suspect = np.empty(p), np.zeros(p, dtype=bool)
        suspect[9] = True
        compiled.screen_suspects(stamp, alpha, distance, known, rms, limit, positive=positive, gradient=gradient, suspect=suspect)
        expected = alpha[stamp] * known
        assert (gradient == expected).all()
        marked = (expected if positive else np.abs(expected)) + distance[stamp] * rms > limit
        marked[9] = True
        assert (suspect == marked).all()
        assert marked.any()
        assert not marked[5]


@pytest.mark.skipif(not compiled.available, reason="not built")
def test_columns_are_combined():
    rng = np.random.default_rng(2)
    columns, place, b = rng.normal(size=(9, 21)), np.array([4, 0, 8]), rng.normal(size=3)
    np.testing.assert_allclose(compiled.combined(columns, place, b), b @ columns[place], rtol=1e-13)
    assert (compiled.combined(columns, place[:0], b[:0]) == 0).all()
