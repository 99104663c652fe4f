"""Whether more rows would help."""

from __future__ import annotations

import numpy as np
import pytest

import regcli
from regcli.page.panels.learning import Learning
from regcli.page.shown import Shown


@pytest.fixture(scope="module")
def learned(regression, runs):
    return Shown(regcli.fit(regression.path / "config.resolved.yaml", settings=["learning_curve={}"], runs=runs).reader)


def test_both_sides_are_drawn_at_every_size(learned):
    points, found = Learning().look(learned).pictures[0].data["points"], learned.run.learning_curve()
    np.testing.assert_array_equal(points["score"], [*found["validation_mean"], *found["train_mean"]])
    np.testing.assert_array_equal(points["n"], [*found["n_train"]] * 2)


def test_who_has_not_asked_is_not_told(shown):
    assert Learning().look(shown) is None
