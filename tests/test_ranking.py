"""Ranking metrics against scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as skm

from regcli import ranking

# Few distinct values, so that ties and weights of zero are the rule.
ROWS = st.lists(st.tuples(st.integers(0, 1), st.integers(-4, 4), st.integers(0, 3)), min_size=2, max_size=40)
SCALES = st.sampled_from([1.0, 0.1, 1 / 3])


@settings(max_examples=300, deadline=None)
@given(ROWS, SCALES, SCALES)
def test_they_are_those_of_scikit_learn(rows, unit, share):
    truth, score, weight = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    score, weight = score * unit, weight * share
    if not (weight @ truth and weight @ (1 - truth)):
        return
    assert ranking.roc_auc(truth, score, weight) == pytest.approx(
        skm.roc_auc_score(truth, score, sample_weight=weight), rel=1e-12, abs=1e-15
    )
    assert ranking.average_precision(truth, score, weight) == pytest.approx(
        skm.average_precision_score(truth, score, sample_weight=weight), rel=1e-12
    )


@settings(max_examples=300, deadline=None)
@given(ROWS, SCALES)
def test_the_median_is_that_of_scikit_learn(rows, unit):
    _, values, weight = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    if not weight.any():
        return
    want = skm.median_absolute_error(np.zeros(len(values)), values * unit, sample_weight=weight)
    assert ranking.median(np.abs(values * unit), weight) == pytest.approx(want, rel=1e-14)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_with_equal_weights_it_is_the_plain_median(values):
    plain = np.array(values)
    assert ranking.median(plain, np.ones(len(plain))) == pytest.approx(np.median(plain), rel=1e-15, abs=1e-300)
