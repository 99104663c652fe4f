"""Rows of a dense matrix in other units, against the array they stand for."""

import numpy as np
import pytest

from regcli.numerics.matrix import Affine, gathered, tdot

RNG = np.random.default_rng(0)
BASE = RNG.normal(size=(40, 6)) + 100
SHIFT, SCALE = BASE.mean(axis=0), np.array([1.0, 2.0, 0.5, np.inf, 3.0, 1.0])
ROWS = {
    "slice": slice(5, 35),
    "ascending": np.sort(RNG.permutation(40)[:25]),
    "any order": RNG.permutation(40)[:25],
}


def view(rows, order="F"):
    base = np.array(BASE, order=order)
    base.flags.writeable = False
    return Affine(base, ROWS[rows], SHIFT, SCALE), (BASE[ROWS[rows]] - SHIFT) / SCALE


@pytest.mark.parametrize("order", ["F", "C"])
@pytest.mark.parametrize("rows", ROWS)
def test_a_view_answers_as_its_array_does(rows, order):
    for made_before in (False, True):
        X, expected = view(rows, order)
        if made_before:
            assert X.array.flags.f_contiguous
        assert X.shape == expected.shape
        assert X.size == expected.size
        some, columns = np.array([7, 3, 11]), np.array([0, 4, 3])
        for key in (
            slice(3, 12),
            some,
            (slice(None), columns),
            (slice(None), 4),
            (slice(None), slice(1, 4)),
            (some, slice(1, 4)),
            np.ix_(some, columns),
        ):
            np.testing.assert_allclose(X[key], expected[key], rtol=1e-14, atol=1e-14)
        B, R = RNG.normal(size=(6, 3)), RNG.normal(size=(len(expected), 2))
        np.testing.assert_allclose(X @ B, expected @ B, atol=1e-12)
        np.testing.assert_allclose(X @ B[:, 0], expected @ B[:, 0], atol=1e-12)
        np.testing.assert_allclose(tdot(X, R), expected.T @ R, atol=1e-12)
        np.testing.assert_allclose(tdot(expected, R[:, 0]), tdot(X, R[:, 0]), atol=1e-12)
    assert X.array is X.array


def test_products_are_taken_piece_by_piece(monkeypatch):
    monkeypatch.setattr("regcli.numerics.matrix.PIECE", 24)
    X, expected = view("ascending")
    np.testing.assert_allclose(X @ np.ones((6, 2)), expected @ np.ones((6, 2)), atol=1e-12)
    np.testing.assert_allclose(X.tdot(np.ones(25)), expected.sum(axis=0), atol=1e-12)


@pytest.mark.parametrize("order", ["F", "C"])
def test_rows_are_gathered_as_columns(order):
    rows = np.array([3, 9, 4])
    found = gathered(np.array(BASE, order=order), rows, SHIFT)
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, (BASE[rows] - SHIFT).T)
    assert gathered(BASE, rows[:0], SHIFT).shape == (6, 0)
