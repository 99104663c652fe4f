"""Lag features: the right rows, and never a look ahead."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regcli.data.lags import lagged

LAGS = {"columns": ["y"], "lags": [1, 2], "rolling_mean": [3]}


def test_lags_and_means_of_earlier_rows_in_time_order(csv):
    # In time order y is 0, 1, 4, 9, 16, 25; the file has it backwards.
    text = "t,a,y\n" + "".join(f"{t},{t % 2},{t * t}.0\n" for t in range(5, -1, -1))
    dataset = csv(text, dataset={"time": "t"}, task="regression", preprocess={"lags": {**LAGS, "columns": ["y", "a"]}})
    assert dataset.features.names == ("a", "y_lag1", "y_lag2", "y_mean3", "a_lag1", "a_lag2", "a_mean3")
    assert set(dataset.features.kinds) == {"numeric"}
    assert dataset.y.tolist() == [9, 16, 25]
    assert dataset.row.tolist() == [2, 1, 0]
    np.testing.assert_allclose(
        dataset.features.numeric,
        [[1, 4, 1, 5 / 3, 0, 1, 1 / 3], [0, 9, 4, 14 / 3, 1, 0, 2 / 3], [1, 16, 9, 29 / 3, 0, 1, 1 / 3]],
    )
    assert "3 rows at the start left out: lag features need 3 earlier rows" in dataset.warnings[0]


def test_groups_are_separate_series(csv):
    text = "t,g,a,y\n1,u,1,1.5\n1,v,2,10.5\n2,u,3,2.5\n2,v,4,20.5\n3,v,5,30.5\n"
    dataset = csv(text, dataset={"time": "t", "group": "g"}, preprocess={"lags": {"columns": ["y"], "lags": [1]}})
    assert dataset.y.tolist() == [2.5, 20.5, 30.5]
    assert dataset.features.numeric[:, 1].tolist() == [1.5, 10.5, 20.5]


def test_a_lag_counts_rows_of_the_file_even_where_a_target_is_missing(csv):
    text = "t,a,y\n1,1,1.5\n2,2,\n3,3,3.5\n4,4,4.5\n5,5,5.5\n"
    lags = {"columns": ["y"], "lags": [1]}
    kept = csv(text, dataset={"time": "t"}, preprocess={"missing": "mean", "lags": lags})
    np.testing.assert_array_equal(kept.features.numeric[:, 1], [np.nan, 3.5, 4.5])
    dropped = csv(text, dataset={"time": "t"}, preprocess={"missing": "drop", "lags": lags})
    assert dropped.row.tolist() == [3, 4]


def test_an_excluded_column_has_a_past_all_the_same(csv):
    options = {"time": "t", "columns": {"exclude": ["a"]}}
    dataset = csv(
        "t,a,b,y\n1,1,0,1.5\n2,2,1,2.5\n3,3,0,3.5\n", dataset=options, preprocess={"lags": {"columns": ["a"], "lags": [1]}}
    )
    assert dataset.features.names == ("b", "a_lag1")
    assert [(p.name, p.role) for p in dataset.profile] == [("b", "feature"), ("y", "target"), ("t", "time"), ("a", "lags")]


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("t,a,y\n1,u,1.5\n2,v,2.5\n3,u,3.5\n", "a", "must hold numbers"),
        ("t,y_lag1,y\n1,1,1.5\n2,2,2.5\n3,4,3.5\n", "y", "which the file has already"),
        ("t,a,y\n1,1,1.5\n2,2,2.5\n", "y", "can be used"),
    ],
)
def test_lags_that_cannot_be_made(refusal, text, column, says):
    lags = {"columns": [column], "lags": [1]}
    assert says in refusal(text, dataset={"time": "t"}, preprocess={"lags": lags}).message


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_row_is_reached_by_itself_or_a_later_one(data):
    """Change any rows from t on: no lag feature of a row up to t changes by a single bit, and history is what it was."""
    n = data.draw(st.integers(2, 25))
    values = np.array(data.draw(st.lists(st.floats(-1e6, 1e6), min_size=n, max_size=n)))
    order = np.array(data.draw(st.permutations(range(n))))
    groups = np.array(data.draw(st.lists(st.sampled_from("uv"), min_size=n, max_size=n)), dtype=object)
    group = groups if data.draw(st.booleans()) else None
    lags = data.draw(st.lists(st.integers(1, 5), max_size=3, unique=True))
    windows = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=2, unique=True))
    t = data.draw(st.integers(0, n - 1))
    changed = values.copy()
    changed[order[t:]] = data.draw(st.sampled_from([np.nan, 1e300, -7.0]))
    before = lagged({"x": values}, order, group, lags, windows)
    after = lagged({"x": changed}, order, group, lags, windows)
    np.testing.assert_array_equal(before.values[order[: t + 1]], after.values[order[: t + 1]])
    assert (before.complete == after.complete).all()
    assert np.isfinite(before.values[before.complete]).all()
