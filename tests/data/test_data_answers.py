"""The target of new rows in the terms of a model: labels by name, numbers by value."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.data.answers import Question, answers
from regcli.data.target import Target, number_target
from regcli.errors import DataError


def words(cells):
    missing = np.array([cell is None for cell in cells])
    return Target("y", "new.csv", lambda row: f"line {row + 2}", None, missing, lambda: np.array(cells, object), (0, cells[0]))


def numbers(*values):
    return number_target(np.array(values), "y", "new.csv", lambda row: f"line {row + 2}")


def asked(*classes):
    return Question("y", "classification" if classes else "regression", classes, None)


def test_labels_take_the_places_that_the_model_knows():
    np.testing.assert_array_equal(answers(words(["b", None, "a"]), asked("a", "b")), [1.0, np.nan, 0.0])


def test_labels_that_are_numbers_are_compared_by_value():
    np.testing.assert_array_equal(answers(numbers(2.0, 1.0, np.nan), asked("1.0", "2")), [1.0, 0.0, np.nan])


def test_an_unknown_label_is_told_with_its_place_and_what_may_be_meant():
    with pytest.raises(DataError, match="in 2 rows: 'Yes'; the first in line 3") as caught:
        answers(words(["no", "Yes", "Yes"]), asked("no", "yes"))
    assert "'Yes' as 'yes'" in caught.value.hint


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (words(["x", "1"]), "must hold numbers: line 2 says 'x'"),
        (numbers(np.nan, np.nan), "has no value at all"),
        (numbers(1.0, np.inf), "is infinite in line 3"),
    ],
)
def test_what_answers_no_regression(target, says):
    with pytest.raises(DataError, match=says):
        answers(target, asked())
