import math

import pytest

from regcli.figures import FIGURES, known, numbers, value

METRICS = {"validation": {"mse": 2.0, "r2": None}, "stability": {"phi": 0.5, "frequencies": [1, 2]}, "rule": "1se", "n": 3}


def test_a_value_stands_under_its_dotted_name():
    assert value(METRICS, "stability.phi") == 0.5
    assert value(METRICS, "stability.bound") is None
    assert value(METRICS, "n.phi") is None


def test_numbers_are_every_single_number_by_its_dotted_name():
    assert numbers(METRICS) == {"validation.mse": 2.0, "validation.r2": None, "stability.phi": 0.5, "n": 3.0}
    assert numbers({"x": math.inf}) == {"x": None}


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_every_figure_is_told_by_one_name(figure):
    assert [other.name for other in FIGURES].count(figure.name) == 1
    assert figure.label
    assert figure.text.endswith(".")
    assert "." in figure.name


def test_a_star_stands_for_every_word_that_a_run_has_there():
    run = {"ranking": {"best": "ridge", "ridge": {"best": {"p": None, "mean": 2.0}}, "odd.word": {"best": {"mean": 1.0}}}}
    (figure,) = known(run)
    assert figure.name == "ranking.ridge.best.mean"
    assert figure.label == "ridge: at its best, validation mean"
    assert known({"ranking": 3}) == known({}) == []
