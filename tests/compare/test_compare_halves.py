"""A run against itself: only noise, counted."""

from __future__ import annotations

import numpy as np
import pytest
from calibration.simulated_runs import fixed, folds_of, side

from regcli.compare.halves import compare_halves


@pytest.fixture
def run():
    rng = np.random.default_rng(0)
    y = rng.standard_normal(300)
    folds = folds_of(rng, 5, 2, 300)
    one = side(y, folds, None, fixed(0.3 * y, folds), ("mse", "mae"))
    columns = {
        "row": np.concatenate(folds),
        "role": np.array(["train"] * 600, dtype=object),
        "repeat": np.repeat([0, 1], 300),
        "fold": np.repeat(np.tile(np.arange(5), 2), 60).astype(str),
        "y": y[np.concatenate(folds)],
        "prediction": 0.3 * y[np.concatenate(folds)],
    }
    one.run.predictions = lambda: columns
    return one


def test_halves_differ_by_noise_alone(run):
    mse, mae = compare_halves(run, 400)
    assert (mse.metric, mae.metric, mse.halvings) == ("mse", "mae", 400)
    # rows of χ² losses: a difference of halves of 150 has an SE of 2 √(2/300)·√1 ≈ 16 % of their mean
    assert mse.usual == pytest.approx(0.6745 * 2 * np.sqrt(2 / 300), rel=0.2)
    assert mse.rare == pytest.approx(1.96 * 2 * np.sqrt(2 / 300), rel=0.2)
    # larger than one SE of one half, a √2nd of that of the difference: in half of all cases
    assert 0.35 < mse.beyond_se / 400 < 0.6
    assert (mse.worse + mse.better) / 400 < 0.16


def test_the_same_halves_every_time(run):
    assert compare_halves(run, 20) == compare_halves(run, 20)
    assert compare_halves(run, 20) != compare_halves(run, 20, seed=1)


def test_folds_of_a_single_row_are_dealt_out_whole(run):
    columns = run.run.predictions()
    columns["fold"] = np.arange(600).astype(str)
    (mse, _) = compare_halves(run, 20)
    assert mse.halvings == 20
    assert mse.usual < 0.3
