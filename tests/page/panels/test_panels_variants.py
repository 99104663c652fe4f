"""The same experiment for other values of a key."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import regcli
from regcli.page import run_page
from regcli.page.panels.variants import Variants
from regcli.page.shown import Shown

OVERFITTING = Path(__file__).parents[3] / "configs" / "overfitting.yaml"


@pytest.fixture(scope="module")
def varied(runs):
    return Shown(regcli.fit(OVERFITTING, settings=["vary.values=[1, 3, 9]"], runs=runs).reader)


def test_both_sides_of_every_value_and_path_are_drawn(varied):
    points, found = Variants().look(varied).pictures[0].data["points"], varied.run.variants()
    np.testing.assert_array_equal(points["score"], [*found["validation_mean"], *found["train_mean"]])
    assert set(points["text_value"]) == {"1", "3", "9"}


def test_curves_and_the_rows_they_were_fitted_to_stand_in_one_picture(varied):
    picture = Variants().look(varied).pictures[1]
    assert len(picture.data["rows"]["x"]) == varied.manifest["dataset"]["n_train"]
    assert set(picture.data["lines"]["text_path"]) == {"none", "ridge"}
    assert "degree 1" in picture.data["lines"]["text_value"]


def test_the_whole_page_is_made(varied):
    assert b"This part could not be made" not in run_page(varied.run)


def test_who_has_not_asked_is_not_told(shown):
    assert Variants().look(shown) is None
