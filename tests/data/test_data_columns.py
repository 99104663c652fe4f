"""One column at a time: its numbers, its texts, and the cells that are neither."""

import numpy as np
import pyarrow as pa
import pytest

from regcli.data.columns import decorated_levels, first_non_number, parsed_numbers, quoted
from regcli.data.notation import Notation


def column(*cells):
    return pa.chunked_array([pa.array(cells, pa.string())])


def test_texts_that_are_numbers_are_read_as_such():
    np.testing.assert_array_equal(parsed_numbers(column("1", " 2.5 ", "-.5e-3", None), Notation()), [1, 2.5, -5e-4, np.nan])


def test_one_stray_cell_makes_a_column_no_numbers_and_is_found():
    cells = column("1", "2", "x3", "y")
    assert parsed_numbers(cells, Notation()) is None
    assert first_non_number(cells, Notation()) == (2, "x3")


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (("5 %", "10 %", "5 %"), True),
        (("$5", "$1,000", None), True),
        (("5", "6 %"), False),
        (("low", "5 %"), False),
        ((None,), False),
    ],
)
def test_levels_that_are_numbers_with_signs_are_pointed_out(cells, told):
    found = decorated_levels(column(*cells), "share")
    assert (found is not None) == told
    if told:
        assert "'share'" in found
        assert repr(cells[0]) in found


def test_long_cells_are_shortened():
    assert quoted("x" * 40) == repr("x" * 40)
    assert quoted("x" * 41) == repr("x" * 37 + "...")
