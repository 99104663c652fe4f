"""Series that are predicted beyond what is known of them."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.data.horizon import horizon
from regcli.data.lags import earlier, lagged
from regcli.data.types import Features

NAN = np.nan


def walk(target, lags, windows=(), *, group=None, usable=None, gaps=False, order=None):
    """Predict 100 + the sum of the lag features, batch by batch; predictions by row, and how the batches came."""
    target = np.array(target, dtype=float)
    n, q = len(target), len(lags) + len(windows)
    order = np.arange(n) if order is None else np.array(order)
    group = None if group is None else np.array(group, dtype=object)
    ahead = horizon(target, order, group, lags, windows, range(1, 1 + q))
    rows = np.flatnonzero(ahead.reachable(np.ones(n, dtype=bool) if usable is None else np.array(usable), gaps=gaps))
    names = ("x", *(f"l{k}" for k in range(q)))
    features = Features(names, ("numeric",) * len(names), np.full((n, 1 + q), -1.0, order="F"), ()).take(rows)
    found, batches = {}, []
    steps = ahead.batches(features, rows)
    batch = next(steps, None)
    while batch is not None:
        at, some = batch
        assert (some.numeric[:, 0] == -1).all()
        predicted = 100 + np.nan_to_num(some.numeric[:, 1:], nan=0.5).sum(axis=1)
        found |= dict(zip(rows[at].tolist(), predicted.tolist(), strict=True))
        batches.append(rows[at].tolist())
        try:
            batch = steps.send(predicted)
        except StopIteration:
            batch = None
    return found, batches, dict(zip(rows.tolist(), ahead.from_predictions(rows).tolist(), strict=True))


def test_known_lags_come_first_and_then_predictions():
    found, batches, stands = walk([1, 2, 3, NAN, NAN, NAN], [2])
    assert found == {2: 101, 3: 102, 4: 103, 5: 202}
    assert batches == [[2, 3, 4], [5]]
    assert stands == {2: False, 3: False, 4: False, 5: True}


def test_rolling_means_mix_what_is_known_with_predictions():
    found, batches, stands = walk([1, 2, 3, NAN, NAN], [1], [3])
    assert found[3] == 100 + 3 + 2
    assert found[4] == pytest.approx(100 + found[3] + (2 + 3 + found[3]) / 3)
    assert batches == [[3], [4]]
    assert stands == {3: False, 4: True}


def test_rows_in_any_order_and_groups_apart():
    # series a in time order: rows 4, 0, 2 (1, 2, open); b: rows 1, 3, 5 (10, open, open)
    found, _, _ = walk([2, 10, NAN, NAN, 1, NAN], [1], group=list("ababab"), order=[4, 1, 0, 3, 2, 5])
    assert found == {0: 101, 2: 102, 3: 110, 5: 210}


def test_a_gap_before_the_end_is_no_horizon():
    found, _, stands = walk([1, NAN, 3, 4, NAN, NAN], [1])
    assert found == {1: 101, 3: 103, 4: 104, 5: 204}
    assert not stands[1]
    filled, _, _ = walk([1, NAN, 3, 4, NAN, NAN], [1], gaps=True)
    assert filled == found | {2: 100.5}


def test_what_follows_a_row_that_cannot_be_predicted_cannot_either():
    assert set(walk([1, 2, NAN, NAN, NAN], [1], usable=[True, True, True, False, True])[0]) == {1, 2}
    assert set(walk([1, 2, NAN, NAN, NAN], [2], usable=[True, True, True, False, True])[0]) == {2, 4}
    assert walk([1, 2, NAN, NAN, NAN], [1], usable=[True, True, True, False, True], gaps=True)[0][4] == 100.5


def test_nothing_known_leaves_nothing_to_be_predicted():
    assert walk([NAN, NAN, NAN], [1])[0] == {}


def test_single_places_have_the_features_of_the_whole():
    values = np.random.default_rng(0).standard_normal(60)
    whole = lagged({"y": values}, np.arange(60), None, [1, 5], [3, 7]).values
    places = np.arange(7, 60)
    np.testing.assert_array_equal(earlier(values, places, [1, 5], [3, 7]), whole[places])


def test_only_what_no_prediction_will_give_is_lacking():
    """The second row is a gap; the last two are open, and will be predicted."""
    found = horizon(np.array([1, NAN, 3, NAN, NAN]), np.arange(5), None, [1, 2], [], [0, 1])
    assert found.lacking(np.array([2, 3, 4])).tolist() == [[True, False], [False, True], [False, False]]
    assert found.lacking(np.array([4])).tolist() == [[True, False]]  # nobody predicts the fourth
