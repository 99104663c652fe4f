"""The cross-validation curve."""

from __future__ import annotations

import numpy as np

from regcli.page.panels.curve import Curve
from regcli.page.shown import Shown


def test_it_draws_what_the_sweep_holds(shown):
    picture = Curve().look(shown).pictures[0]
    points, path = picture.data["points"], shown.chosen_path
    np.testing.assert_array_equal(points["validation"], shown.sweep["validation_mean"][path])
    np.testing.assert_allclose(points["high"] - points["low"], 2 * shown.sweep["validation_se"][path])
    assert picture.data["marks"]["lambda"][0] == shown.sweep["lambda"][shown.selected]
    assert len(picture.table.rows) == len(path)


def test_the_best_has_a_mark_where_it_is_not_the_selected(shown):
    data = Curve().look(shown).pictures[0].data["marks"]
    best = shown.best_of(shown.chosen_path)
    assert (len(data["lambda"]) == 2) == (best != shown.selected)


def test_a_single_point_is_no_curve(regression):
    fresh = Shown(regression)
    fresh.sweep["lambda_index"][:] = 0
    assert Curve().look(fresh) is None


def test_above_the_curve_stands_what_grows_along_it(shown, tree):
    counted = [Curve().look(of).pictures[0].spec["layer"][-1]["mark"]["text"] for of in (shown, tree)]
    assert counted == ["non-zeros", "leaves"]
    picture = Curve().look(tree).pictures[0]
    np.testing.assert_array_equal(picture.data["points"]["n"], tree.sweep["complexity"][tree.chosen_path])
    assert [column.title for column in picture.table.columns][-2:] == ["in use", "leaves"]


def test_nothing_of_a_tree_is_called_a_penalty(tree):
    for picture in Curve().look(tree).pictures:
        assert not {"λ", "non-zero", "penalty"} & set(f"{picture.title} {picture.alt}".split())
        assert "non-zero" not in picture.alt
