"""What the tables of a run say."""

from __future__ import annotations

import numpy as np

from regcli.report.tables import largest_coefficients, metrics_table, paths_table, representatives

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


def test_scikit_learns_l1_ratio_is_shown_where_it_is_another():
    # y divided by its SD of 4: λ(ρu + 1-ρ) and ρu/(ρu + 1-ρ)
    sweep = {**SWEEP, "l1_ratio": np.array([0.0] * 3 + [0.5] * 3), "sklearn_value": SWEEP["lambda"] * 2.5}
    table = paths_table(sweep, MANIFEST)
    place = [c.key for c in table.columns].index("sklearn")
    assert [row[place] for row in table.rows] == ["alpha=2.5", "alpha=0.75, l1_ratio=0.8"]
    same = paths_table({**sweep, "sklearn_value": SWEEP["lambda"]}, MANIFEST)
    assert [row[place] for row in same.rows] == ["alpha=1", "alpha=0.3"]


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
    assert all(row[3:5] == ("5 of 5", "–") for row in table.rows)
    assert "no test of significance" in table.notes[1]
    nothing = largest_coefficients({**columns, "coefficient": np.zeros(n)}, MANIFEST)
    assert "the same for every row" in nothing.notes[0]


def test_folds_are_counted_and_not_taken_for_certainty():
    columns = {
        "feature": np.array(["(intercept)", "a", "b"], dtype=object),
        "coefficient": np.array([5.0, 2.0, 1.0]),
        "coefficient_standardized": np.array([5.0, 2.0, 1.0]),
        "selection_frequency": np.array([1.0, 0.8, 0.1]), "sign_agreement": np.array([1.0, 0.75, 0.0]),
    }  # fmt: skip
    table = largest_coefficients(columns, MANIFEST | {"folds": {"n": 10, "kind": "kfold"}})
    assert [row[3:5] for row in table.rows] == [("8 of 10", "6 of 8"), ("1 of 10", "0 of 1")]


def test_errors_and_the_holdouts_null_model_have_columns_where_there_are_any():
    part = {"mse": 1.0}
    parts = ("train", "validation", "validation_error", "gap", "refit", "null_model")
    metrics = dict.fromkeys(parts, part) | dict.fromkeys(("holdout", "holdout_error", "holdout_null"))
    assert [c.key for c in metrics_table(metrics, MANIFEST).columns[2:]] == [
        "train", "validation", "validation_error", "gap", "null_model", "refit",
    ]  # fmt: skip
    held = metrics | {"holdout": part, "holdout_error": {"mse": 0.5}, "holdout_null": {"mse": 2.0}}
    assert metrics_table(held, MANIFEST).rows[0][-3:] == (1.0, 0.5, 2.0)


def _of_families(*families):
    """A sweep of one path a family, the second half of its rows selected from."""
    axis = {"ridge": "lambda", "tree": "ccp_alpha", "boosting": "rounds"}
    of = {"ridge": "", "tree": "leaves", "boosting": "leaves"}
    sweep = {name: np.concatenate([values[:3]] * len(families)) for name, values in SWEEP.items()}
    sweep |= {
        "penalty": np.repeat(np.array(families, dtype=object), 3),
        "axis": np.repeat(np.array([axis[name] for name in families], dtype=object), 3),
        "setting": np.array([None] * 3 * len(families), dtype=object),
        "complexity": np.tile([2.0, 4, 8], len(families)),
        "seed_se": np.full(3 * len(families), np.nan),
        "selected": np.arange(3 * len(families)) == 1,
    }
    return sweep, MANIFEST | {"paths": [{"axis": axis[name], "complexity_of": of[name]} for name in families]}


def _titles(table):
    return {column.key: column.title for column in table.columns}


def test_a_family_alone_is_told_in_its_own_words():
    manifest = {"dataset": MANIFEST["dataset"] | {"n_inputs": 7}}
    sweep, paths = _of_families("tree")
    table = paths_table(sweep, paths | manifest)
    assert _titles(table).items() >= {"lambda": "ccp_alpha", "complexity": "leaves", "n_nonzero": "in use"}.items()
    assert not {"axis", "complexity_of", "sklearn"} & set(_titles(table))
    assert "10 training rows, 7 input columns" in table.title


def test_several_families_have_each_their_axis_and_their_size():
    sweep, manifest = _of_families("ridge", "tree", "boosting")
    table = paths_table(sweep, manifest)
    assert _titles(table).items() >= {"axis": "axis", "lambda": "at", "complexity": "complexity"}.items()
    assert [row["axis"] for row in table.records()] == ["λ", "ccp_alpha", "rounds"]
    assert [row["complexity_of"] for row in table.records()] == ["non-zeros", "leaves", "leaves"]
    assert "9 features" in table.title
