"""How the coefficients come in."""

from __future__ import annotations

import numpy as np

from regcli.page.panels import paths
from regcli.page.panels.paths import Paths, along, of_path
from regcli.page.shown import Shown


def test_lines_are_what_the_run_holds(shown):
    found = along(shown, of_path(shown), None)
    every = shown.run.path_coefficients()
    on_it = (every["l1_ratio"] == shown.sweep["l1_ratio"][shown.selected]) & (every["feature"] != "(intercept)")
    assert np.count_nonzero(found.size) == on_it.sum()
    for k, feature in enumerate(found.feature):
        mine = on_it & (every["feature"] == feature)
        np.testing.assert_array_equal(found.size[every["lambda_index"][mine], k], every["coefficient_standardized"][mine])


def test_a_line_begins_at_the_last_zero(shown):
    lines = Paths().look(shown).pictures[0].data["lines"]
    first = {}
    for k, size in zip(lines["id"], lines["size"], strict=True):
        first.setdefault(k, size)
    assert set(first.values()) <= {0.0}


def test_of_many_features_the_largest_are_drawn_and_the_others_counted(shown, monkeypatch):
    monkeypatch.setattr(paths, "MOST", 3)
    picture = Paths().look(shown).pictures[0]
    assert len(picture.data["features"]["id"]) == 3
    assert "The 3 largest of 8 features; 5 smaller ones are left out." in picture.note


def test_names_at_the_ends_keep_apart(shown):
    ends = np.sort(Paths().look(shown).pictures[0].data["ends"]["at"])
    size = along(shown, of_path(shown), None).size
    gap = (size.max() - min(size.min(), 0)) * paths.LINE / paths.HEIGHT
    assert (np.diff(ends) > 0.9 * gap).all()


def test_every_class_has_a_picture(three):
    pictures = Paths().look(Shown(three)).pictures
    assert [picture.name for picture in pictures] == ["paths-0", "paths-1", "paths-2"]
