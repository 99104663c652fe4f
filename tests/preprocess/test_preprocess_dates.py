"""Parts of dates against another computation of them, and the columns they make."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from regcli.config import config_from_data
from regcli.data.types import Features
from regcli.preprocess import Recipe, fit_design
from regcli.preprocess.dates import date_parts, part_names

TIMES = pd.Series(pd.date_range("2019-12-30T00:30", periods=400, freq="31h7min"))
ISO = np.array([t.strftime("%Y-%m-%dT%H:%M:%S") for t in TIMES], dtype=object)
EVERY = ["year", "month", "weekday", "hour"]


@pytest.mark.parametrize("cells", [ISO, TIMES], ids=["texts", "numpy's type"])
def test_parts_are_those_of_pandas(cells):
    found = date_parts(pd.DataFrame({"t": cells}), [EVERY])
    calendar = TIMES.dt
    np.testing.assert_array_equal(found.T, [calendar.year, calendar.month, calendar.day_of_week, calendar.hour])


def test_waves_close_and_begin_with_january_monday_and_midnight():
    waves = [f"{part}_{wave}" for part in ("month", "weekday", "hour") for wave in ("sin", "cos")]
    found = date_parts(pd.DataFrame({"t": ISO}), [waves]).T
    for (sin, cos), part, period in zip(
        found.reshape(3, 2, -1), (TIMES.dt.month - 1, TIMES.dt.day_of_week, TIMES.dt.hour), (12, 7, 24), strict=True
    ):
        angle = np.arctan2(sin, cos) / (2 * np.pi) * period
        np.testing.assert_allclose(np.round(angle, 9) % period, part, atol=1e-9)


def test_missing_dates_have_missing_parts():
    found = date_parts(pd.DataFrame({"t": np.array(["2024-05-31", None], dtype=object)}), [["year", "month_sin"]])
    assert found[0].tolist() == [2024, np.sin(2 * np.pi * 4 / 12)]
    assert np.isnan(found[1]).all()


def test_hours_are_made_where_there_are_any():
    assert part_names(EVERY, cyclic=False, timed=True) == EVERY
    assert part_names(EVERY, cyclic=True, timed=False) == ["year", "month_sin", "month_cos", "weekday_sin", "weekday_cos"]


def features():
    days = np.array([cell[:10] for cell in ISO], dtype=object)
    days[3] = None
    return Features(("a", "when", "day"), ("numeric", "date", "date"), np.arange(400.0)[:, None], (ISO, days))


def test_they_are_columns_named_after_their_source():
    dataset = {"kind": "csv", "path": "none.csv", "target": "y"}
    preprocess = {"scale": "none", "missing": "median", "dates": {"parts": ["hour", "year"], "cyclic": False}}
    config = config_from_data({"dataset": dataset, "penalty": "ridge", "preprocess": preprocess}, "test", Path())
    made = fit_design(Recipe.of(features(), config, np.arange(400)), np.arange(400), None)
    outputs = made.preprocessor.outputs
    made_of = [(output.name, output.source) for output in outputs]
    assert made_of == [("a", "a"), ("when.hour", "when"), ("when.year", "when"), ("day.year", "day")]
    np.testing.assert_array_equal(made.X[:, 1], TIMES.dt.hour)
    years = TIMES.dt.year.to_numpy(dtype=float)
    years[3] = np.median(np.delete(years, 3))
    np.testing.assert_array_equal(made.X[:, 3], years)
