"""What one block says of another: the task, the data, and the folds."""

from __future__ import annotations

import pytest

from regcli.config import config_from_data
from regcli.config.schema import scheme
from regcli.errors import ConfigError

TABLE = {"kind": "csv", "path": "d.csv", "target": "y"}


def made(tmp_path, **blocks):
    return config_from_data({"dataset": TABLE, "penalty": "lasso"} | blocks, "test", tmp_path)


def told(tmp_path, **blocks):
    with pytest.raises(ConfigError) as caught:
        made(tmp_path, **blocks)
    return {problem.key: problem.text for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("dataset", "cv", "expected"),
    [({}, {}, "kfold"), ({"group": "g"}, {}, "group"), ({"time": "t", "group": "g"}, {}, "time_series"),
     ({"group": "g"}, {"kind": "kfold"}, "kfold")],
)  # fmt: skip
def test_the_scheme_follows_from_the_columns_unless_it_is_given(tmp_path, dataset, cv, expected):
    config = made(tmp_path, dataset=TABLE | dataset, cv=cv)
    assert scheme(config.cv, config.dataset) == expected


@pytest.mark.parametrize(
    ("blocks", "key", "said"),
    [
        ({"task": "regression", "cv": {"kind": "stratified"}}, "cv.kind", "use kfold"),
        ({"cv": {"kind": "group"}}, "cv.kind", "needs dataset.group"),
        (
            {"task": "regression", "select": {"metric": "f1"}},
            "select.metric",
            "f1 is not a metric of regression; allowed: mse, rmse",
        ),
        ({"task": "classification", "select": {"metrics": ["f1", "r2"]}}, "select.metrics.1", "not a metric of classification"),
        ({"dataset": {"kind": "make_regression"}, "select": {"metric": "brier"}}, "select.metric", "not a metric of regression"),
        ({"cv": {"kind": "predefined", "column": "y"}}, "cv.column", "'y' is the target already"),
        (
            {"dataset": {"kind": "make_regression"}, "holdout": {"column": "a", "test_value": "b"}},
            "holdout.column",
            "named columns",
        ),
        ({"execution": {"jobs": 0}}, "execution.jobs", "auto or a whole number from 1"),
        ({"name": "My Run"}, "name", "a-z, 0-9 and -"),
        ({"version": 2}, "version", "must be 1"),
    ],
)
def test_blocks_that_do_not_suit_each_other(tmp_path, blocks, key, said):
    found = told(tmp_path, **blocks)
    assert list(found) == [key]
    assert said in found[key]


def test_a_metric_of_a_task_that_the_data_decide_is_left_to_them(tmp_path):
    assert made(tmp_path, select={"metric": "f1", "metrics": ["r2"]}).select.metric == "f1"
