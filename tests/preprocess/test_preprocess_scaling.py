"""The five kinds against scikit-learn's scalers; weights, sparse columns, constants."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

from regcli.preprocess import SCALES, fit_scaling

RNG = np.random.default_rng(2)
X = RNG.normal(size=(50, 4)) * [1, 100, 1e-3, 1] + [0, 500, 0, -7]
X[:, 3] = RNG.integers(0, 2, 50)
NEW = RNG.normal(size=(7, 4)) * [1, 100, 1e-3, 1]
HOLEY = sparse.csc_array(X * (RNG.random(X.shape) < 0.5))
THEIRS = {"standard": StandardScaler, "robust": RobustScaler, "minmax": MinMaxScaler, "maxabs": MaxAbsScaler}


@pytest.mark.parametrize("kind", THEIRS)
def test_as_scikit_learn_scales(kind):
    ours, theirs = fit_scaling(kind, X.copy(), None, center=True), THEIRS[kind]().fit(X)
    np.testing.assert_allclose(ours.apply(X.copy()), theirs.transform(X), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(ours.apply(NEW.copy()), theirs.transform(NEW), rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize(
    ("kind", "theirs"), [("standard", StandardScaler(with_mean=False)), ("robust", RobustScaler(with_centering=False))]
)
def test_without_an_intercept_nothing_is_centred(kind, theirs):
    ours = fit_scaling(kind, X.copy(), None, center=False)
    np.testing.assert_allclose(ours.apply(X.copy()), theirs.fit_transform(X), rtol=1e-12)


def test_none_leaves_everything():
    assert (fit_scaling("none", X.copy(), None, center=True).apply(X.copy()) == X).all()


def test_standard_is_weighted_and_the_others_are_not():
    times = RNG.integers(1, 4, 50)
    repeated = np.repeat(X, times, axis=0)
    weighted = fit_scaling("standard", X.copy(), 0.3 * times, center=True)
    np.testing.assert_allclose(weighted.mean, repeated.mean(axis=0))
    np.testing.assert_allclose(weighted.sd, repeated.std(axis=0))
    np.testing.assert_allclose(weighted.scale, repeated.std(axis=0))
    for kind in ("robust", "minmax", "maxabs"):
        one, other = fit_scaling(kind, X.copy(), times * 1.0, center=True), fit_scaling(kind, X.copy(), None, center=True)
        assert (one.scale == other.scale).all()
        np.testing.assert_allclose(one.sd, repeated.std(axis=0))


@pytest.mark.parametrize("kind", SCALES)
@pytest.mark.parametrize("weights", [None, RNG.uniform(1, 2, 50)])
def test_sparse_columns_are_divided_alike_and_never_shifted(kind, weights):
    compressed = fit_scaling(kind, HOLEY, weights, center=True)
    dense = fit_scaling(kind, HOLEY.toarray(), weights, center=True)
    np.testing.assert_allclose(compressed.scale, dense.scale, rtol=1e-9)
    np.testing.assert_allclose(compressed.sd, dense.sd, rtol=1e-9)
    np.testing.assert_allclose(compressed.mean, dense.mean, rtol=1e-12)
    assert not compressed.center.any()
    scaled = compressed.apply(HOLEY)
    assert sparse.issparse(scaled)
    np.testing.assert_allclose(scaled.toarray(), HOLEY.toarray() / dense.scale, rtol=1e-9)


@pytest.mark.parametrize("kind", SCALES)
@pytest.mark.parametrize("form", [np.array, sparse.csc_array])
def test_a_constant_is_constant_whatever_its_size(kind, form):
    flat = np.column_stack([np.full(33, 0.1), np.full(33, 1e9 + 0.1), np.zeros(33), np.arange(33.0)])
    scaling = fit_scaling(kind, form(flat), None, center=True)
    assert list(scaling.sd[:3]) == [0, 0, 0]
    assert list(scaling.scale[:3]) == [1, 1, 1]
    scaled = scaling.apply(form(flat))
    assert np.isfinite(scaled.toarray() if sparse.issparse(scaled) else scaled).all()


def test_an_offset_does_not_drown_the_spread():
    column = 1e9 + np.arange(100.0)[:, None]
    assert fit_scaling("standard", column.copy(), None, center=True).sd[0] == pytest.approx(np.arange(100.0).std(), rel=1e-9)


def test_many_rows_are_measured_in_blocks():
    tall = RNG.normal(size=(3000, 7)) + np.arange(7)
    wide = np.tile(tall, (1, 1000))[:, :2100]
    np.testing.assert_allclose(fit_scaling("standard", wide.copy(), None, center=True).sd, wide.std(axis=0), rtol=1e-12)
