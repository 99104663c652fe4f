"""Columns declared once: the writer's table has them in their order, the reader refuses what is not as declared."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from regcli.run.columns import BadColumnError, Column, check_columns, make_table

DECLARED = (
    Column("n", "int", np.arange),
    Column("kind", "text", lambda source: np.array(["a", "b"] * source, dtype=object)[:source], words=("a", "b")),
    Column("x", "float", lambda source: np.full(source, np.nan)),
    Column("p", "float", np.ones, filled=True),
    Column("late", "bool", lambda source: None if source < 3 else np.ones(source, dtype=bool), optional=True),
)


def table(**changes):
    columns = {"n": [0, 1], "kind": ["a", "b"], "x": [None, 1.0], "p": [1.0, 0.5]} | changes
    return pa.table({name: cells for name, cells in columns.items() if cells is not None})


def test_a_table_is_made_column_by_column_and_has_no_column_without_values():
    assert make_table(DECLARED, 2).column_names == ["n", "kind", "x", "p"]
    made = make_table(DECLARED, 3)
    assert made.column_names == ["n", "kind", "x", "p", "late"]
    assert made["x"].null_count == 3


def test_what_was_written_is_read():
    found = check_columns(DECLARED, make_table(DECLARED, 3))
    assert found["n"].tolist() == [0, 1, 2]
    assert np.isnan(found["x"]).all()
    assert check_columns(DECLARED, table(more=["of a later regcli", None]))["more"].tolist() == ["of a later regcli", None]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"n": None}, "it has no column 'n'"),
        ({"n": [0.5, 1.0]}, "column 'n' holds double, not int"),
        ({"n": [0, None]}, "column 'n' has an empty cell"),
        ({"kind": ["a", "c"]}, "column 'kind' holds 'c', which is none of the run's"),
        ({"p": [1.0, None]}, "column 'p' has an empty cell"),
        ({"p": [1.0, float("inf")]}, "column 'p' has a cell that is no number"),
        ({"late": [True, None]}, "column 'late' has an empty cell"),
    ],
)
def test_what_is_not_as_declared_is_refused(changes, said):
    with pytest.raises(BadColumnError) as caught:
        check_columns(DECLARED, table(**changes))
    assert str(caught.value) == said


def test_a_column_that_stands_twice():
    twice = pa.table([pa.array([1]), pa.array([2])], names=["n", "n"])
    with pytest.raises(BadColumnError, match="it has two columns 'n'"):
        check_columns(DECLARED[:1], twice)
