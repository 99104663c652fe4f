"""How often models are called worse that are equally good: seldom."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from calibration.simulated_runs import HELD_OUT, ONE, OTHER, ROWS, SCORES, draw, folds_of, marks, predictions, side

PAIRS = 40


@pytest.fixture(autouse=True)
def few_metrics(monkeypatch):
    monkeypatch.setattr("regcli.compare.metrics.metrics_of", lambda _: SCORES)


def pairs(kind, k, repeats):
    """Pairs of runs with columns that know equally much: on the same folds, on other folds of the same rows, or on new rows."""
    rng = np.random.default_rng([k, repeats])
    for _ in range(PAIRS):
        X, y = draw(rng, ROWS)
        test, folds = draw(rng, HELD_OUT), folds_of(rng, k, repeats)
        a_test = (test[0][:, ONE], test[1])
        a = side(y, folds, a_test, predictions(X[:, ONE], y, folds, a_test))
        if kind == "new rows":
            (X, y), test = draw(rng, ROWS), draw(rng, HELD_OUT)
        b_folds = folds if kind == "same folds" else folds_of(rng, k, repeats)
        b_test = (test[0][:, OTHER], test[1])
        yield a, side(y, b_folds, b_test, predictions(X[:, OTHER], y, b_folds, b_test))


def rates(found, mark):
    """Share of a mark by part: validation, holdout, gap."""
    counts = {}
    for name, value in ((name, value) for one in found for name, value in one.items()):
        if not name.startswith("best."):  # the same as validation: these grids have one point
            counts.setdefault(name.partition(".")[0], Counter())[value] += 1
    return {part: count[mark] / count.total() for part, count in counts.items()}


@pytest.mark.parametrize(("k", "repeats"), [(5, 1), (10, 1), (5, 3)])
@pytest.mark.parametrize("kind", ["same folds", "other folds", "new rows"])
def test_equally_good_models_are_seldom_called_worse(kind, k, repeats):
    found = [marks(a, b) for a, b in pairs(kind, k, repeats)]
    every = [mark for one in found for mark in one.values()]
    for mark in ("worse", "better", "larger", "smaller"):
        assert every.count(mark) / len(every) <= 0.05, rates(found, mark)
        # by part the true rate is at most 5 %, of which so few pairs may show twice as much
        assert max(rates(found, mark).values()) <= 0.1, rates(found, mark)
