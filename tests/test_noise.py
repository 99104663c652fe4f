"""Noise of differences: a model that is much worse is called worse, and p-values are corrected together."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.noise import holm, over_rows, paired, unpaired


def test_the_corrected_t_test_is_that_of_nadeau_and_bengio():
    from scipy import stats

    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 10))
    d = b - a
    test = paired(a, b, np.ones(10), 1 / 9)
    assert test.error == pytest.approx(np.sqrt((1 / 10 + 1 / 9) * d.var(ddof=1)))
    assert test.p_value(d.mean()) == pytest.approx(stats.t.sf(abs(d.mean()) / test.error, 9))


def test_holm_corrects_the_smallest_the_most_and_keeps_the_order():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == pytest.approx([1.0, 1.0])
    found = holm([float("nan"), 0.02])
    assert np.isnan(found[0])
    assert found[1] == 0.02
    # in units of their own levels the second is the smaller
    assert holm([0.04, 0.06], [0.05, 0.10]) == pytest.approx([0.06, 0.12])


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


def test_the_interval_is_students():
    from scipy.stats import t

    from regcli.noise import Test as Noise

    assert Noise(2.0, 9, "").half_width() == pytest.approx(2.0 * t.ppf(0.975, 9))
    assert Noise(2.0, 9, "").half_width(0.8) == pytest.approx(2.0 * t.ppf(0.9, 9))
    assert np.isnan(Noise(np.nan, 9, "").half_width())
