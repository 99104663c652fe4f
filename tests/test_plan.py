"""What is to be fitted, as data: everything that was left to the data is decided, and nothing else is in it."""

import pickle

import numpy as np
import pytest
from in_memory import TARGETS, dataset

from regcli import data
from regcli.config import config_from_data
from regcli.data.types import Splits
from regcli.errors import UsageError
from regcli.plan import make_plan


def plan(rows, tmp_path, **config):
    given = {"task": rows.task, "dataset": {"kind": "csv", "path": "made.csv", "target": "y"}, "penalty": "lasso", **config}
    config = config_from_data({"cv": {"kind": "predefined", "column": "fold"}, **given}, "test", tmp_path)
    return make_plan(config, rows, data.split(rows, config))


@pytest.mark.parametrize(("target", "loss", "metric"), [("y", "squared", "mse"), ("two", "logistic", "log_loss"),
                                                        ("three", "multinomial", "log_loss")])  # fmt: skip
def test_loss_and_metric_follow_the_target(target, loss, metric, tmp_path):
    made = plan(dataset(target), tmp_path)
    assert (made.loss, made.metric, made.metrics) == (loss, metric, (metric,))
    assert made.config.select.metric == metric
    assert made.task == dataset(target).task


def test_metrics_are_recorded_once_the_chosen_one_first(tmp_path):
    made = plan(dataset(), tmp_path, select={"metric": "mae", "metrics": ["mse", "mae", "r2"]})
    assert made.metrics == ("mae", "mse", "r2")


@pytest.mark.parametrize("target", TARGETS)
def test_a_plan_is_data_that_travels(target, tmp_path):
    made = plan(dataset(target), tmp_path)
    again = pickle.loads(pickle.dumps(made))
    assert (again.loss, again.metrics, again.warnings) == (made.loss, made.metrics, made.warnings)
    assert again.config.model_dump() == made.config.model_dump()
    np.testing.assert_array_equal(again.dataset.features.numeric, made.dataset.features.numeric)
    assert isinstance(again.splits, Splits)
    for one, two in zip(again.splits.folds, made.splits.folds, strict=True):
        np.testing.assert_array_equal(one.validation, two.validation)


def test_a_target_on_another_scale_is_planned_on_it(tmp_path):
    rows = dataset(y=np.exp(TARGETS["y"][0]))
    made = plan(rows, tmp_path, preprocess={"target": "log"})
    assert made.target_scale == "log"
    np.testing.assert_allclose(made.dataset.y, TARGETS["y"][0])
    assert plan(rows, tmp_path).target_scale is None


def test_class_weights_name_the_labels_of_these_data(tmp_path):
    with pytest.raises(UsageError, match="maybe"):
        plan(dataset("two"), tmp_path, model={"class_weight": {"maybe": 2.0}})


def test_a_metric_that_the_null_model_wins_is_remarked_upon(tmp_path):
    (said,) = [w for w in plan(dataset("two"), tmp_path, select={"metric": "ece"}).warnings if "null model" in w]
    assert said.startswith("select.metric ece:")
    assert not [w for w in plan(dataset("two"), tmp_path).warnings if "null model" in w]
