"""How the coefficients changed."""

from __future__ import annotations

import pytest

from regcli.page.compared import slopes
from regcli.page.compared.slopes import Slopes, fate


@pytest.mark.parametrize(
    ("a", "b", "what"), [(1, 2, "in both"), (0, 1, "added"), (-1, 0, "dropped"), (-1, 1, "sign changed"), (-1, -2, "in both")]
)
def test_what_became_of_a_coefficient(a, b, what):
    assert fate(a, b) == what


def test_every_feature_has_a_line_from_a_to_b(compared):
    lines = Slopes().look(compared).pictures[0].data["lines"]
    a, b = compared.pair.a.standardized, compared.pair.b.standardized
    for i in range(0, len(lines["text"]), 2):
        assert lines["text_side"][i : i + 2] == ["A", "B"]
        assert lines["size"][i : i + 2] == [a.get(lines["text"][i], 0.0), b.get(lines["text"][i], 0.0)]
    assert len(lines["text"]) == 2 * len([name for name in a if a[name] or b[name]])


def test_of_many_features_the_largest_are_drawn(compared, monkeypatch):
    monkeypatch.setattr(slopes, "MOST", 2)
    picture = Slopes().look(compared).pictures[0]
    assert len(picture.data["lines"]["text"]) == 4
    assert picture.note.startswith("The 2 largest of")
