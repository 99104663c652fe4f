"""Which columns play which role."""

from __future__ import annotations

import pytest

from regcli.data.layout import Layout, declared_type


def test_include_and_exclude_take_names_and_globs(csv):
    text = "a1,a2,b[1],c,y,w\n1,2,3,4,5.5,1\n2,3,4,5,6.5,1\n"
    assert csv(text, dataset={"columns": {"include": ["a*", "b[1]"], "exclude": ["a2"]}}).features.names == ("a1", "b[1]")
    options = {"columns": {"exclude": ["a?", "y"]}, "weight": "w"}
    assert csv(text, dataset=options).features.names == ("b[1]", "c")


@pytest.mark.parametrize(
    ("dataset", "blocks", "says"),
    [
        ({"columns": {"exclude": ["z*"]}}, {}, "dataset.columns.exclude 'z*'"),
        ({"columns": {"include": ["bb"]}}, {}, "dataset.columns.include 'bb'"),
        ({"columns": {"include": ["y"]}}, {}, "no feature is left"),
        ({"weight": "ww"}, {}, "dataset.weight 'ww'"),
        ({"group": "gg"}, {}, "dataset.group 'gg'"),
        ({"time": "tt"}, {}, "dataset.time 'tt'"),
        ({"user": "uu"}, {}, "dataset.user 'uu'"),
        ({"item": "ii"}, {}, "dataset.item 'ii'"),
        ({"user": "a", "item": "a"}, {}, "column 'a' cannot be both dataset.user and dataset.item"),
        ({"user": "a", "item": "b"}, {}, "no feature is left"),
        ({}, {"cv": {"kind": "predefined", "column": "ff"}}, "cv.column 'ff'"),
        ({}, {"holdout": {"column": "hh", "test_value": "1"}}, "holdout.column 'hh'"),
        ({}, {"preprocess": {"text": {"column": "cc"}}}, "preprocess.text.column 'cc'"),
        ({"time": "a"}, {"preprocess": {"lags": {"columns": ["ll"], "lags": [1]}}}, "preprocess.lags.columns 'll'"),
    ],
)
def test_columns_that_are_not_there(refusal, dataset, blocks, says):
    error = refusal("a,b,y\n1,2,1.5\n2,1,2.5\n3,4,3.5\n", dataset=dataset, **blocks)
    assert error.exit_code == 3
    assert says in error.message


@pytest.mark.parametrize(("name", "kind"), [("zip", "category"), ("zip_code", "number"), ("zap", "number"), ("other", None)])
def test_an_exact_name_wins_over_globs_and_the_first_glob_over_later_ones(name, kind):
    types = {"z*": "number", "zip*": "date", "zip": "category"}
    assert declared_type(name, types) == kind


def test_whom_and_what_a_row_is_about_are_texts_and_no_features(csv):
    text = "who,what,x,y\n1,b,0.5,1.5\n1.0,a,2.5,2.5\n2,b,3.5,3.5\n"
    dataset = csv(text, dataset={"user": "who", "item": "what"})
    assert dataset.features.names == ("x",)
    assert (dataset.ids.names, dataset.ids.kinds) == (("who", "what"), ("categorical", "categorical"))
    assert [column.tolist() for column in dataset.ids.texts] == [["1", "1.0", "2"], ["b", "a", "b"]]
    assert csv(text, dataset={"user": "who"}).ids is None


def test_columns_with_a_role_are_read_once_and_as_text():
    layout = Layout(("a", "b"), target="y", group="b2", fold="b2", lagged=("y", "a"))
    assert layout.used == ("a", "b", "y", "b2")
    assert layout.roles == {"target": "y", "group": "b2", "fold": "b2"}
    assert layout.as_text == {"y", "b2"}
