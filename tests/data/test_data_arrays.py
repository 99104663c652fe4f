"""Tables that come from memory."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.data.arrays import array_table

X = np.array([[1.0, 2.0], [3.0, np.nan], [5.0, 6.0]])
Y = np.array([0.5, 1.5, 2.5])


def table(X=X, y=Y):
    return array_table("things", X, ["a", "b"], y, "y")


def test_the_matrix_is_handed_on_as_it_is_where_all_of_it_is_asked_for():
    source = table()
    cells = source.read(["a", "b", "y"], frozenset(), frozenset("ab"))
    assert cells.numeric is source.X
    assert cells.kinds == {"a": "numeric", "b": "numeric"}
    assert cells.table.column_names == ["y"]
    assert cells.table["y"].to_pylist() == Y.tolist()


def test_columns_in_the_order_asked_for_and_as_text_where_that_is_wanted():
    cells = table().read(["b", "a", "y"], frozenset({"a", "y"}), frozenset("ab"))
    np.testing.assert_array_equal(cells.numeric[:, 0], X[:, 1])
    assert cells.table["a"].to_pylist() == ["1", "3", "5"]
    assert cells.table["y"].to_pylist() == ["0.5", "1.5", "2.5"]


def test_a_column_with_a_role_is_no_feature():
    cells = table().read(["a", "b"], frozenset(), frozenset("a"))
    assert list(cells.kinds) == ["a"]
    assert cells.table["b"].to_pylist()[0] == 2.0


def test_the_hash_is_of_the_numbers_not_of_how_they_lie_in_memory():
    assert table(np.asfortranarray(X)).sha256 == table().sha256
    assert table(X + 1e-12).sha256 != table().sha256
    assert table(y=Y[::-1]).sha256 != table().sha256
    labels = np.array(["u", "v", "u"], dtype=object)
    assert table(y=labels).sha256 != table(y=labels[::-1].copy() == "u").sha256


@pytest.mark.parametrize("row", [0, 12])
def test_rows_are_counted_from_zero(row):
    assert table().place(row) == f"row {row} (counted from 0)"
    assert table().header == ("a", "b", "y")
