"""Whether every fold leads to the same model."""

from __future__ import annotations

import numpy as np

from regcli.page.panels.stability import Stability, fold_names
from regcli.page.shown import Shown


def test_the_map_has_every_coefficient_of_every_fold(shown):
    section = Stability().look(shown)
    cells, held = section.pictures[0].data["cells"], shown.run.fold_coefficients()
    assert sorted(cells["size"]) == sorted(held["coefficient_standardized"])
    assert set(cells["text_fold"]) == {"1", "2", "3", "4", "5"}
    frequency = dict(zip(shown.coefficients["feature"], shown.coefficients["selection_frequency"], strict=True))
    for feature in set(cells["text"]):
        assert cells["text"].count(feature) == round(5 * frequency[feature])


def test_the_figures_stand_beside_it(shown):
    assert "stability.phi" in [row[0] for row in Stability().look(shown).tables[0].rows]


def test_folds_are_counted_through_repeats(regression):
    shown = Shown(regression)
    shown.manifest["folds"] |= {"n": 6, "repeats": 2}
    try:
        assert fold_names(shown, np.array([0, 1]), np.array(["2", "0"])) == ["3", "4"]
    finally:
        shown.manifest["folds"] |= {"n": 5, "repeats": 1}
