"""The coefficients of the chosen model."""

from __future__ import annotations

from regcli.page.panels.coefficients import Coefficients


def test_every_live_feature_is_in_the_table(shown):
    assert len(Coefficients().look(shown).tables[0].rows) == shown.metrics["n_nonzero"]
