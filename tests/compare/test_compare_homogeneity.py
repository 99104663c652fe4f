"""Are two samples from one distribution? Against scipy's tests, and by how often they are wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from regcli.compare.homogeneity import counts_p, discoveries, means_p, spreads_p, variation


@pytest.mark.parametrize(("a", "b"), [((30, 70), (45, 55)), ((200, 300), (210, 290))])
def test_two_frequent_levels_are_tested_by_chi_square(a, b):
    assert counts_p(a, b) == pytest.approx(stats.chi2_contingency([a, b], correction=False).pvalue)


@pytest.mark.parametrize(("a", "b"), [((1, 9), (6, 4)), ((0, 12), (3, 5)), ((2, 200), (3, 20))])
def test_two_rare_levels_are_tested_exactly(a, b):
    assert counts_p(a, b) == pytest.approx(stats.fisher_exact([a, b]).pvalue)


def test_several_levels_take_the_smaller_of_two_corrected_tests():
    a, b = np.array([50, 60, 70]), np.array([50, 60, 110])
    overall = stats.chi2_contingency([a, b], correction=False).pvalue
    each = [
        stats.chi2_contingency([[x, a.sum() - x], [z, b.sum() - z]], correction=False).pvalue for x, z in zip(a, b, strict=True)
    ]
    assert counts_p(a, b) == pytest.approx(2 * min(overall, 3 * min(each)))


def test_where_there_is_nothing_to_compare_there_is_no_chance():
    assert math.isnan(counts_p([5, 0], [7, 0]))
    assert math.isnan(counts_p([0, 0], [7, 3]))
    assert math.isnan(means_p(1.0, 1.0, 1, 1.0, 9))
    assert math.isnan(spreads_p(0.1, 3.0, 1, 3.0, 9))


def test_means_are_tested_with_one_variance_for_both():
    rng = np.random.default_rng(0)
    x, z = rng.normal(size=12), rng.normal(size=30) + 0.5
    found = means_p(x.mean() - z.mean(), x.std(), 12, z.std(), 30)
    assert found == pytest.approx(stats.ttest_ind(x, z).pvalue)
    assert means_p(0.0, 0.0, 5, 0.0, 5) == 1.0
    assert means_p(0.1, 0.0, 5, 0.0, 5) == 0.0


def test_spreads_of_one_distribution_are_seldom_called_different():
    rng, wrong = np.random.default_rng(1), 0
    for _ in range(400):
        x, z = rng.normal(size=80), rng.normal(size=80)
        wrong += (
            spreads_p(np.log(x.std() / z.std()), stats.kurtosis(x, fisher=False), 80, stats.kurtosis(z, fisher=False), 80) < 0.05
        )
    assert 4 <= wrong <= 36
    assert spreads_p(math.log(2.0), 3.0, 100, 3.0, 100) < 1e-6
    assert spreads_p(math.inf, 3.0, 30, 1.0, 60) == pytest.approx(math.exp(-10))


def test_variation_is_half_the_sum_of_differences_of_shares():
    assert variation({"a": 1, "b": 1}, {"a": 3, "c": 1}) == pytest.approx(0.5 * (0.25 + 0.5 + 0.25))
    assert variation({"a": 2}, {"a": 9}) == 0.0
    assert variation({"a": 2}, {"b": 9}) == 1.0


def test_discoveries_are_those_of_benjamini_and_hochberg():
    p = [0.041, 0.001, 0.008, 0.039, 0.9, 0.2]
    assert discoveries(p, 0.05) == (stats.false_discovery_control(p) <= 0.05).tolist()
    assert discoveries([], 0.05) == []
