"""The target: which task it makes, its numbers, or its classes."""

from __future__ import annotations

import pytest

from regcli.errors import UsageError


def numbers(values):
    return "x,y\n" + "".join(f"{i},{v}\n" for i, v in enumerate(values))


@pytest.mark.parametrize(
    ("values", "task"),
    [
        ([0, 1, 0, 1], "classification"),
        ([7, 9, 7], "classification"),
        (["a", "b", "a"], "classification"),
        (["True", "False"], "classification"),
        ([0.5, 1, 2], "regression"),
        (range(21), "regression"),
    ],
)
def test_the_target_decides_the_task(csv, values, task):
    assert csv(numbers(values)).task == task


def test_a_target_that_could_be_either(refusal):
    error = refusal(numbers([1, 2, 3, 1, 2, 3]))
    assert isinstance(error, UsageError)
    assert "task: classification" in error.hint


@pytest.mark.parametrize(
    ("cells", "classes", "y"),
    [
        (["10", "9", "10", "2"], ("2", "9", "10"), [2, 1, 2, 0]),
        (["b", "10", "9", "b"], ("10", "9", "b"), [2, 0, 1, 2]),
        (["1", "1.0", "2", "1"], ("1", "2"), [0, 0, 1, 0]),
        (["T", "F", "T", "F"], ("F", "T"), [1, 0, 1, 0]),
    ],
)
def test_classes_are_sorted_and_keep_their_names(csv, cells, classes, y):
    dataset = csv(numbers(cells), task="classification")
    assert dataset.classes == classes
    assert dataset.y.tolist() == y


@pytest.mark.parametrize(
    ("values", "task", "says"),
    [
        (["a", "b", "c"], "regression", "must hold numbers for regression: line 2 says 'a'"),
        ([1, 1.5, 2], "classification", "real numbers (1.5 in line 3)"),
        ([4.5, 4.5, 4.5], "regression", "is 4.5 in all rows used"),
        (["u", "u"], None, "a single class, 'u'"),
        (["", ""], "regression", "target 'y' has no value at all"),
    ],
)
def test_targets_that_do_not_suit_the_task(refusal, values, task, says):
    assert says in refusal(numbers(values), task=task).message


def test_a_class_whose_rows_were_all_left_out_is_none(csv):
    dataset = csv("a,b,y\n1,2,u\n2,3,v\n,4,w\n", preprocess={"missing": "drop"})
    assert dataset.classes == ("u", "v")
