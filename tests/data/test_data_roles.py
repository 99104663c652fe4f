"""Columns with a role: weights, groups and folds, the time."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest

from regcli.data.arrays import array_table
from regcli.data.roles import role_texts, sample_weights, time_order
from regcli.errors import DataError

SOURCE = array_table("things", np.zeros((3, 1)), ["a"], np.zeros(3), "y")


def column(*cells, kind=None):
    return pa.chunked_array([pa.array(cells, kind)])


def test_weights_are_numbers_from_zero():
    np.testing.assert_array_equal(sample_weights(column(0, 1, 2.5), "w", SOURCE), [0, 1, 2.5])


@pytest.mark.parametrize(
    ("cells", "said"),
    [((1.0, -2.0), r"'w' is -2 in row 1"), ((1.0, float("inf")), r"is inf in row 1"), ((1.0, None), r"1 missing cell.*row 1"),
     ((1.0, float("nan")), r"1 missing cell"), (("1", "much"), r"'much'")],
)  # fmt: skip
def test_other_weights_are_refused_where_they_stand(cells, said):
    with pytest.raises(DataError, match=said):
        sample_weights(column(*cells), "w", SOURCE)


def test_groups_are_compared_as_texts_and_none_is_missing():
    assert role_texts(column(1, 2, 1), "g", "dataset.group", SOURCE).tolist() == ["1", "2", "1"]
    with pytest.raises(DataError, match=r"dataset\.group 'g' has 2 missing cells, the first in row 0"):
        role_texts(column(None, "u", None), "g", "dataset.group", SOURCE)


@pytest.mark.parametrize(
    "cells",
    [
        (2.5, -1.0, 2.5),
        ("2024-03-01", "2023-12-31", "2024-03-01"),
        ("2024-03", "2023-12", "2024-03"),
        ("2024-03-01T10:00:00.5", "2024-03-01 09:59", "2024-03-01T10:00:00.5"),
        (date(2024, 3, 1), date(2023, 1, 1), date(2024, 3, 1)),
        (datetime(2024, 3, 1, 2), datetime(2024, 3, 1, 1), datetime(2024, 3, 1, 2)),  # noqa: DTZ001 - as files have them
        ("31.3.2024", "1.3.2024", "31.3.2024"),
    ],
)
def test_rows_come_in_time_order_and_those_of_the_same_time_as_they_were(cells):
    assert time_order(column(*cells), "t", SOURCE).tolist() == [1, 0, 2]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("soon", "2024-01-01"), "row 0 .* says 'soon'"),
        (("2024-13-01", "2024-01-01"), "cannot be put in order"),
        ((True, False), "cannot be put in order"),
    ],
)
def test_times_that_are_none(cells, said):
    with pytest.raises(DataError, match=said):
        time_order(column(*cells), "t", SOURCE)


def test_days_and_months_that_may_be_either_are_asked_about():
    with pytest.raises(DataError, match=r"'1/2/2024'|2/3/2024"):
        time_order(column("1/2/2024", "2/3/2024"), "t", SOURCE)
