"""`regcli validate`: the plan, and nothing fitted."""

from __future__ import annotations

import json

from regcli_in_process import call


def test_validate_shows_the_plan_and_fits_nothing(folder):
    done = call("validate", "quick.yaml")
    assert done.code == 0
    for word in ("rows for training", "40", "Folds: 3 (kfold)", "λ max", "48 fits: 12 grid points", "Nothing has been fitted"):
        assert word in done.out
    assert not (folder / "runs").exists()
    record = json.loads(call("validate", "quick.yaml", "--json").out)
    assert record["n_fits"] == 48
    assert [fold["n_validation"] for fold in record["folds"]] == [14, 13, 13]


def test_other_families_are_planned_beside_linear_models(folder):
    done = call("validate", "quick.yaml", "--beyond", "--penalty", "lasso")
    assert done.code == 0
    for word in ("RandomForestRegressor", "ccp_alpha", "shrinkage", "max_depth=4"):
        assert word in done.out
