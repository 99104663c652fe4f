"""The tables of a run: their columns, and that each row says what the outcome says."""

from __future__ import annotations

import csv
import re

import numpy as np
import pytest
from small_runs import IRIS, REGRESSION, fitted, write

from regcli.run.tables import assignments_table


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def header(path):
    return path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")


def test_columns_stand_in_the_documented_order(run, iris_run):
    for name, columns in (
        ("sweep.csv", (
            "entry penalty l1_ratio lambda_index lambda sklearn_parameter sklearn_value train_mean train_se validation_mean "
            "validation_se gap gap_relative n_nonzero n_nonzero_folds_mean df n_iter kkt converged within_1se selected "
            "stage gamma family axis setting complexity seed_se"
        )),
        ("folds.csv", (
            "entry penalty l1_ratio lambda_index lambda repeat fold metric train validation gap n_train n_validation n_nonzero "
            "kkt n_iter converged stage gamma axis setting"
        )),
        ("assignments.csv", "row role repeat fold"),
        ("coefficients.csv", (
            "feature source coefficient coefficient_standardized selection_frequency sign_agreement fold_mean fold_sd"
        )),
    ):  # fmt: skip
        assert header(run.path / name) == columns.split(), name
    assert header(run.path / "predictions.csv") == ["row", "role", "repeat", "fold", "y", "prediction"]
    assert header(iris_run.path / "predictions.csv")[6:] == ["p_setosa", "p_versicolor", "p_virginica"]
    assert header(iris_run.path / "coefficients.csv")[:2] == ["class", "feature"]
    path = "entry penalty l1_ratio lambda_index lambda class feature coefficient coefficient_standardized stage gamma"
    assert list(run.path_coefficients()) == path.split()


def test_numbers_read_back_to_the_last_bit(run, outcome):
    sweep = run.sweep()
    for name in ("validation_mean", "train_se", "gap_relative", "sklearn_value", "kkt"):
        np.testing.assert_array_equal(sweep[name], np.concatenate([getattr(s, name) for s in outcome.summaries]))
    np.testing.assert_array_equal(run.coefficients()["coefficient"], outcome.portrait.coefficients.coefficient)
    np.testing.assert_array_equal(run.predictions()["prediction"], outcome.predictions.prediction)


def test_one_row_is_selected(run, outcome):
    sweep, choice = run.sweep(), outcome.choice
    (i,) = np.flatnonzero(sweep["selected"])
    path = outcome.paths[choice.path]
    assert sweep["lambda"][i] == path.lambdas[choice.index]
    assert (sweep["entry"][i], sweep["penalty"][i], sweep["l1_ratio"][i]) == (
        path.path.entry, path.path.penalty, path.path.l1_ratio,
    )  # fmt: skip


def test_folds_hold_each_fold_metric_and_point_once(run, outcome):
    folds = run.folds()
    points = sum(len(p.lambdas) for p in outcome.paths)
    assert len(folds["lambda"]) == points * 6 * 3
    keys = ("entry", "l1_ratio", "lambda_index", "repeat", "fold", "metric")
    assert len(set(zip(*(folds[k].tolist() for k in keys), strict=True))) == points * 6 * 3
    second = outcome.paths[1]
    pick = (folds["l1_ratio"] == 0.5) & (folds["lambda_index"] == 3) & (folds["metric"] == "r2")
    np.testing.assert_array_equal(folds["train"][pick], second.train["r2"][:, 3])
    np.testing.assert_array_equal(folds["validation"][pick], second.validation["r2"][:, 3])
    np.testing.assert_array_equal(folds["n_nonzero"][pick], second.n_nonzero_folds[:, 3])
    np.testing.assert_array_equal(folds["kkt"][pick], second.kkt[:6, 3])
    np.testing.assert_array_equal(folds["gap"][pick], folds["train"][pick] - folds["validation"][pick])
    errors = folds["metric"] == "mae"
    np.testing.assert_array_equal(folds["gap"][errors], folds["validation"][errors] - folds["train"][errors])


def test_every_row_is_assigned_as_it_was_used(run, outcome):
    splits, assigned = outcome.plan.splits, rows(run.path / "assignments.csv")
    assert len(assigned) == len(splits.train) * 2 + len(splits.holdout)
    held = {int(r["row"]) for r in assigned if r["role"] == "holdout"}
    assert held == set(splits.holdout.tolist())
    for fold in splits.folds:
        mine = [int(r["row"]) for r in assigned if (r["repeat"], r["fold"]) == (str(fold.repeat), fold.label)]
        assert mine == fold.validation.tolist()
    assert all(r["fold"] == "" and r["repeat"] == "" for r in assigned if r["role"] == "holdout")


def test_a_row_that_is_never_validated_still_stands_in_the_assignments():
    data = {**REGRESSION, "cv": {"kind": "shuffle_split", "n_splits": 2, "test_size": 0.3}, "holdout": None}
    plan = fitted(data).plan
    table = assignments_table(plan)
    assert set(table["row"].to_pylist()) == set(range(60))
    never = set(plan.splits.train.tolist()) - set(np.concatenate([f.validation for f in plan.splits.folds]).tolist())
    assert {r for r, f in zip(table["row"].to_pylist(), table["fold"].to_pylist(), strict=True) if f is None} == never


def test_the_path_holds_every_nonzero_of_the_full_fit(iris_run, iris):
    path, result = iris_run.path_coefficients(), iris.paths[0]
    assert len(path["coefficient"]) == np.count_nonzero(result.details.coefficients)
    assert set(path["class"]) == {"setosa", "versicolor", "virginica"}
    chosen = path["lambda_index"] == iris.choice.index
    live = {
        (k, f): (c, s)
        for k, f, c, s in zip(
            *(path[n][chosen] for n in ("class", "feature", "coefficient", "coefficient_standardized")), strict=True
        )
    }
    c = iris_run.coefficients()
    for k, f, value, standardized in zip(
        *(c[n] for n in ("class", "feature", "coefficient", "coefficient_standardized")), strict=True
    ):
        got = live.get((k, f), (0.0, 0.0))
        assert got == pytest.approx((value, standardized), rel=1e-12, abs=1e-15)


def test_cells_are_plain(run):
    text = (run.path / "sweep.csv").read_text(encoding="utf-8")
    assert '"' not in text
    assert "nan" not in text.lower()
    assert {row["converged"] for row in rows(run.path / "sweep.csv")} <= {"true", "false"}
    assert re.search(r"^0,ridge,0,0,", text, re.MULTILINE)


def test_an_unpenalised_classifier_has_an_infinite_c(tmp_path):
    data = {**IRIS, "penalty": "none", "model": {"max_iter": 3000}, "dataset": {
        "kind": "make_classification", "n_samples": 80, "n_features": 3, "n_informative": 2, "n_redundant": 0, "flip_y": 0.3,
    }}  # fmt: skip
    row = rows(write(tmp_path, fitted(data)).path / "sweep.csv")[0]
    assert (row["l1_ratio"], row["lambda"], row["sklearn_parameter"], row["sklearn_value"]) == ("", "0", "C", "inf")
