"""The chosen point's coefficients on every fold."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.errors import RunError


def test_the_file_holds_every_coefficient_that_is_not_zero(run, outcome):
    found, table = run.fold_coefficients(), outcome.portrait.coefficients
    inside = np.array(table.feature) != "(intercept)"
    over_folds = table.over_folds[:, inside]
    np.testing.assert_array_equal(found["coefficient_standardized"], over_folds[over_folds != 0])
    assert set(found["feature"]) <= set(table.feature)
    assert sorted(set(zip(found["repeat"], found["fold"], strict=True))) == [(r, f) for r in (0, 1) for f in "012"]


def test_classes_are_told_apart(iris_run):
    assert set(iris_run.fold_coefficients()["class"]) <= {"setosa", "versicolor", "virginica"}


def test_a_run_of_before_says_that_it_has_none(run):
    run.manifest["files"].pop("fold_coefficients.parquet")
    with pytest.raises(RunError, match="the run has no fold_coefficients"):
        run.fold_coefficients()
