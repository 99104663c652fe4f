"""Pictures of other values of a key."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "run"))
from small_runs import fitted, write

from regcli.audit import audit
from regcli.report.terminal.varied import curves_plot, vary_plot

CONFIG = {
    "dataset": {"kind": "make_regression", "n_samples": 30, "n_features": 1, "n_informative": 1, "noise": 30.0},
    "penalty": ["none", "ridge"],
    "lambdas": {"count": 5},
    "cv": {"kind": "kfold", "n_splits": 3},
    "vary": {"key": "preprocess.polynomial.degree", "values": [1, 3, 6]},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return write(tmp_path_factory.mktemp("runs"), audit(fitted(CONFIG), lambda *_: None))


def text(picture, width=70):
    return "\n".join("".join(part for part, _ in line) for line in picture.draw(width, 12, plain=True))


def test_scores_by_value_have_a_panel_for_each_path(run):
    plot = vary_plot(run)
    assert [column.key for column in plot.columns][:2] == ["value", "validation_mean"]
    assert [picture.series[0].x.tolist() for picture in plot.pictures] == [[1, 3, 6], [1, 3, 6]]
    assert "degree" in text(plot.pictures[0])


def test_curves_are_drawn_through_the_rows(run):
    plot = curves_plot(run)
    found = run.curves()
    assert sum(value is None for value in found["value"]) == 30
    assert len(plot.rows) == 30 + 6 * 201
    for picture in plot.pictures:
        rows, *curves = picture.series
        assert np.isfinite(rows.y).sum() == 30
        assert curves[0].name.startswith("1")
        assert curves[-1].name.startswith("6")
        assert "o" in text(picture)
        assert "(best)" in text(picture)


def test_words_stand_in_their_order(tmp_path):
    config = CONFIG | {"vary": {"key": "preprocess.scale", "values": ["standard", "none"]}}
    plot = vary_plot(write(tmp_path, audit(fitted(config), lambda *_: None)))
    assert plot.pictures[0].series[0].x.tolist() == [1, 2]
    assert "value no." in text(plot.pictures[0])
