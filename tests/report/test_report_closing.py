"""What is said of a run's outcome, and what is said first."""

from __future__ import annotations

import pytest

from regcli.report.closing import selection_notes, stability_note, warning_notes


def manifest(**changes):
    dataset = {"n_source_rows": 120, "n_rows": 120, "n_holdout": 0}
    return {
        "metric": "mse", "target": "y", "rule": "1se", "tolerance": None,
        "dataset": dataset | changes.pop("dataset", {}), **changes,
    }  # fmt: skip


def metrics(mean=1.0, se=0.1, null=4.0, metric="mse", **changes):
    chosen = {"penalty": "lasso", "l1_ratio": 1.0, "lambda": 0.25, "validation_mean": mean, "validation_se": se}
    return {
        "selected": chosen | changes.pop("selected", {}), "train": {metric: 0.8}, "gap": {metric: 0.2},
        "null_model": {metric: null}, "holdout": None, "n_nonzero": 3, "n_features": 10, **changes,
    }  # fmt: skip


def test_a_model_that_helps_begins_with_what_was_selected():
    notes = selection_notes(manifest(), metrics())
    assert notes[0] == "Selected: lasso, λ = 0.25, 3 of 10 features."
    assert notes[2] == (
        "Validation mse 1 ± 0.1; the null model has 4, so 75% of its error is gone. "
        "Gap between train and validation: 0.2 (25% of train)."
    )


def test_how_little_is_left_of_the_null_models_error_is_not_rounded_away():
    notes = selection_notes(manifest(), metrics(mean=0.2, null=10000.0))
    assert "the null model has 10000, so 99.998% of its error is gone." in notes[2]


@pytest.mark.parametrize(
    ("found", "metric", "said"),
    [
        ({"n_nonzero": 0}, "mse", "the selected model is the null model"),
        ({"mean": 4.2}, "mse", "validation mse 4.2 ± 0.1 is worse than the null model's 4"),
        ({"mean": 3.95}, "mse", "no more than one standard error better than the null model's 4"),
        ({"mean": 4.2, "se": None}, "mse", "validation mse 4.2 is worse than"),
        ({"mean": 0.55, "null": 0.5}, "roc_auc", "no more than one standard error better"),
        ({"mean": 0.4, "null": 0.5}, "roc_auc", "worse than"),
    ],
)
def test_that_the_columns_do_not_help_is_said_first(found, metric, said):
    first, *rest = selection_notes(manifest(metric=metric), metrics(metric=metric, **found))
    assert first.startswith("The columns do not help: ")
    assert said in first
    assert not any("is gone" in note for note in rest if metric != "mse" or found.get("mean", 0) > 4)


@pytest.mark.parametrize(
    ("auc", "error", "ranks"), [(0.9, 0.02, True), (0.53, 0.02, False), (0.9, None, False), (None, None, False)]
)
def test_columns_that_rank_the_rows_are_not_said_to_be_of_no_use(auc, error, ranks):
    found = metrics(mean=0.3, null=0.15, metric="log_loss", validation={"roc_auc": auc}, validation_error={"roc_auc": error})
    found["null_model"]["roc_auc"] = 0.5
    first = selection_notes(manifest(metric="log_loss"), found)[0]
    assert first.startswith("By log_loss the columns do not help: " if ranks else "The columns do not help: ")
    assert first.endswith("; yet they rank the rows, validation roc_auc 0.9 ± 0.02 against 0.5.") == ranks


@pytest.mark.parametrize(("mean", "null", "metric"), [(3.89, 4.0, "mse"), (0.61, 0.5, "roc_auc"), (1.0, None, "mse")])
def test_and_only_where_it_is_so(mean, null, metric):
    assert selection_notes(manifest(metric=metric), metrics(mean, null=null, metric=metric))[0].startswith("Selected")


def test_rows_left_out_are_told_with_what_was_selected():
    assert selection_notes(manifest(dataset={"n_rows": 100}), metrics())[0].endswith("3 of 10 features; 20 of 120 rows left out.")


def test_the_holdout_has_its_own_error_and_null_model():
    held = {"holdout": {"mse": 1.5}, "holdout_error": {"mse": 0.25}, "holdout_null": {"mse": 3.0}}
    data = {"dataset": {"n_holdout": 30}}
    said = "Holdout (30 rows, evaluated once by this run): mse 1.5 ± 0.25; the null model has 3, so 50% of its error is gone."
    assert said in selection_notes(manifest(**data), metrics(**held))
    # as it was written before there were errors
    assert "Holdout (30 rows, evaluated once by this run): mse 1.5." in selection_notes(
        manifest(**data), metrics(holdout={"mse": 1.5})
    )
    assert "Holdout: 30 rows, which `regcli fit` alone evaluates." in selection_notes(manifest(**data), metrics())


def test_the_line_to_paste_stands_alone():
    line = {"code": "Lasso(alpha=0.25)", "remarks": ["left out: penalty factors"]}
    assert selection_notes(manifest(), metrics(selected={"sklearn": line}))[-2:] == [
        "In scikit-learn: Lasso(alpha=0.25)",
        "  - left out: penalty factors",
    ]


def test_whether_the_folds_lead_to_the_same_model():
    every = {"frequency": 1.0, "weighted_frequency": 1.0, "sign_agreement": 1.0, "phi": 0.7685, "n_chosen": 3, "n_ever": 5}
    (said,) = stability_note({"stability": every})
    assert said == "Stability: every fold's model keeps all that was chosen, with the same sign; 2 more come and go (Φ = 0.77)."
    (said,) = stability_note({"stability": every | {"n_ever": 3}})
    assert said == "Stability: every fold's model keeps all that was chosen, with the same sign."
    some = every | {"frequency": 0.96, "weighted_frequency": 0.992, "sign_agreement": 0.98}
    (said,) = stability_note({"stability": some})
    assert said == (
        "Stability: a fold's model keeps 96% of the chosen features, and with them 99.2% of its size, "
        "in 98% with the same sign (Φ = 0.77)."
    )
    # a warning says it, or nobody knows
    assert stability_note({"stability": some | {"weighted_frequency": 0.7}}) == []
    assert stability_note({}) == []


def test_a_warning_is_told_once_with_its_count():
    assert warning_notes(["a", "b", "a"]) == ["2 warnings:", "  - a (2 times)", "  - b"]
    assert warning_notes([]) == []


FOREST = {"penalty": "forest", "axis": "shrinkage", "setting": "n_estimators=30;extra=true", "family": "forest"}


def of_forest(**selected):
    chosen = FOREST | {"complexity_of": "leaves a tree", "seeds": 2, "seed_se": 0.02} | selected
    found = manifest(dataset={"n_inputs": 6}, selected=FOREST, paths=[{"family": "forest"}])
    return selection_notes(found, metrics(selected=chosen, complexity=31.1))


def test_a_model_of_another_family_is_told_in_its_own_words():
    selected, why, validation, *_ = of_forest()
    assert (
        selected == "Selected: forest (n_estimators=30, extra=true), shrinkage = 0.25, 31.1 leaves a tree, 3 of 6 input columns."
    )
    assert why.endswith("lies within one standard error of the overall best; of these points the least complex.")
    assert validation.startswith("Validation mse 1 ± 0.1 (± 0.02 over 2 seeds); the null model has 4")
    assert of_forest(seed_se=None)[2].startswith("Validation mse 1 ± 0.1; the")


def test_code_is_said_to_be_whose_it_is():
    line = {"code": "LGBMRegressor()", "remarks": [], "library": "LightGBM"}
    assert of_forest(sklearn=line)[-1] == "In LightGBM: LGBMRegressor()"
