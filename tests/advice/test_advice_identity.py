"""Names and numbers of rows, and columns that lie ahead of their row."""

from __future__ import annotations

import numpy as np
import pytest
from advice_rows import codes, in_time, linear, rows, view

from regcli.advice.identity import ahead, identifiers

RANDOM = np.random.default_rng(7)
DAY = 86400.0


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("n", np.arange(200)),
        ("anything", np.arange(1, 201)),
        ("given_out", np.cumsum(RANDOM.integers(1, 4, 200))),
        ("customer_id", RANDOM.permutation(10_000)[:200]),
    ],
)
def test_numbers_of_rows_are_found(name, values):
    y, columns = linear()
    (found,) = identifiers(view(rows(y, **{name: values}, **columns)))
    assert found.columns == (name,)
    assert found.found == 200


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("year", np.arange(1800, 2000)),
        ("population", np.sort(RANDOM.permutation(1_000_000)[:200])),
        ("age", RANDOM.integers(20, 80, 200)),
        ("id", RANDOM.integers(0, 50, 200)),
        ("row", RANDOM.normal(size=200)),
    ],
)
def test_other_columns_are_none(name, values):
    y, columns = linear()
    assert identifiers(view(rows(y, **{name: values}, **columns))) == []


def test_a_date_after_the_rows_own_time_is_found():
    y, columns = linear()
    now = np.arange(200) * DAY
    later = np.datetime_as_string((now + 5 * DAY).astype("datetime64[s]"), unit="D").tolist()
    before = np.datetime_as_string((now - 5 * DAY).astype("datetime64[s]"), unit="D").tolist()
    later[3] = None
    dataset = in_time(rows(y, {"paid": ("date", later), "ordered": ("date", before)}, **columns), now)
    (found,) = ahead(view(dataset))
    assert found.code == "later_than_row"
    assert found.columns == ("paid",)
    assert found.found == 1.0


def test_a_number_on_the_scale_of_the_time_is_a_time():
    y, columns = linear()
    now = 1.7e9 + np.arange(200) * DAY
    dataset = in_time(rows(y, closed=now + 3600, opened=now - 3600, **columns), now)
    assert [finding.columns for finding in ahead(view(dataset))] == [("closed",)]


def test_the_next_rows_target_is_found_and_the_last_rows_is_not():
    walk = np.cumsum(RANDOM.normal(size=300))
    coming, gone = np.roll(walk, -1), np.roll(walk, 1)
    found = ahead(view(rows(walk, coming=coming, gone=gone)))
    assert codes(found) == ["next_target"]
    assert found[0].columns == ("coming",)
