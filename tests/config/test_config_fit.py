"""The blocks `penalty`, `lambdas` and `model`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from regcli.config.base import complaints_of
from regcli.config.fit import Lambdas, Model, Penalty


def told(block, data):
    with pytest.raises(ValidationError) as caught:
        block.model_validate(data)
    return {".".join(map(str, complaint.path)): complaint.text for complaint in complaints_of(caught.value)}


@pytest.mark.parametrize(("word", "kind"), [("l1", "lasso"), ("l2", "ridge"), ("enet", "elasticnet"), ("none", "none")])
def test_a_penalty_may_be_a_word_and_have_the_short_name(word, kind):
    assert Penalty.model_validate(word).kind == kind


def test_an_unknown_penalty_is_told_with_those_there_are():
    assert told(Penalty, "laso")["kind"] == "'laso' is not known; allowed: none, ridge, lasso, elasticnet (did you mean 'lasso'?)"


def test_given_values_are_the_whole_grid_descending_without_repetition():
    grid = Lambdas(values=(0.1, 1.0, 0.1, 0.0))
    assert grid.values == (1.0, 0.1, 0.0)
    assert grid.stop == "never"
    assert grid.unused() == {"max", "min", "count", "min_ratio"}
    assert Lambdas().stop == "saturated"


@pytest.mark.parametrize(
    ("data", "where", "said"),
    [
        ({"values": (1,), "count": 5}, "count", "no meaning beside values"),
        ({"min": 0.1, "min_ratio": 0.5}, "min_ratio", "no meaning beside min"),
        ({"max": 1, "min": 2}, "min", "must be below max (1), not 2"),
        ({"values": ()}, "values", "must not be empty"),
        ({"values": (-1,)}, "values.0", "a number of at least 0"),
        ({"count": 0}, "count", "a whole number from 1 to 10000"),
        ({"min_ratio": "none"}, "min_ratio", "auto, or a number above 0 and below 1"),
    ],
)
def test_a_grid_that_makes_no_sense(data, where, said):
    assert said in told(Lambdas, data)[where]


@pytest.mark.parametrize(("given", "expected"), [(None, None), ("balanced", "balanced"), ({"yes": 2}, {"yes": 2.0})])
def test_class_weights_are_balanced_or_by_label(given, expected):
    assert Model.model_validate({"class_weight": given}).class_weight == expected


@pytest.mark.parametrize("given", ["even", 3, {"yes": 0}, {"yes": "much"}])
def test_class_weights_that_are_none(given):
    assert any(key.startswith("class_weight") for key in told(Model, {"class_weight": given}))
