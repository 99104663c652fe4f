"""The types of arrays are what numpy makes of plain numbers."""

from __future__ import annotations

import typing

import numpy as np
import pytest

from regcli.numerics import arrays


@pytest.mark.parametrize(
    ("kind", "values"),
    [("FloatArray", [1.0]), ("IntArray", [1]), ("BoolArray", [True]), ("TextArray", np.array(["a", None], dtype=object))],
)
def test_a_type_names_the_cells_that_such_values_have(kind, values):
    (_, cells) = typing.get_args(getattr(arrays, kind))
    assert typing.get_args(cells) == (np.asarray(values).dtype.type,)
