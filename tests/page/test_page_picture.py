"""What a picture's data look like where they are drawn."""

from __future__ import annotations

import numpy as np

from regcli.page.picture import Picture, plain


def test_cells_are_plain():
    assert [plain(v) for v in (np.float64(1.23456789012), float("nan"), np.int64(3), True, "a\u202e", None)] == [
        1.234568, None, 3, True, "a\\u202e", None,
    ]  # fmt: skip


def test_rows_say_what_columns_say():
    picture = Picture("p", "P", {}, {"points": {"x": np.array([1.0, 2.0]), "text": ["a", "b"]}}, "alt")
    assert picture.columns() == {"points": {"x": [1.0, 2.0], "text": ["a", "b"]}}
    assert picture.rows() == {"points": [{"x": 1.0, "text": "a"}, {"x": 2.0, "text": "b"}]}
