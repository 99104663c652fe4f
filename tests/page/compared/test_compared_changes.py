"""How the scores changed."""

from __future__ import annotations

import pytest
from scipy.stats import t

from regcli.compare.metrics import over_folds
from regcli.page.compared.changes import Changes


def test_changes_point_to_the_worse_and_have_the_tests_interval(compared):
    bars = Changes().look(compared).pictures[0].data["bars"]
    a, b = bars["a"][0], bars["b"][0]
    assert (bars["text"][0], bars["change"][0]) == ("mse", pytest.approx(100 * (b - a) / a))
    test = over_folds(compared.pair, "mse")
    width = 100 * test.error * t.ppf(1 - test.level, test.df) / a
    assert bars["high"][0] - bars["change"][0] == pytest.approx(width)


def test_the_rows_stand_beside_the_picture(compared):
    assert any("validation mse" in row[0] for row in Changes().look(compared).tables[0].rows)
