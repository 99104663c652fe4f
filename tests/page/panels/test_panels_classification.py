"""How well classes are told apart."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, roc_auc_score, roc_curve

from regcli.page.panels.classification import Classification
from regcli.page.shown import Shown


@pytest.fixture(scope="module")
def pictures(two):
    return {picture.name: picture for picture in Classification().look(Shown(two)).pictures}


def test_the_roc_curve_is_that_of_scikit_learn(two, pictures):
    p = two.predictions()
    own = p["role"] == "train"
    truth, score = p["y"][own] == "1", p["p_1"][own]
    points = pictures["roc"].data["points"]
    false, true, _ = roc_curve(truth, score, drop_intermediate=False)
    np.testing.assert_allclose(points["x"], false)
    np.testing.assert_allclose(points["y"], true)
    assert f"({roc_auc_score(truth, score):.3f})" in pictures["roc"].title


def test_confusions_are_counted(two, pictures):
    p = two.predictions()
    own = p["role"] == "train"
    expected = confusion_matrix(p["y"][own], np.where(p["p_1"][own] > 0.5, "1", "0"))
    assert pictures["confusion"].data["cells"]["n"].tolist() == expected.ravel().tolist()


def test_bins_hold_every_row(pictures):
    assert pictures["reliability"].data["points"]["n"].sum() == 120


def test_several_classes_have_a_curve_each(three):
    points = Classification().look(Shown(three)).pictures[0].data["points"]
    assert len(set(points["text"])) == 3


def test_a_regression_has_none(shown):
    assert Classification().look(shown) is None
