"""The columns of a table: numbers in one matrix, all others as they were read."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from regcli.data.cells import into_matrix, matrix_kind, side_by_side


@pytest.mark.parametrize(
    ("values", "kind"),
    [([1, 2], "numeric"), ([1.5, None], "numeric"), ([Decimal("1.5")], "numeric"), ([None], "numeric"), ([True], "boolean"),
     (["1"], None)],
)  # fmt: skip
def test_what_stands_in_the_matrix(values, kind):
    assert matrix_kind(pa.array(values).type) == kind


TABLE = pa.table({"a": [1, None, 3], "s": ["x", "y", None], "b": [True, False, None], "w": [1.0, 2.0, 3.0]})


def test_features_that_are_numbers_come_into_the_matrix_and_nothing_else_does():
    cells = into_matrix(TABLE, {"a", "s", "b"})
    assert cells.kinds == {"a": "numeric", "b": "boolean"}
    np.testing.assert_array_equal(cells.numeric, [[1, 1], [np.nan, 0], [3, np.nan]])
    assert cells.numeric.flags["F_CONTIGUOUS"]
    assert cells.table.column_names == ["s", "w"]
    assert len(cells) == 3


def test_numbers_of_a_column_wherever_it_stands():
    cells = into_matrix(TABLE.append_column("none", pa.nulls(3, pa.string())), {"a", "b"})
    np.testing.assert_array_equal(cells.numbers("a"), [1, np.nan, 3])
    np.testing.assert_array_equal(cells.numbers("w"), [1, 2, 3])
    assert np.isnan(cells.numbers("none")).all()
    assert cells.numbers("s") is None
    assert cells.numbers("b") is None, "truths are no numbers"


def test_columns_side_by_side():
    made = side_by_side([np.arange(3.0), np.ones(3)], 3)
    np.testing.assert_array_equal(made, [[0, 1], [1, 1], [2, 1]])
    assert made.flags["F_CONTIGUOUS"]
    assert side_by_side([], 4).shape == (4, 0)
