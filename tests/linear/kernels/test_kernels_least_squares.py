"""Independence of columns, list by list and several lists at once."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.linear.kernels import least_squares
from regcli.linear.kernels.least_squares import independent, not_independent

LEAST = 1e-10


def unit_columns(seed, n, p):
    X = np.random.default_rng(seed).normal(size=(n, p))
    return X / np.sqrt((X**2).sum(axis=0))


def test_independence_is_told_from_the_distance_to_the_columns_before():
    x = unit_columns(0, 20, 6)
    assert independent(x.T @ x, LEAST)
    x[:, 4] = (x[:, 0] + x[:, 1]) / np.linalg.norm(x[:, 0] + x[:, 1])
    assert not independent(x.T @ x, LEAST)
    nearly = x.copy()
    nearly[:, 4] += 1e-3 * unit_columns(1, 20, 1)[:, 0]
    assert independent(nearly.T @ nearly, LEAST)
    assert not independent(nearly.T @ nearly, 1e-4)
    assert independent(np.zeros((0, 0)), LEAST)


@pytest.mark.parametrize("seed", range(5))
def test_several_lists_at_once_are_judged_as_one_by_one(monkeypatch, seed):
    rng = np.random.default_rng(seed)
    x = unit_columns(seed, 25, 40)
    x[:, 30], x[:, 31] = x[:, 2], -x[:, 3]
    # a path: columns come, a few go
    comes, goes = rng.integers(0, 60, size=40), rng.integers(30, 300, size=40)
    at = np.arange(60)[:, None]
    used = (comes <= at) & (at < goes)
    used[17] = False
    gram = x.T @ x
    asked = []
    monkeypatch.setattr(least_squares, "independent", lambda *a: asked.append(1) or independent(*a))
    found = not_independent(gram, used, LEAST, 25)
    alone = [i for i, use in enumerate(used) if use.sum() > 25 or not independent(gram[np.ix_(use, use)], LEAST)]
    assert found == alone
    assert 0 < len(alone) < 60
    assert not_independent(gram, used[:0], LEAST, 25) == []
    if seed == 0:
        # where all are independent one look tells
        asked.clear()
        assert not_independent(gram[:20, :20], used[:, :20], LEAST, 25) == []
        assert len(asked) == 1
