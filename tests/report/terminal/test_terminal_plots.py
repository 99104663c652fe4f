"""The plots of a run: numbers, and pictures of them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "run"))
from small_runs import IRIS, REGRESSION, fitted, write

from regcli.audit import audit
from regcli.report.terminal.plots import PLOTS, best_row


def made(tmp_path_factory, config):
    outcome = audit(fitted(config | {"learning_curve": {"shares": [0.3, 0.6]}}), lambda *_: None)
    return write(tmp_path_factory.mktemp("runs"), outcome)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return made(tmp_path_factory, REGRESSION)


@pytest.fixture(scope="module")
def iris(tmp_path_factory):
    return made(tmp_path_factory, IRIS)


def lines_of(picture, width=80, *, plain=True):
    return ["".join(text for text, _ in line) for line in picture.draw(width, 10, plain=plain)]


def column(table, key):
    return [row[[c.key for c in table.columns].index(key)] for row in table.rows]


def test_the_numbers_of_the_curve_are_those_of_the_sweep(run):
    plot, sweep = PLOTS["cv"](run), run.sweep()
    assert [c.key for c in plot.columns][:2] == ["lambda", "validation_mean"]
    assert column(plot, "validation_mean") == sweep["validation_mean"].tolist()
    assert len(plot.pictures) == (sweep["lambda_index"] == 0).sum() == 3


def test_the_best_and_the_selected_point_are_marked_once(run):
    pictures = PLOTS["cv"](run).pictures
    marked = [mark for picture in pictures for mark in picture.marks]
    sweep = run.sweep()
    assert {mark.name: mark.x for mark in marked} == {
        "1se": sweep["lambda"][sweep["selected"]][0],
        "min": sweep["lambda"][best_row(sweep, run.manifest)],
    }
    assert len(marked) == 2
    bar = sweep["validation_mean"] + sweep["validation_se"]
    assert pictures[0].levels == (("1 SE from the best", bar[best_row(sweep, run.manifest)]),)


def test_ridge_tells_its_degrees_of_freedom_where_all_columns_stay(run):
    assert [picture.top_name for picture in PLOTS["gap"](run).pictures] == ["df", "non-zeros", "non-zeros"]


@pytest.mark.parametrize("name", ["cv", "path", "gap", "coefficients", "learning"])
@pytest.mark.parametrize("width", [40, 60, 120])
def test_every_plot_fits(run, iris, name, width):
    for which in (run, iris):
        for picture in PLOTS[name](which).pictures:
            lines = lines_of(picture, width)
            assert max(map(len, lines)) <= width
            assert any(sign in line for line in lines for sign in "*12")


def test_curves_of_coefficients_end_where_the_file_does(run):
    plot = PLOTS["path"](run)
    (picture,) = plot.pictures
    found = run.path_coefficients()
    chosen = run.metrics["selected"]
    for series in picture.series:
        mine = (found["feature"] == series.name) & (found["entry"] == chosen["entry"]) & (found["l1_ratio"] == chosen["l1_ratio"])
        written = found["coefficient_standardized"][mine]
        assert series.y[np.flatnonzero(series.y)] == pytest.approx(written)
    assert {series.name for series in picture.series} == set(column(plot, "feature"))


def test_several_classes_have_a_picture_each(iris):
    assert len(PLOTS["path"](iris).pictures) == 3
    assert "setosa" in lines_of(PLOTS["path"](iris).pictures[0])[0]


def test_coefficients_are_all_there_with_bars(run):
    plot = PLOTS["coefficients"](run)
    coefficients = run.coefficients()
    live = (coefficients["coefficient"] != 0) & (coefficients["feature"] != "(intercept)")
    assert len(plot.rows) == live.sum()
    assert column(plot, "bar") == column(plot, "coefficient_standardized")
