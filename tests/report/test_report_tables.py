"""What the tables of a run say."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.report.tables import largest_coefficients, metrics_table, paths_table, representatives, sklearn_form, warning_notes

SWEEP = {
    "entry": np.array([0, 0, 0, 1, 1, 1]),
    "penalty": np.array(["ridge"] * 3 + ["lasso"] * 3, dtype=object),
    "l1_ratio": np.array([0.0] * 3 + [1.0] * 3),
    "lambda_index": np.array([0, 1, 2] * 2),
    "lambda": np.array([3.0, 2, 1, 0.3, 0.2, 0.1]),
    "sklearn_parameter": np.array(["alpha"] * 6, dtype=object),
    "sklearn_value": np.array([30.0, 20, 10, 0.3, 0.2, 0.1]),
    "validation_mean": np.array([9.0, 7, 6, 5.5, 5, 4.9]),
    "validation_se": np.full(6, 0.7),
    "train_mean": np.full(6, 4.0),
    "gap": np.full(6, 1.0),
    "n_nonzero": np.array([9, 9, 9, 2, 3, 4]),
    "converged": np.array([True, True, True, True, True, True]),
    "within_1se": np.array([False, False, False, True, True, True]),
    "selected": np.array([False, False, False, True, False, False]),
}
MANIFEST = {
    "name": "x", "metric": "mse", "rule": "1se", "tolerance": None, "higher_is_better": False, "task": "regression",
    "metrics": ["mse"], "classes": [], "folds": {"n": 5, "kind": "kfold"}, "dataset": {"n_train": 10, "n_features": 9},
}  # fmt: skip


def test_each_path_is_represented_by_the_rule_or_by_its_best():
    assert representatives(SWEEP, MANIFEST) == [2, 3]
    chosen = {**SWEEP, "selected": np.arange(6) == 5}
    assert representatives(chosen, MANIFEST | {"rule": "min"}) == [2, 5]
    loose = MANIFEST | {"rule": "pct_loss", "tolerance": 0.5}
    assert representatives(SWEEP, loose) == [1, 3]


def test_a_point_that_did_not_converge_represents_nothing():
    sweep = {**SWEEP, "converged": np.array([True, True, False, True, True, True])}
    assert representatives(sweep, MANIFEST) == [1, 3]


def test_where_more_is_better_the_best_is_the_largest():
    sweep = {**SWEEP, "within_1se": np.array([False] * 3 + [True] * 3)}
    assert representatives(sweep, MANIFEST | {"higher_is_better": True, "metric": "r2"})[0] == 0


def test_the_selected_row_is_marked():
    table = paths_table(SWEEP, MANIFEST)
    assert table.marked == {1}
    assert [row[0] for row in table.rows] == ["", "*"]
    assert [c.key for c in table.columns][:3] == ["selected", "penalty", "l1_ratio"]
    assert table.records()[1]["sklearn"] == "alpha=0.3"


def test_two_entries_of_one_kind_are_told_apart():
    sweep = {**SWEEP, "penalty": np.array(["lasso"] * 6, dtype=object)}
    assert "entry" in [c.key for c in paths_table(sweep, MANIFEST).columns]


def test_the_chosen_metric_comes_first():
    part = {"mse": 1.0, "mae": 2.0, "r2": 0.5}
    metrics = dict.fromkeys(("train", "validation", "gap", "refit", "null_model"), part) | {"holdout": None}
    table = metrics_table(metrics, MANIFEST | {"metrics": ["r2", "mae"]})
    assert [row[:2] for row in table.rows] == [("r2", "higher"), ("mae", "lower"), ("mse", "lower")]
    assert "holdout" not in [c.key for c in table.columns]


def test_coefficients_are_ordered_by_their_standardised_size():
    n = 15
    columns = {
        "feature": np.array(["(intercept)", *(f"x{i}" for i in range(1, n))], dtype=object),
        "coefficient": np.array([5.0, 0.0, *np.ones(n - 2)]),
        "coefficient_standardized": np.array([100.0, 0.0, *(-np.arange(2.0, n))]),
        "selection_frequency": np.ones(n), "sign_agreement": np.full(n, np.nan),
    }  # fmt: skip
    table = largest_coefficients(columns, MANIFEST)
    assert [row[0] for row in table.rows] == [f"x{i}" for i in range(14, 4, -1)]
    assert "10 of 13" in table.title
    nothing = largest_coefficients({**columns, "coefficient": np.zeros(n)}, MANIFEST)
    assert "the same for every row" in nothing.notes[0]


@pytest.mark.parametrize(
    ("task", "penalty", "ratio", "text"),
    [("regression", "none", None, "LinearRegression()"), ("regression", "ridge", 0.0, "Ridge(alpha=2)"),
     ("regression", "lasso", 1.0, "Lasso(alpha=2)"), ("regression", "elasticnet", 0.5, "ElasticNet(alpha=2, l1_ratio=0.5)"),
     ("classification", "lasso", 1.0, "LogisticRegression(C=2, l1_ratio=1)")],
)  # fmt: skip
def test_the_model_in_scikit_learns_words(task, penalty, ratio, text):
    assert sklearn_form({"task": task}, {"penalty": penalty, "l1_ratio": ratio, "sklearn_value": 2.0}) == text


def test_an_infinite_c_has_become_null_in_json():
    chosen = {"penalty": "none", "l1_ratio": None, "sklearn_value": None}
    assert sklearn_form({"task": "classification"}, chosen) == "LogisticRegression(C=inf, l1_ratio=0)"


def test_a_warning_is_told_once_with_its_count():
    assert warning_notes(["a", "b", "a"]) == ["2 warnings:", "  - a (2 times)", "  - b"]
    assert warning_notes([]) == []
