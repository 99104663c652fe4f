"""Values that remember where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from regcli.config.tree import Node, Place, from_data, shown

HERE = Place("c.yaml", 1, 1)


def leaf(value, line, key=None):
    return Node(value, Place("c.yaml", line, 9), str(value), None if key is None else Place("c.yaml", line, key))


TREE = Node(
    {
        "cv": Node({"n_splits": leaf(5, 3, 3)}, Place("c.yaml", 3, 3), key_place=Place("c.yaml", 2, 1)),
        "list": Node([leaf(1, 5)], HERE),
    },
    HERE,
)


def test_places_sort_by_line_and_what_has_no_line_comes_last():
    places = [Place("--set a=1", 0, 2), Place("c.yaml", 3, 1), Place("c.yaml", 1, 7), Place("--set b=1", 0, 1)]
    assert [str(place) for place in sorted(places, key=lambda place: place.rank)] == [
        "c.yaml:1:7",
        "c.yaml:3:1",
        "--set b=1",
        "--set a=1",
    ]


@pytest.mark.parametrize(
    ("path", "at_key", "line", "column", "left"),
    [
        (("cv", "n_splits"), False, 3, 9, ("cv", "n_splits")),
        (("cv", "n_splits"), True, 3, 3, ("cv", "n_splits")),
        (("cv",), True, 2, 1, ("cv",)),
        (("cv", "kind"), False, 3, 3, ("cv", "kind")),  # missing: where it should be
        (("list", 0), False, 5, 9, ("list", 0)),
        (("list", 0, "kind"), False, 5, 9, ("list", 0)),  # a short form leaves the step out
        ((), False, 1, 1, ()),
    ],
)
def test_a_path_of_the_models_is_found_in_what_was_written(path, at_key, line, column, left):
    place, told = TREE.locate(path, at_key=at_key)
    assert (place.line, place.column, told) == (line, column, left)


def test_plain_data_as_values_or_as_they_were_written_and_without_some_keys():
    tree = Node({"a": Node(1.0, HERE, "1.00"), "b": Node([Node(True, HERE, "yes")], HERE), "c": Node(None, HERE, "~")}, HERE)
    assert tree.data() == {"a": 1.0, "b": (True,), "c": None}
    assert tree.data(as_text={("a",), ("b", 0), ("c",)}) == {"a": "1.00", "b": ("yes",), "c": None}
    assert tree.data(without={("b",)}) == {"a": 1.0, "c": None}


def test_data_from_a_program_stand_all_in_one_place():
    place = Place("config")
    tree = from_data({"path": Path("a/b"), 1: [None, False]}, place)
    assert tree.data() == {"path": str(Path("a/b")), "1": (None, False)}
    assert tree.locate(("1", 1), at_key=True) == (place, ("1", 1))
    assert tree.data(as_text={("1", 1)})["1"] == (None, "false")


@pytest.mark.parametrize(
    ("value", "text"),
    [({}, "a mapping"), ([1], "a list"), ((), "a list"), ("it's", '"it\'s"'), ("x" * 61, "'" + "x" * 57 + "...'"), (None, "null"),
     (True, "true"), (1.5, "1.5"), (10**80, "1" + "0" * 56 + "...")],
)  # fmt: skip
def test_values_are_shown_short_and_on_one_line(value, text):
    assert shown(value) == text
