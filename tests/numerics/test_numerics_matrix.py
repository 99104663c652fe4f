"""Dense, sparse, seen in other units, or arriving block by block: every form of a matrix against the array it stands for."""

import numpy as np
import pytest
from scipy import sparse

from regcli.numerics.executor import Executor
from regcli.numerics.matrix import Affine, Dense, Sparse, Streamed, as_design, gathered

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
        np.testing.assert_allclose(X.tdot(R), expected.T @ R, atol=1e-12)
        np.testing.assert_allclose(X.tdot(R[:, 0]), expected.T @ R[:, 0], atol=1e-12)
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


SPARSE = BASE * (RNG.random(BASE.shape) < 0.3)
FORMS = {
    "dense": (Dense(BASE), BASE),
    "sparse": (Sparse(sparse.csc_array(SPARSE)), SPARSE),
    "view": (Affine(BASE, slice(0, 40), SHIFT, SCALE), (BASE - SHIFT) / SCALE),
    "streamed": (Streamed(lambda: iter((BASE[:7], BASE[7:8], BASE[8:])), (7, 1, 32), 6), BASE),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_answers_alike(form, monkeypatch):
    monkeypatch.setattr("regcli.numerics.matrix.CELLS", 60)
    monkeypatch.setattr("regcli.numerics.matrix.PIECE", 60)
    design, X = FORMS[form]
    assert as_design(design) is design
    assert (design.shape, design.is_sparse) == (X.shape, form == "sparse")
    b, r, h, S = RNG.normal(size=(6, 2)), RNG.normal(size=(40, 3)), RNG.random(40), RNG.random((40, 2))
    left, right = np.array([4, 0]), np.array([1, 2, 5])
    np.testing.assert_allclose(design.dot(b), X @ b, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(design.tdot(r), X.T @ r, rtol=1e-12, atol=1e-11)
    np.testing.assert_allclose(design.gram(left, right, h), (X[:, left] * h[:, None]).T @ X[:, right], rtol=1e-12, atol=1e-11)
    np.testing.assert_allclose(design.column_squares(S, Executor(2)), [S.T @ X, S.T @ X**2], rtol=1e-12, atol=1e-11)
    whole = np.zeros(X.shape)
    for at, x in design.row_blocks():
        whole[at] += x
    np.testing.assert_allclose(whole, X, rtol=1e-14, atol=1e-14)
    lists = [np.array([3, 0, 5]), np.array([6, 9, 8]), np.array([], dtype=int), np.array([30, 39])]
    found = design.over(lists, SHIFT, lambda number, x: (number, x), Executor(2))
    for number, (rows, (told, x)) in enumerate(zip(lists, found, strict=True)):
        assert told == number
        np.testing.assert_allclose(x, (X[rows] - SHIFT).T, rtol=1e-12, atol=1e-12)
    assert design.sample(np.array([0, 2])).shape == (2, 6)


def test_arrays_get_the_form_that_suits_them():
    assert isinstance(as_design(BASE), Dense)
    assert isinstance(as_design(sparse.csc_array(SPARSE)), Sparse)
