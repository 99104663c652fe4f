"""scikit-learn's estimators as models."""

import numpy as np
import pandas as pd
import pytest
from in_memory import TARGETS, X, dataset, fitted

from regcli.families.trees.native import every_class

FRAME = pd.DataFrame(X, columns=["x0", "x1", "x2", "x3"])
TREE = {"penalty": [], "estimators": [{"kind": "tree", "axis": "max_depth", "values": [3]}]}


def test_classes_that_a_fold_has_not_seen_have_no_probability():
    found = every_class(np.array([[0.3, 0.7]]), np.array([0.0, 2.0]), 3)
    np.testing.assert_array_equal(found, [[0.3, 0.0, 0.7]])


@pytest.mark.parametrize("target", TARGETS)
def test_the_pipeline_that_is_kept_predicts_labels_and_numbers(target):
    outcome = fitted(dataset(target), save_model=True, **TREE)
    model = outcome.portrait.pipeline.made()
    assert list(model.feature_names_in_) == ["x0", "x1", "x2", "x3"]
    if target == "y":
        np.testing.assert_allclose(np.mean((model.predict(FRAME) - TARGETS["y"][0]) ** 2), outcome.metrics["refit"]["mse"])
    else:
        assert tuple(model.classes_) == TARGETS[target][1]
        assert set(model.predict(FRAME)) <= set(TARGETS[target][1])


def test_the_scale_of_the_target_is_undone():
    y = np.exp(TARGETS["y"][0])
    outcome = fitted(dataset(y=y), save_model=True, preprocess={"target": "log"}, **TREE)
    model = outcome.portrait.pipeline.made()
    assert np.mean((np.log(model.predict(FRAME)) - np.log(y)) ** 2) == pytest.approx(outcome.metrics["refit"]["mse"])


def test_the_line_says_what_fit_is_given():
    weight = np.where(np.arange(len(X)) % 3 == 0, 2.5, 1.0)
    outcome = fitted(dataset("two", weight=weight), model={"class_weight": "balanced"}, **TREE)
    line = outcome.metrics["selected"]["sklearn"]
    assert line["code"] == "DecisionTreeClassifier(max_depth=3, random_state=0)"
    assert line["remarks"] == ["fit it with the sample weights times the classes' weights w: .fit(X, y, sample_weight=w)"]
