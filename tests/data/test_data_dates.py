"""Dates as ISO texts, however they are written; and what is none."""

from __future__ import annotations

import pyarrow as pa
import pytest

from regcli.data.dates import UnclearOrderError, day_first_in, iso_texts


def read(cells, day_first=None):
    found, wrong = iso_texts(pa.chunked_array([pa.array(cells)]), day_first)
    return found.tolist(), wrong


@pytest.mark.parametrize(
    ("cells", "day_first", "found"),
    [
        (["2024-05-31", "2024/6/1", None], None, ["2024-05-31", "2024-06-01", None]),
        (["20240531"], None, ["2024-05-31"]),
        (["31.12.1999", "1.2.03"], None, ["1999-12-31", "2003-02-01"]),
        (["3/4/2024"], True, ["2024-04-03"]),
        (["3/4/2024"], False, ["2024-03-04"]),
        (["3/14/69", "1/2/68"], None, ["1969-03-14", "2068-01-02"]),
        (["2024-05-31 6:30 PM", "2024-05-31 12:00 am"], None, ["2024-05-31T18:30:00", "2024-05-31T00:00:00"]),
        (["2024-05-31T18:00:01Z", "2024-06-01"], None, ["2024-05-31T18:00:01", "2024-06-01T00:00:00"]),
    ],
)
def test_dates_in_many_forms(cells, day_first, found):
    assert read(cells, day_first) == (found, [])


def test_what_is_no_date_is_told_and_gives_an_empty_text():
    assert read(["2024-02-30", "soon", "2024-02-29"]) == (["", "", "2024-02-29"], ["2024-02-30", "soon"])


def test_an_order_that_nothing_tells_is_asked_for():
    with pytest.raises(UnclearOrderError, match="3/4/2024"):
        read(["3/4/2024", "5/6/2024"])


@pytest.mark.parametrize(
    ("cells", "first"), [(["1/2/2024", "13/2/2024"], True), (["1/2/2024", "2/13/2024"], False), (["1.2.2024"], True),
                         (["1/2/2024"], None), (["2024-01-13"], None)],
)  # fmt: skip
def test_a_number_above_twelve_tells_which_is_the_day(cells, first):
    assert day_first_in(cells) is first
