"""Scores fold by fold."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.page.panels import folds
from regcli.page.panels.folds import Folds


def test_every_fold_has_both_scores(shown):
    picture = Folds().look(shown).pictures[0]
    held = shown.metrics["folds"]
    np.testing.assert_array_equal(picture.data["points"]["score"], [*held["train"]["mse"], *held["validation"]["mse"]])
    assert picture.data["mean"]["score"] == [pytest.approx(np.average(held["validation"]["mse"], weights=held["weight"]))]
    assert [row[0] for row in picture.table.rows] == [1, 2, 3, 4, 5]


def test_very_many_folds_are_left_to_the_file(shown, monkeypatch):
    monkeypatch.setattr(folds, "MOST", 3)
    section = Folds().look(shown)
    assert section.pictures == ()
    assert "5 folds are too many for a picture" in section.notes[0]
