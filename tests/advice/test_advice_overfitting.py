"""Unpenalised fits that are too good with many columns, and honest ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from advice_rows import codes, rows, splits, view

from regcli.advice.overfitting import unpenalised


def made(X, y):
    return rows(y, **{f"x{j}": X[:, j] for j in range(X.shape[1])})


def found(dataset):
    return codes(unpenalised(view(dataset), splits(dataset)))


@pytest.mark.parametrize("noise", [0.01, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_an_honest_sample_is_left_alone_with_much_noise_or_hardly_any(seed, noise):
    random = np.random.default_rng(seed)
    X = random.normal(size=(120, 40))
    assert found(made(X, X[:, :10].sum(axis=1) + noise * random.normal(size=120))) == []


def test_repetitions_that_were_changed_a_little_are_found():
    random = np.random.default_rng(0)
    every = np.tile(np.arange(40), 4)
    X = random.normal(size=(40, 60))[every] + 1e-3 * random.normal(size=(160, 60))
    y = random.normal(size=40)[every] + 1e-3 * random.normal(size=160)
    (finding,) = unpenalised(view(made(X, y)), splits(made(X, y)))
    assert finding.found > 0.97
    assert "lie next to a training row" in finding.text


def test_a_target_that_is_shared_out_among_columns_is_found():
    random = np.random.default_rng(0)
    y = random.normal(size=150)
    X = random.normal(size=(150, 60))
    X[:, :30] = y[:, None] + 0.3 * random.normal(size=(150, 30))
    assert found(made(X, y)) == ["no_overfitting"]


def test_few_columns_are_no_reason_to_over_fit():
    random = np.random.default_rng(0)
    y = random.normal(size=150)
    dataset = made(y[:, None] + 0.3 * random.normal(size=(150, 10)), y)
    assert found(dataset) == []
    assert found(replace(dataset, features=dataset.features.take(np.arange(30)), y=y[:30], row=np.arange(30))) == []
