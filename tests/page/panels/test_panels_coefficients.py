"""The coefficients of the chosen model."""

from __future__ import annotations

import numpy as np

from regcli.page.panels.coefficients import Coefficients, largest
from regcli.page.shown import Shown


def test_every_live_feature_is_in_the_table_and_in_the_picture(shown):
    section = Coefficients().look(shown)
    assert len(section.tables[0].rows) == shown.metrics["n_nonzero"]
    bars = section.pictures[0].data["bars"]
    assert len(bars["text"]) == shown.metrics["n_nonzero"]
    assert (np.diff(np.abs(bars["size"])) <= 0).all()
    np.testing.assert_allclose((bars["high"] - bars["low"]) / 2, bars["sd"])


def test_folds_that_keep_it_are_counted(shown):
    bars, row = Coefficients().look(shown).pictures[0].data["bars"], largest(shown)[0]
    assert bars["text_kept"][0] == f"{round(shown.coefficients['selection_frequency'][row] * 5)} of 5"


def test_classes_are_named_beside_their_features(three):
    assert all(" · " in name for name in Coefficients().look(Shown(three)).pictures[0].data["bars"]["text"])


def test_without_a_coefficient_there_is_no_picture(regression):
    fresh = Shown(regression)
    fresh.coefficients["coefficient"][:] = 0
    section = Coefficients().look(fresh)
    assert section.pictures == ()
    assert "No feature has a coefficient" in section.tables[0].notes[0]
