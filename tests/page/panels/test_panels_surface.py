"""The surface of the search."""

from __future__ import annotations

import numpy as np

from regcli.page.panels.surface import Surface
from regcli.page.shown import Shown


def test_every_point_is_a_cell_and_cells_of_a_row_touch(shown):
    cells = Surface().look(shown).pictures[0].data["cells"]
    assert len(cells["worse"]) == len(shown.sweep["lambda"])
    n = len(shown.paths[0])
    np.testing.assert_allclose(cells["lambda"][1:n], cells["to"][: n - 1])
    assert ((cells["lambda"] > cells["at"]) & (cells["at"] > cells["to"])).all()


def test_the_best_is_no_worse_than_itself(shown):
    worse = Surface().look(shown).pictures[0].data["cells"]["worse"]
    assert worse.min() == 0


def test_one_mixture_is_no_surface(two):
    assert Surface().look(Shown(two)) is None
