"""What a fitted transformer knows of its columns' levels."""

from __future__ import annotations

import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from regcli.preprocess.known import KnownLevels, filled_columns, fitted_parts, known_levels

ROWS = pd.DataFrame({"city": list("aaabbbc"), "sex": list("fmfmfmf"), "age": range(7)})


def fitted(**how):
    encode = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(**how))
    return ColumnTransformer([("levels", encode, ["city", "sex"]), ("rest", StandardScaler(), ["age"])]).fit(ROWS)


@pytest.mark.parametrize(
    ("how", "city"),
    [
        ({}, KnownLevels(("a", "b", "c"), frozenset(), None)),
        ({"drop": "first"}, KnownLevels(("a", "b", "c"), frozenset(), "a")),
        ({"min_frequency": 2, "handle_unknown": "infrequent_if_exist"}, KnownLevels(("a", "b", "c"), frozenset("c"), None)),
    ],
)
def test_levels_rare_ones_and_the_reference(how, city):
    known = known_levels(fitted(**how))
    assert list(known) == ["city", "sex"]
    assert known["city"] == city
    assert known["sex"].levels == ("f", "m")
    assert known["sex"].rare == frozenset()


def test_two_levels_may_have_one_column_between_them():
    known = known_levels(fitted(drop="if_binary"))
    assert (known["sex"].reference, known["city"].reference) == ("f", None)


def test_every_step_comes_with_its_columns():
    parts = [(type(step).__name__, names) for step, names in fitted_parts(fitted())]
    assert parts == [("SimpleImputer", ["city", "sex"]), ("OneHotEncoder", ["city", "sex"]), ("StandardScaler", ["age"])]


def test_columns_whose_gaps_are_filled():
    assert filled_columns(fitted()) == {"city", "sex"}


def test_what_is_no_transformer_knows_no_levels():
    assert known_levels(None) == {}
    assert filled_columns(None) == frozenset()
