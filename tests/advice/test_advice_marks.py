"""Columns that say how rows are used."""

from __future__ import annotations

import numpy as np
import pytest
from advice_rows import linear, rows

from regcli.advice.marks import fold_marks, holdout_marks

PLACE = np.arange(200)


def made(name, cells, kind="numeric"):
    y, columns = linear()
    return rows(y, {name: (kind, cells)}, **columns) if kind == "categorical" else rows(y, **{name: cells}, **columns)


@pytest.mark.parametrize(
    ("name", "first"), [("train", "F"), ("is_train", "F"), ("test", "T"), ("holdout", "T"), ("Split", "test"), ("subset", "test")]
)
def test_the_test_rows_are_those_that_are_named_so(name, first):
    found = list(holdout_marks(made(name, (PLACE % 3 == 0) * 1.0)))
    assert found[0] == {"column": name, "test_value": first}


@pytest.mark.parametrize(
    ("name", "cells"), [("train", PLACE % 7), ("trains", PLACE % 2), ("testosterone", PLACE % 2), ("test", PLACE)]
)
def test_other_columns_mark_nothing(name, cells):
    assert list(holdout_marks(made(name, cells))) == []


def test_folds():
    assert fold_marks(made("fold", PLACE % 10)) == "fold"
    assert fold_marks(made("cv_fold", [f"f{i % 5}" for i in PLACE], "categorical")) == "cv_fold"
    assert fold_marks(made("fold", PLACE)) is None
    assert fold_marks(made("folded", PLACE % 5)) is None
    assert fold_marks(made("fold", (PLACE == 0) * 1)) is None
