"""Row weights of a fit: sample weights times class weights."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_sample_weight

from regcli.errors import UsageError
from regcli.weights import check_class_weight, fit_weights, matched_labels, sample_weights

Y = np.array([0.0, 1, 1, 0, 1, 1])
W = np.array([1.0, 2, 0.5, 1, 1, 3])
ROWS = np.array([0, 1, 2, 4, 5])


def dataset(weight=None, classes=("no", "yes")):
    return SimpleNamespace(y=Y, weight=weight, classes=classes, target="y")


def test_without_any_weight_every_row_counts_one():
    assert fit_weights(dataset(), ROWS, None) is None
    assert sample_weights(dataset(), ROWS).tolist() == [1] * 5
    assert fit_weights(dataset(W), ROWS, None).tolist() == W[ROWS].tolist()


def test_balanced_is_of_the_rows_of_the_fit_alone():
    np.testing.assert_allclose(fit_weights(dataset(), ROWS, "balanced"), compute_sample_weight("balanced", Y[ROWS]))


def test_balanced_classes_have_the_same_weight_in_all():
    found = fit_weights(dataset(W), ROWS, "balanced")
    assert found[Y[ROWS] == 0].sum() == pytest.approx(found[Y[ROWS] == 1].sum())
    assert found.sum() == pytest.approx(W[ROWS].sum())


def test_weights_by_label_and_one_for_those_that_are_not_named():
    np.testing.assert_allclose(fit_weights(dataset(W), ROWS, {"yes": 3.0}), W[ROWS] * np.where(Y[ROWS] == 1, 3, 1))


def test_labels_may_be_spelled_as_numbers_are():
    assert matched_labels(dataset(classes=("1.0", "2.0")), {"1": 5.0}) == {"1.0": 5.0}
    assert matched_labels(dataset(classes=("1.0", "2.0")), {"1": 5.0, "1.0": 6.0}) is None
    assert matched_labels(dataset(), "balanced") is None


def test_a_label_that_does_not_occur_is_told_with_those_that_do():
    check_class_weight(dataset(), {"yes": 2.0})
    with pytest.raises(UsageError, match="names 'maybe', which is not a label of 'y'") as caught:
        check_class_weight(dataset(), {"maybe": 2.0})
    assert caught.value.hint == "the labels are 'no', 'yes'"
