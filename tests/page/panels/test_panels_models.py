"""The penalties side by side."""

from __future__ import annotations

import pytest

from regcli.page.panels.models import Models
from regcli.page.shown import Shown


def test_each_path_stands_at_its_rule_and_at_its_best(two):
    shown = Shown(two)
    section = Models().look(shown)
    points = section.pictures[0].data["points"]
    assert set(points["text"]) == {"ridge", "lasso", "none"}
    chosen = [i for i, name in enumerate(points["text"]) if name == shown.path_name(shown.chosen_path)]
    assert points["score"][chosen[0]] == pytest.approx(shown.metrics["selected"]["validation_mean"])
    assert section.tables[0].title == "Models side by side"


def test_a_single_path_has_nobody_beside_it(three):
    assert Models().look(Shown(three)) is None


def test_a_point_is_told_by_its_own_axis_and_size(two):
    points = Models().look(Shown(two)).pictures[0].data["points"]
    assert all(text.startswith("λ = ") for text in points["text_lambda"])
    assert all(text.endswith(" non-zeros") for text in points["text_n"])
