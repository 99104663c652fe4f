"""Sums of squares and products: of every block and set, in any order, by any number of threads."""

import numpy as np
import pytest
from folded_rows import KINDS, PENALTIES, TEAM, grid, make, walk

from regcli.linear.sets import statistics
from regcli.numerics.executor import Executor


def test_the_cases_take_the_ways_they_are_meant_to():
    ways = {kind: make(**how).collect() for kind, how in KINDS.items()}
    assert ways["plain"].complement.all()
    assert ways["repeats"].complement.all()
    np.testing.assert_array_equal(ways["time"].complement, [False, False, True])
    np.testing.assert_array_equal(ways["faint"].complement, [True, False, True, True])
    assert ways["dummy"].complement.all()
    assert ways["zero weights"].complement.all()
    assert [bool(stats.blocks) for stats in (ways["plain"], ways["one at a time"])] == [True, False]


def test_rows_in_any_order_and_any_number_of_threads():
    """Gathered rows give what slices give; the number of threads changes no bit."""
    sets = make(weighted=True, n=400, p=5, repeats=2)
    penalty = PENALTIES["elastic net"](5)
    lambdas = grid(sets, penalty)
    one, two = (walk(sets.collect(Executor(jobs)), penalty, lambdas, executor=Executor(jobs)) for jobs in (1, 2))
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a.coef, b.coef)
        np.testing.assert_array_equal(a.intercept, b.intercept)
    stats = sets.collect()
    gathered = statistics._measure(sets.joint, [statistics._shared(sets.joint, np.arange(100), sets.w)], TEAM)[0]
    np.testing.assert_allclose(gathered.xx, stats.blocks[0].xx, rtol=1e-12)
    np.testing.assert_allclose(gathered.xy, stats.blocks[0].xy, rtol=1e-12)


def test_sums_in_pieces_are_sums(monkeypatch):
    sets = make(weighted=True, n=300, p=4)
    whole = sets.collect().full
    monkeypatch.setattr(statistics, "PIECE", 28)
    monkeypatch.setattr(statistics, "ROWS_A_COLUMN", 3)
    pieces = sets.collect().full
    X, y, w = sets.joint.X, sets.y - sets.full.null_intercept[0], sets.w
    for found in (whole, pieces):
        np.testing.assert_allclose(found.xx, X.T @ (X * w[:, None]), rtol=1e-12, atol=1e-10)
        np.testing.assert_allclose(found.xy, X.T @ (w * y), rtol=1e-12)
        np.testing.assert_allclose(found.x, X.T @ w, atol=1e-10)
        assert (found.weight, found.yy) == pytest.approx((w.sum(), w @ y**2))
        assert found.y == pytest.approx(0.0, abs=1e-10)
