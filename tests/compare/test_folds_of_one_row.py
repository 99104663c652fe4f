"""Runs that leave one row out at a time: what has no score on a row is held against the noise of all rows together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from regcli import engine
from regcli.compare.metrics import metric_rows
from regcli.compare.sides import Pair, Side
from regcli.config import config_from_data
from regcli.data import load, split
from regcli.experiment import ready
from regcli.run import open_run, write_outcome, writing


def made(runs, n, **changes):
    data = {
        "dataset": {"kind": "make_regression", "n_samples": n, "n_features": 4, "n_informative": 3, "noise": 20.0},
        "cv": {"kind": "leave_one_out"}, "penalty": "ridge", "lambdas": {"values": [0.1]},
        "select": {"metric": "rmse", "rule": "min", "metrics": ["mse", "r2"]}, **changes,
    }  # fmt: skip
    config = config_from_data(data, "test", Path())
    dataset = load(config)
    plan = ready(config, dataset, split(dataset, config))
    with writing(runs, plan, "fit") as run:
        write_outcome(run, engine.run(plan, save_model=True))
    return Side(open_run(str(run.path), runs))


@pytest.mark.parametrize(("lam", "mark"), [(0.11, "within noise"), (3.0, "worse")])
def test_the_change_of_a_pooled_metric_is_tested_over_rows(tmp_path, lam, mark):
    a, b = made(tmp_path, 40), made(tmp_path, 40, lambdas={"values": [lam]})
    rows = {row.name: row for row in metric_rows(Pair(a, b))}
    assert rows["validation.rmse"].mark == mark
    assert "40 rows left out one at a time" in rows["validation.rmse"].note
    # a mean over rows has its folds
    assert "40 paired folds" in rows["validation.mse"].note


def test_the_test_is_the_paired_jackknife(tmp_path):
    a, b = made(tmp_path, 20), made(tmp_path, 20, lambdas={"values": [1.0]})
    (row,) = (row for row in metric_rows(Pair(a, b)) if row.name == "validation.rmse")
    ya, yb = (side.predictions["y"] - side.predictions["prediction"] for side in (a, b))
    change = [np.sqrt(np.mean(np.delete(yb, i) ** 2)) - np.sqrt(np.mean(np.delete(ya, i) ** 2)) for i in range(20)]
    error = np.sqrt(19 / 20 * np.sum((change - np.mean(change)) ** 2))
    whole = np.sqrt(np.mean(yb**2)) - np.sqrt(np.mean(ya**2))
    from scipy.stats import t

    p = t.sf(abs(whole) / error, 19)
    assert f"p = {p:.2g}" in row.note or (p < 1e-4 and "p < 0.0001" in row.note)
