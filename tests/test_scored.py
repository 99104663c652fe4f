"""Predictions as metrics take them."""

import numpy as np
import pytest

from regcli.scored import Scored

P = np.array([[[0.2, 0.5, 0.3], [0.6, 0.2, 0.2]], [[0.4, 0.4, 0.2], [0.1, 0.1, 0.8]]])  # two models, two rows, three classes
THREE = Scored(np.array([1.0, 2.0]), P, np.array([3.0, 1.0]), "classification")
VALUES = Scored(np.array([1.0, 3.0]), np.array([[1.0, 2.0], [0.0, 0.0]]), np.array([3.0, 1.0]), "regression")


def test_the_most_probable_class_and_of_equal_ones_the_first():
    assert THREE.label.tolist() == [[1, 0], [0, 2]]
    assert THREE.indicator.tolist() == [[0, 1, 0], [0, 0, 1]]


def test_two_classes_are_binary():
    assert Scored(THREE.y, P[..., :2], THREE.weight, "classification").binary
    assert not THREE.binary


@pytest.mark.parametrize("rows", [np.array([False, True]), np.array([1])])
def test_some_of_the_rows_of_every_model(rows):
    assert THREE.at(rows).mean.tolist() == P[:, [1]].tolist()
    assert VALUES.at(rows).mean.tolist() == [[2.0], [0.0]]
    assert VALUES.at(rows).weight.tolist() == [1.0]


def test_averages_are_weighted():
    assert VALUES.average(VALUES.y) == pytest.approx(1.5)
    assert VALUES.average(VALUES.mean).tolist() == [1.25, 0.0]
    assert VALUES.spread() == pytest.approx((3 * 0.25 + 2.25) / 4)


def test_there_is_nothing_to_explain_in_equal_values_or_one_row():
    flat = Scored(np.ones(3), np.ones(3), np.ones(3), "regression")
    assert np.isnan(flat.spread())
    assert np.isnan(VALUES.at(np.array([0])).spread())
