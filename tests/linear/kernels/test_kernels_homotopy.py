"""The walk from break to break: at every stop the optimum, by the compiled kernel and without it."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.linear.kernels import compiled, homotopy
from regcli.linear.kernels.homotopy import ActiveSet

built = pytest.mark.skipif(not compiled.available, reason="the kernels are not built, or switched off")
SLACK = 1e-10


def problem(seed, m, n, *, copies=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, m)) + rng.normal(size=(n, 1))
    X -= X.mean(axis=0)
    X[:, m - copies :] = X[:, :copies]
    X /= np.sqrt((X**2).mean(axis=0))
    y = X[:, : min(m, 8)] @ np.abs(rng.normal(size=min(m, 8))) + rng.normal(size=n)
    y -= y.mean()
    return X.T @ X / n, X.T @ y / n


def walk(Q, q, weight, *, positive, ridge, stops, joins=None, slack=SLACK):
    """The coefficients at every stop, in the order of the columns, and breaks; columns join as `joins` says."""
    m = len(q)
    active = ActiveSet(positive=positive, tolerable=1.0)
    parts = [np.arange(m)] if joins is None else joins
    found, taken, before = [], 0, None
    for i, tau in enumerate(stops):
        if i < len(parts):
            new = parts[i]
            every = np.concatenate([active.columns, new])
            active.extend(new, Q[np.ix_(every, new)], q[new], weight[new], np.full(len(new), slack))
            before = max(tau, active.bound()) if before is None else before
        taken += active.solve(before, tau, ridge, 10_000)
        b = np.zeros(m)
        b[active.columns] = active.coef
        found.append(b)
        before = tau
    return np.array(found), taken


def off(Q, q, weight, b, tau, *, positive, ridge):
    pull = q - Q @ b - ridge * weight * b
    outside = np.maximum((pull if positive else np.abs(pull)) - tau * weight, 0.0)
    return np.where(b == 0, outside, np.abs(pull - tau * weight * np.sign(b))).max()


CASES = {
    "lasso": {},
    "elastic net": {"ridge": 0.05},
    "weights, two unpenalised": {"free": 2},
    "sign constraint": {"positive": True},
    "sign constraint, two unpenalised": {"positive": True, "free": 2},
    "more columns than rows": {"m": 60, "n": 40},
    "copies of columns": {"copies": 5},
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("case", CASES)
def test_every_stop_is_the_optimum_with_and_without_the_kernel(monkeypatch, case, seed):
    about = {"m": 30, "n": 120, "copies": 0, "ridge": 0.0, "free": 0, "positive": False, **CASES[case]}
    m, ridge, positive = about["m"], about["ridge"], about["positive"]
    Q, q = problem(seed, m, about["n"], copies=about["copies"])
    weight = np.random.default_rng(seed).uniform(0.5, 2.0, size=m)
    weight[: about["free"]] = 0.0
    top = np.abs(q).max() * 2.5
    # down in steps of several sizes, and up again
    stops = [*np.geomspace(top, 0.02 * top, 12), 0.3 * top]
    made = {}
    for use in (True, False):
        monkeypatch.setattr(compiled, "available", use and compiled.available)
        made[use] = walk(Q, q, weight, positive=positive, ridge=ridge, stops=stops)
    for b, tau in zip(made[True][0], stops, strict=True):
        assert off(Q, q, weight, b, tau, positive=positive, ridge=ridge) <= 1.001 * SLACK
    if about["copies"]:
        # which of two equal columns has the coefficient is nobody's to say
        np.testing.assert_allclose(made[True][0] @ Q, made[False][0] @ Q, rtol=0, atol=1e-8)
    else:
        np.testing.assert_allclose(made[True][0], made[False][0], rtol=0, atol=1e-10)
        assert abs(made[True][1] - made[False][1]) <= 1
    assert (made[True][0][0] != 0).sum() <= about["free"] < (made[True][0] != 0).sum(axis=1).max()


@built
@pytest.mark.parametrize("positive", [False, True])
def test_columns_that_join_on_the_way_are_taken_in(monkeypatch, positive):
    Q, q = problem(7, 40, 200)
    weight = np.ones(40)
    parts = [np.arange(30, 40), np.arange(10), np.arange(10, 30)]
    stops = np.abs(q).max() * np.array([0.9, 0.5, 0.3, 0.3, 0.1])
    made = [walk(Q, q, weight, positive=positive, ridge=0.01, stops=stops, joins=parts)]
    monkeypatch.setattr(compiled, "available", False)
    made.append(walk(Q, q, weight, positive=positive, ridge=0.01, stops=stops, joins=parts))
    np.testing.assert_allclose(made[0][0], made[1][0], rtol=0, atol=1e-10)
    assert off(Q, q, weight, made[0][0][-1], stops[-1], positive=positive, ridge=0.01) <= 1.001 * SLACK


@built
def test_the_kernel_goes_on_where_there_was_no_room(monkeypatch):
    Q, q = problem(3, 60, 300)
    grown = []
    grow = ActiveSet._grow
    monkeypatch.setattr(ActiveSet, "_grow", lambda self: (grown.append(len(self._inverse)), grow(self)))
    made, breaks = walk(Q, q, np.ones(60), positive=False, ridge=0.0, stops=[np.abs(q).max(), 1e-4])
    assert grown[0] == 0
    assert len(grown) > 2
    assert (made[1] != 0).sum() > grown[-1]
    assert breaks >= (made[1] != 0).sum()


@built
def test_the_kernel_stops_at_the_most_breaks(monkeypatch):
    Q, q = problem(4, 40, 200)
    ended = []
    by = compiled.homotopy_walk
    monkeypatch.setattr(
        compiled, "homotopy_walk", lambda *a, **k: ended.append((by(*a, **k), k["state"].tolist())) or ended[-1][0]
    )
    active = ActiveSet(positive=False, tolerable=1.0)
    active.extend(np.arange(40), Q.copy(), q, np.ones(40), np.full(40, SLACK))
    assert active.solve(active.bound(), 1e-4, 0.0, 7) == 7
    assert ended[-1][0] == homotopy.STRAYED
    assert ended[-1][1][1] == 7
    assert active.support <= 7
