"""What a regression leaves unexplained."""

from __future__ import annotations

import numpy as np

from regcli.page.panels import residuals
from regcli.page.panels.residuals import Residuals, sample
from regcli.page.shown import Shown


def test_every_row_is_drawn_once(shown):
    points = Residuals().look(shown).pictures[0].data["points"]
    assert sorted(points["row"].tolist()) == list(range(90))
    assert points["text_role"].count("holdout") == 18
    np.testing.assert_allclose(points["residual"], points["y"] - points["prediction"])


def test_all_rows_out_of_fold_are_in_the_histogram(shown):
    assert Residuals().look(shown).pictures[1].data["bins"]["n"].sum() == 72


def test_of_many_rows_the_worst_stay(monkeypatch):
    monkeypatch.setattr(residuals, "POINTS", 50)
    monkeypatch.setattr(residuals, "LARGEST", 10)
    residual = np.random.default_rng(0).normal(size=1000)
    drawn = sample(residual, np.arange(1000))
    assert len(drawn) == 50
    assert set(np.argsort(-np.abs(residual))[:10]) <= set(drawn)


def test_a_classification_has_none(two):
    assert Residuals().look(Shown(two)) is None
