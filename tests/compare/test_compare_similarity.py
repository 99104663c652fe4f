"""How alike two models are, held against figures from elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from regcli.compare.similarity import cosine, jaccard, rank_biased_overlap, spearman, top_overlap
from regcli.noise import Test as NoiseTest


def test_spearman_is_scipys():
    rng = np.random.default_rng(0)
    for _ in range(20):
        a, b = rng.integers(-3, 4, size=(2, 12)).astype(float)
        assert spearman(a, b) == pytest.approx(stats.spearmanr(a, b).statistic)
    assert spearman(np.ones(3), np.arange(3.0)) is None
    assert spearman(np.ones(3), np.ones(3)) == 1.0
    assert spearman(np.ones(1), np.ones(1)) is None


def test_p_values_are_those_of_students_t():
    assert NoiseTest(2.0, 7, "").p_value(-3.0) == pytest.approx(stats.t.sf(1.5, 7))


def test_angles_and_sets():
    assert cosine(np.array([1.0, 0]), np.array([1.0, 1])) == pytest.approx(np.sqrt(0.5))
    assert cosine(np.zeros(2), np.zeros(2)) == 1.0
    assert cosine(np.zeros(2), np.ones(2)) is None
    assert jaccard({"a", "b"}, {"b", "c"}) == pytest.approx(1 / 3)
    assert jaccard(set(), set()) == 1.0
    assert top_overlap(list("abcd"), list("badc"), 2) == 1.0
    assert top_overlap(list("abcd"), list("cdab"), 2) == 0.0
    assert top_overlap([], [], 10) == 1.0


def test_rank_biased_overlap():
    assert rank_biased_overlap(list("abc"), list("abc")) == pytest.approx(1.0)
    assert rank_biased_overlap(list("abc"), list("def")) == 0.0
    assert rank_biased_overlap([], []) == 1.0
    assert rank_biased_overlap(["a"], []) == 0.0
    # agreement at depths 1 and 2 is 0 and 1: p extrapolates the last, (1-p) weighs the rest
    assert rank_biased_overlap(["a", "b"], ["b", "a"], 0.5) == pytest.approx(0.5)
    assert rank_biased_overlap(list("abcd"), list("ab"), 0.9) == rank_biased_overlap(list("ab"), list("abcd"), 0.9)
