import pytest

from regcli.report.nested import bootstrap_notes, nested_notes, nested_tables

FOLDS = {
    "fold": ["0", "1"], "n_train": [40, 41], "n_validation": [11, 10], "model": ["lasso", "elasticnet 0.5"], "lambda": [0.1, 0.2],
    "n_nonzero": [3, 4], "plain": [1.0, 1.1], "score": [1.5, 1.3],
}  # fmt: skip
FOUND = {"mean": 1.4, "se": 0.1, "optimism": 0.4, "optimism_relative": 0.4, "kind": "kfold", "folds": FOLDS}
MANIFEST = {"metric": "mse"}


def test_every_outer_fold_has_a_row():
    (table,) = nested_tables({"nested": FOUND}, MANIFEST)
    assert table.title == "Nested cross-validation: 2 outer folds (kfold)"
    assert table.rows[1] == ("1", 41, 10, "elasticnet 0.5", 0.2, 4, 1.1, 1.3)


@pytest.mark.parametrize(("axis", "titles"), [("lambda", {"λ", "non-zeros"}), ("rounds", {"at", "in use"})])
def test_outer_folds_of_other_families_have_no_lambda(axis, titles):
    (table,) = nested_tables({"nested": FOUND}, MANIFEST | {"paths": [{"axis": "lambda"}, {"axis": axis}]})
    assert {column.title for column in table.columns if column.key in {"lambda", "n_nonzero"}} == titles


@pytest.mark.parametrize(
    ("metric", "optimism", "said"),
    [
        ("mse", 0.4, "The plain one above is lower by 0.4 (40%): so much of it may be optimism."),
        ("mse", 0.05, "The plain one above is lower by 0.05 (40%), within the estimate's standard error: so much of it may be"),
        ("r2", 0.4, "The plain one above is higher by 0.4"),
        ("mse", -0.4, "The plain one above is no lower: selection has not made it too good."),
    ],
)
def test_the_estimate_is_told_with_the_plain_ones_optimism(metric, optimism, said):
    (note,) = nested_notes({"nested": {**FOUND, "optimism": optimism}}, {"metric": metric})
    assert note.startswith(f"Nested estimate, which selection has not made too good: {metric} 1.4 ± 0.1. ")
    assert said in note


@pytest.mark.parametrize("metrics", [{}, {"nested": {}}])
def test_a_run_without_one_says_nothing(metrics):
    assert nested_tables(metrics, MANIFEST) == nested_notes(metrics, MANIFEST) == []


def test_the_bootstrap_is_told_in_a_sentence():
    found = {"estimate": 1.3, "optimism": 0.2, "se": 0.01, "apparent": 1.1, "resamples": 200}
    (note,) = bootstrap_notes({"bootstrap": found}, MANIFEST)
    assert note == (
        "Bootstrap estimate (Harrell, 200 resamples, every step repeated): mse 1.3: the final model's 1.1 on its own rows, "
        "corrected by 0.2 ± 0.01."
    )
    assert bootstrap_notes({}, MANIFEST) == bootstrap_notes({"bootstrap": {}}, MANIFEST) == []
