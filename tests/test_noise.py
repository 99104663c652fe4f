"""How often models are called worse: seldom where they are equally good, almost always where they are much worse."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from calibration.simulated_runs import HELD_OUT, ONE, OTHER, ROWS, SCORES, draw, folds_of, marks, predictions, side

from regcli.noise import over_rows, paired, unpaired

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


@pytest.mark.parametrize("k", [3, 5, 10])
@pytest.mark.parametrize("test", ["same folds", "other folds", "held-out rows"])
def test_a_model_worse_by_three_standard_errors_is_called_worse(test, k):
    # Three standard errors of the change, as the comparison estimates them from the pair at hand.
    rng = np.random.default_rng(k)
    called = []
    for _ in range(200):
        a, b, weight = rng.standard_normal(k), rng.standard_normal(k), rng.uniform(0.9, 1.1, k)
        if test == "same folds":
            noise = paired(a, b, weight, 1 / (k - 1))
        elif test == "other folds":
            noise = unpaired(a, weight, 1 / (k - 1), b, weight, 1 / (k - 1))
        else:
            losses = rng.standard_normal((2, 40)) ** 2
            one, other = (lambda keep, e=e: e[keep].mean() for e in losses)
            noise = over_rows(one, 40, other, 40, same_rows=True)
        called.append(noise.p_value(3 * noise.error) < noise.level)
    assert np.mean(called) >= 0.95


def test_repeating_the_folds_adds_no_rows():
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 5))
    once = unpaired(a, np.ones(5), 0.25, b, np.ones(5), 0.25)
    often = unpaired(np.tile(a, 20), np.ones(100), 0.25, np.tile(b, 20), np.ones(100), 0.25)
    assert often.error == pytest.approx(once.error, rel=0.15)
    assert often.df == pytest.approx(once.df)


def test_a_model_worse_by_three_of_its_folds_standard_errors_is_called_worse():
    # Ridge, shrunk more and more until its mean score over ten folds is three standard errors worse.
    rng = np.random.default_rng(0)
    n, p, k, called = 300, 20, 10, []
    for _ in range(40):
        X = rng.standard_normal((n, p))
        b = rng.standard_normal(p) * (rng.random(p) < 0.6)
        y = X @ b + np.linalg.norm(b) * rng.standard_normal(n)
        held = [np.arange(n) % k == fold for fold in range(k)]

        def scores(ridge, X=X, y=y, held=held):
            fits = (np.linalg.solve(X[~h].T @ X[~h] + ridge * np.eye(p), X[~h].T @ y[~h]) for h in held)
            return np.array([np.mean((y[h] - X[h] @ fit) ** 2) for h, fit in zip(held, fits, strict=True)])

        a = scores(1.0)
        bar = a.mean() + 3 * a.std(ddof=1) / k**0.5
        worse = (s for s in map(scores, np.geomspace(1, 1e5, 60)) if s.mean() >= bar)
        found = next(worse, None)
        if found is not None:
            noise = paired(a, found, np.ones(k), 1 / (k - 1))
            called.append(noise.p_value(found.mean() - a.mean()) < noise.level)
    assert len(called) >= 30
    assert np.mean(called) >= 0.95
