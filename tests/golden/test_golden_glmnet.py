"""What glmnet (R) finds on the project's own data, solved far beyond its printed digits: grids, paths, ends of paths, folds.

`glmnet.R` writes the figures. Compared are optima: where glmnet's conventions differ from ours the case says so.
"""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from regcli import data, engine
from regcli.config import config_from_data
from regcli.experiment import ready
from regcli.scoring import mean_and_error

ROOT = Path(__file__).parents[2]
FIGURES = defaultdict(dict)
with (ROOT / "tests" / "golden" / "glmnet.csv").open() as lines:
    for row in csv.DictReader(lines):
        FIGURES[row["case"]].setdefault(row["quantity"], []).append((int(row["index"]), float(row["value"])))
SETS = {"diabetes.csv": "progression", "breast_cancer.csv": "diagnosis", "wine.csv": "cultivar"}


@pytest.fixture
def fit(tmp_path):
    """Run a configuration on one of the shipped files, with folds 0 … 4 in turn and weights ½, 1, 1½, 2 in turn."""

    def run(file, *, target_scale=1.0, roles=None, **config):
        target = SETS[file]
        table = pd.read_csv(ROOT / "data" / file)
        columns = [name for name in table if name != target]
        table["the_fold"], table["the_weight"] = np.arange(len(table)) % 5, np.resize([1, 2, 3, 4], len(table)) / 2
        if target_scale != 1.0:
            table[target] /= target_scale
        table.to_csv(tmp_path / file, index=False)
        config = config_from_data(
            {
                "task": "regression" if file == "diabetes.csv" else "classification",
                "dataset": {"kind": "csv", "path": file, "target": target, "columns": {"include": columns}, **(roles or {})},
                "cv": {"kind": "predefined", "column": "the_fold"},
                "penalty": "lasso",
                **config,
            },
            "test",
            tmp_path,
        )
        dataset = data.load(config)
        return engine.run(ready(config, dataset, data.split(dataset, config)), save_model=False)

    return run


def compare(outcome, case, *, lambda_scale=1.0, ends_alike=True, atol=1e-6):
    """λ, coefficients and intercepts of every stored point; the number of points."""
    path, figures = outcome.paths[0], FIGURES[case]
    names = [output.name for output in outcome.prepared.outputs]
    for index, value in figures["lambda"]:
        assert path.lambdas[index] == pytest.approx(value * lambda_scale, rel=1e-8)
    found = path.details.coefficients
    if found.shape[1] > 1:  # glmnet's intercepts are determined up to a constant
        found = found.copy()
        found[:, :, 0] -= found[:, :, 0].mean(axis=1, keepdims=True)
    size = np.abs(found[:, :, 1:]).max()
    compared = 0
    for quantity, points in figures.items():
        kind, *which = quantity.split()
        if kind not in {"coef", "intercept"}:
            continue
        k, column = int(which[0]), 1 + names.index(which[1]) if kind == "coef" else 0
        for index, value in points:
            scale = size if column else max(1.0, abs(value))
            assert found[index, k, column] == pytest.approx(value, rel=1e-5, abs=atol * scale), (quantity, index)
        compared += len(points)
    assert compared == len(figures["lambda"]) * found.shape[1] * found.shape[2]
    if ends_alike:
        assert len(path.lambdas) == figures["n_points"][0][1]


def compare_folds(outcome, case, metric, *, theirs=lambda values: values):
    """Mean over folds and its standard error at the stored points."""
    path, figures = outcome.paths[0], FIGURES[case]
    sizes = np.array([len(fold.validation) for fold in outcome.plan.splits.folds], dtype=float)
    for quantity, found in zip(("cv_mean", "cv_se"), mean_and_error(theirs(path.validation[metric]), sizes), strict=True):
        index, value = np.array(figures[quantity]).T
        np.testing.assert_allclose(found[index.astype(int)], value, rtol=2e-5)


def test_lasso(fit):
    outcome = fit("diabetes.csv")
    compare(outcome, "lasso")
    compare_folds(outcome, "lasso", "mse")


def test_elastic_net_on_a_target_of_unit_deviation(fit):
    """On glmnet's grid, whose bottom does not follow the ridge part."""
    deviation = pd.read_csv(ROOT / "data" / "diabetes.csv")["progression"].std(ddof=0)
    penalty = {"kind": "elasticnet", "l1_ratio": [0.3]}
    compare(fit("diabetes.csv", target_scale=deviation, penalty=penalty, lambdas={"min_ratio": 1e-4}), "elasticnet")


def test_weights(fit):
    compare(fit("diabetes.csv", roles={"weight": "the_weight"}), "weights")


def test_unscaled_without_intercept(fit):
    # columns of very different lengths: glmnet itself is no nearer to the optimum than this
    compare(fit("diabetes.csv", preprocess={"scale": "none"}, model={"fit_intercept": False}), "raw", atol=1e-5)


def test_penalty_factors(fit):
    """All factors are above zero here, so that both rescale them alike."""
    compare(fit("diabetes.csv", penalty={"kind": "lasso", "factors": {"age": 2.0, "sex": 0.5}}), "factors")


def test_positive(fit):
    """With a limit at zero glmnet switches the rule for the end of a path off."""
    compare(fit("diabetes.csv", penalty={"kind": "lasso", "positive": True}, lambdas={"stop": "never"}), "positive")


def test_logistic_elastic_net(fit):
    outcome = fit(
        "breast_cancer.csv",
        penalty={"kind": "elasticnet", "l1_ratio": [0.5]},
        lambdas={"min_ratio": 0.01, "count": 30},
        select={"metrics": ["accuracy", "roc_auc", "brier"]},
    )
    compare(outcome, "logistic", atol=1e-5)
    compare_folds(outcome, "logistic class", "accuracy", theirs=lambda share: 1 - share)
    compare_folds(outcome, "logistic auc", "roc_auc")
    compare_folds(outcome, "logistic mse", "brier", theirs=lambda score: 2 * score)  # glmnet sums over both classes


def test_multinomial(fit):
    """glmnet ends this path by the absolute gain, we by the relative one."""
    outcome = fit("wine.csv", lambdas={"min_ratio": 0.01, "count": 30}, cv={"kind": "stratified", "n_splits": 2})
    compare(outcome, "multinomial", ends_alike=False, atol=1e-5)
