from dataclasses import replace

import numpy as np
import pytest
from in_memory import dataset, fitted

from regcli.audit.supports import OverFolds, overlap, phi


def test_phi_is_that_of_nogueira_and_others():
    supports = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 0, 0], [1, 1, 0, 1]], dtype=bool)
    assert phi(supports) == pytest.approx(0.2380952, abs=5e-8)


def test_phi_is_one_for_equal_supports_and_undefined_for_empty_and_full_ones():
    assert phi(np.array([[1, 0, 0]] * 3, dtype=bool)) == 1.0
    assert np.isnan(phi(np.zeros((3, 4), dtype=bool)))
    assert np.isnan(phi(np.ones((3, 4), dtype=bool)))


def test_overlap_is_the_mean_over_pairs_of_what_the_larger_set_shares():
    sets = np.array([[1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0]], dtype=bool)
    assert overlap(sets) == pytest.approx((1 / 2 + 0 + 0) / 3)
    assert overlap(np.zeros((2, 3), dtype=bool)) == 1.0
    assert np.isnan(overlap(sets[:1]))


def test_frequencies_and_signs_are_those_of_the_table_of_coefficients():
    table = fitted(dataset(), lambdas={"values": [0.35, 0.1]}, select={"rule": "min"}).portrait.coefficients
    found = OverFolds.of(table, dense=False)
    assert found.feature == table.feature[1:]
    assert found.frequency == pytest.approx(table.selection_frequency[1:])
    assert found.agreement[found.chosen] == pytest.approx(table.sign_agreement[1:][found.chosen])
    assert found.weight == pytest.approx(np.abs(table.standardized[1:]))


def test_with_several_classes_a_feature_counts_where_any_class_uses_it():
    table = fitted(dataset("three"), lambdas={"values": [0.05]}).portrait.coefficients
    found = OverFolds.of(table, dense=False)
    by_class = table.over_folds.reshape(3, 3, 5)[:, :, 1:]
    assert found.feature == ("x0", "x1", "x2", "x3")
    assert found.selected.tolist() == (by_class != 0).any(axis=1).tolist()
    assert found.selected.mean() > 0
    signs = np.sign(by_class) == np.sign(table.standardized.reshape(3, 5)[:, 1:])
    used = (by_class != 0) & (table.standardized.reshape(3, 5)[:, 1:] != 0)
    j = int(np.argmax(found.weight))
    assert found.agreement[j] == pytest.approx((signs & used)[:, :, j].sum() / used[:, :, j].sum())


def test_numbers_are_of_the_chosen_features():
    one = OverFolds(
        ("a", "b", "c"), ("a", "b", "c"), np.array([[2.0, 1.0, 0.0], [2.0, 0.0, 1.0]]),
        np.array([[True, True, False], [True, False, True]]), np.array([True, True, False]), np.array([3.0, 1.0, 0.0]),
        np.array([1.0, 0.5, np.nan]),
    )  # fmt: skip
    numbers = one.numbers()
    assert numbers["frequency"] == 0.75
    assert numbers["weighted_frequency"] == pytest.approx((3 * 1 + 1 * 0.5) / 4)
    assert numbers["sign_agreement"] == 0.75
    assert numbers["top10"] == 0.5
    assert (numbers["n_chosen"], numbers["n_mean"], numbers["n_always"], numbers["n_ever"]) == (2, 2.0, 1, 3)
    assert one.exchanged == ["b"]
    nothing = replace(one, chosen=np.zeros(3, dtype=bool))
    assert np.isnan(nothing.weighted_frequency)
    assert nothing.exchanged == []
