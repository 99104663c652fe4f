"""Sums over halves, from their own rows or from what the other half leaves of all."""

import numpy as np
import pytest
from in_memory import dataset, planned

from regcli.linear.sets.halves import HalfSums, mean_and_sd, sums_over


def test_one_half_is_summed_over_and_the_other_is_what_is_left():
    sets = planned(dataset()).together.sets
    n = sets.shape[0]
    first = np.sort(np.random.default_rng(0).permutation(n)[: n // 2])
    rest = np.setdiff1d(np.arange(n), first)
    weights, full = np.ones(n), sets.statistics.full
    one, other = sums_over(sets.statistics, weights, [first, rest], planned(dataset()).executor)
    halves = HalfSums.of(sets, weights, full, [one])
    for found, rows in ((halves.train(0), first), (halves.train(1), rest)):
        x = sets.design[rows] - full.center
        assert found.weight == len(rows)
        assert found.xx == pytest.approx(x.T @ x)
        assert found.xy == pytest.approx(x.T @ (sets.Y[rows, 0] - full.target_center))
    assert halves.train(2) is full
    assert other.xx == pytest.approx(halves.train(1).xx)
    mean, sd = mean_and_sd(full, [one])
    assert mean == pytest.approx(np.array([sets.design[rows].mean(axis=0) for rows in (first, rest, np.arange(n))]), abs=1e-12)
    assert sd == pytest.approx(np.array([sets.design[rows].std(axis=0) for rows in (first, rest, np.arange(n))]))
