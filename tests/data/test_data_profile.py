"""Moments of columns, dense and sparse, against scipy's."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse
import scipy.stats

from regcli.data.profile import number_profile, summaries, summary
from regcli.data.svmlight import profile


def columns(rng):
    X = np.column_stack([rng.standard_normal(300), np.exp(rng.standard_normal(300)), (rng.random(300) < 0.1) * 2.0, np.ones(300)])
    X[:40, 1] = np.nan
    return np.asfortranarray(X)


def test_moments_are_those_of_the_values_that_are_there():
    X = columns(np.random.default_rng(0))
    for j, found in enumerate(summaries(X)):
        x = X[~np.isnan(X[:, j]), j]
        assert found == summary(np.ascontiguousarray(X[:, j])) or j == 3
        assert (found.mean, found.sd) == pytest.approx((x.mean(), x.std()))
        if j < 3:
            assert found.skewness == pytest.approx(scipy.stats.skew(x))
            assert found.kurtosis == pytest.approx(scipy.stats.kurtosis(x, fisher=False))
    constant = number_profile("c", "feature", "numeric", summary(np.ones(5)), 5)
    assert (constant.sd, constant.skewness, constant.kurtosis) == (0.0, None, None)


def test_sparse_columns_have_the_same_moments():
    X = columns(np.random.default_rng(1))
    X[:, 0] *= np.abs(X[:, 0]) > 1
    found = profile(scipy.sparse.csr_array(X), [f"x{j}" for j in range(4)])
    for column, dense in zip(found, summaries(X), strict=True):
        expected = number_profile(column.name, "feature", "numeric", dense, 300)
        for name in ("mean", "sd", "missing", "min", "max", "skewness", "kurtosis"):
            assert getattr(column, name) == pytest.approx(getattr(expected, name), abs=1e-12), (column.name, name)


def test_huge_values_do_not_overflow():
    x = 1e150 * np.random.default_rng(2).standard_normal(1000)
    assert summary(x).kurtosis == pytest.approx(scipy.stats.kurtosis(x / 1e150, fisher=False))
