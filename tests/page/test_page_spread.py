"""Places of names that are not to lie on each other."""

from __future__ import annotations

import numpy as np

from regcli.page.spread import spread


def test_names_keep_apart_in_their_order():
    at = np.random.default_rng(0).normal(size=12) * 0.1
    place = spread(at, 1.0)
    assert (np.argsort(place) == np.argsort(at)).all()
    assert np.diff(np.sort(place)).min() > 0.99


def test_what_does_not_touch_stays():
    assert spread([0.0, 5.0, 2.0], 1.0).tolist() == [0.0, 5.0, 2.0]
