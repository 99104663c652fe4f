"""Networks of a path on one training set: their units, and one of them taken out."""

from __future__ import annotations

import numpy as np
import pytest
from in_memory import dataset, planned

from regcli.families.given import Given
from regcli.families.network.layers import Architecture, Layers
from regcli.families.network.networks import Networks, Scales

LAYERS = Layers.of(Architecture(4, (3,), 1, "squared"))


@pytest.fixture(scope="module")
def given():
    prepared = planned(dataset("y"), penalty=[], estimators=["tree"], lambdas={})
    return Given.of(prepared, prepared.recipe, 0)


def test_numbers_are_in_sds_of_the_training_set(given):
    scales = Scales.of(given)
    x = scales.apply(given.X)
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(x.std(axis=0), 1, rtol=1e-6)
    assert scales.y_scale == pytest.approx(given.y.std())
    constant = Scales(scales.center, np.full(4, np.inf), 0.0, 1.0)
    assert (constant.apply(given.X) == 0).all()


def test_one_of_them_predicts_what_it_predicts_among_all(given):
    weights = np.random.default_rng(0).normal(size=(3, LAYERS.starts[-1])).astype(np.float32)
    networks = Networks(LAYERS, weights, Scales.of(given), np.array([1, 2, 3]))
    among = np.concatenate(list(networks.predictions(given.X)))
    for index in range(3):
        one = networks.at(index)
        assert one.n_iter.tolist() == [index + 1]
        np.testing.assert_array_equal(one.mean(given.X), among[index])


def test_size_and_end_are_told_of_each():
    weights = np.ones((2, LAYERS.starts[-1]), dtype=np.float32)
    weights[0, :3], weights[1, -1] = 0, np.nan
    scales = Scales(np.zeros(4), np.array([1.0, 1.0, 1.0, np.inf]), 0.0, 1.0)
    networks = Networks(LAYERS, weights, scales, np.ones(2, dtype=np.int64))
    assert networks.used.tolist() == [[False, True, True, False], [True, True, True, False]]
    assert networks.complexity.tolist() == [12, 15]
    assert networks.ended.tolist() == [True, False]
