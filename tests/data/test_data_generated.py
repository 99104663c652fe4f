"""Data made by generators."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import datasets

from regcli.data import load
from regcli.errors import DataError, UsageError


def test_generators_are_scikit_learns(config):
    options = {"n_samples": 40, "n_features": 6, "n_informative": 3, "noise": 2.0, "random_state": 5}
    dataset = load(config({"kind": "make_regression", **options}))
    X, y = datasets.make_regression(**options)
    assert (dataset.features.numeric == X).all()
    assert (dataset.y == y).all()
    assert dataset.features.names == tuple(f"x{j}" for j in range(1, 7))
    assert dataset.target == "y"

    options = {"n_samples": 90, "n_features": 5, "n_informative": 3, "n_classes": 3, "weights": [0.2, 0.3], "random_state": 1}
    dataset = load(config({"kind": "make_classification", **options}))
    X, y = datasets.make_classification(**options)
    assert (dataset.features.numeric == X).all()
    assert (dataset.y == y).all()
    assert dataset.classes == ("0", "1", "2")


def test_generated_data_are_the_same_each_time_and_hashed(config):
    one, same, other = (load(config({"kind": "make_regression", "random_state": seed})) for seed in (0, 0, 1))
    assert np.array_equal(one.features.numeric, same.features.numeric)
    assert one.sha256 == same.sha256 != other.sha256


def test_a_generator_that_refuses(config, monkeypatch):
    def make_regression(n_samples, random_state):
        raise ValueError("they clash")

    monkeypatch.setattr(datasets, "make_regression", make_regression)
    with pytest.raises(UsageError, match=r"dataset \(make_regression\): they clash"):
        load(config({"kind": "make_regression"}))


def test_more_than_fits_into_memory_is_refused_before_it_is_made(config):
    with pytest.raises(DataError, match=r"need .* GB of memory") as caught:
        load(config({"kind": "make_regression", "n_samples": 10**9, "n_features": 10**6}))
    assert "n_samples" in caught.value.hint
