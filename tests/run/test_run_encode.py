"""Tables and objects to bytes."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from regcli.run import encode
from regcli.run.tables import folds_table


def test_labels_with_commas_quotes_and_line_breaks_survive():
    labels = np.array(['a,"b"', "c\nd", None, "é"], dtype=object)
    table = encode.arrow_table({"y": labels, "p_a,b": np.array([1.0, 2, np.nan, 4])})
    read = list(csv.DictReader(encode.encode_csv(table).decode().splitlines(keepends=True)))
    assert [row["y"] for row in read] == ['a,"b"', "c\nd", "", "é"]
    assert [row["p_a,b"] for row in read] == ["1", "2", "", "4"]


def test_json_has_no_nan():
    text = encode.encode_json({"a": [float("nan"), np.float64("inf"), np.int64(3)], "b": np.array([1.5, np.nan])}).decode()
    assert json.loads(text, parse_constant=pytest.fail) == {"a": [None, None, 3], "b": [1.5, None]}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.floats().map(np.float64)
    | st.integers(0, 9).map(np.int64),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
)


@given(JSON | st.lists(st.dictionaries(st.text(), st.text() | st.floats(), min_size=1)))
@example([{"a": '}\n,{"'}, {"b": "},\n    {"}])
@example({1: True, False: [], None: {}})
@example({"x": np.array([[1.0, np.nan], [np.inf, 2.0]])})
def test_json_is_what_the_standard_library_writes(content):
    expected = json.dumps(encode.finite(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    assert encode.encode_json(content) == expected.encode()


def test_large_tables_take_no_time(outcome):
    import time

    start = time.perf_counter()
    encode.encode_csv(folds_table(outcome.plan, outcome.paths))
    assert time.perf_counter() - start < 2.0


def test_codes_stand_for_labels_and_none_for_nothing():
    assert encode.coded(["a", None, "b"], np.array([2, 0, 1, 2])).to_pylist() == ["b", "a", None, "b"]
