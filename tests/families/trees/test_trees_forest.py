"""Forests along each of their axes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import sklearn.datasets
from in_memory import TARGETS, X, dataset, fitted, planned

from regcli.engine import search


def forest(**entry):
    return {"penalty": [], "estimators": [{"kind": "forest", "n_estimators": 10, **entry}]}


def test_the_grid_of_shrinkage_ends_at_the_forest_as_it_was_fitted():
    (path,) = planned(dataset(), **forest()).paths
    assert (len(path.lambdas), path.seeds, path.lambdas[0], path.lambdas[-1]) == (20, 3, 30.0, 0.0)
    assert (np.diff(path.lambdas) < 0).all()
    assert planned(dataset(), **forest(values=[5, 1])).paths[0].lambdas.tolist() == [5.0, 1.0]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("entry", [{}, {"extra": True, "max_samples": 0.5}, {"axis": "max_depth", "shrinkage": 3.0, "count": 3}])
def test_the_pipeline_that_is_kept_predicts_what_was_refitted(target, entry):
    outcome = fitted(dataset(target), save_model=True, **forest(seeds=1, **entry))
    model, frame = outcome.portrait.pipeline.made(), pd.DataFrame(X, columns=["x0", "x1", "x2", "x3"])
    y, classes = TARGETS[target]
    if target == "y":
        assert np.mean((model.predict(frame) - y) ** 2) == pytest.approx(outcome.metrics["refit"]["mse"], rel=1e-12)
    else:
        hits = model.predict(frame) == np.array(classes)[y.astype(int)]
        assert hits.mean() == pytest.approx(outcome.metrics["refit"]["accuracy"])


def test_shrinkage_is_told_beside_the_line():
    outcome = fitted(dataset(), **forest(values=[2.0], seeds=1, extra=True))
    line = outcome.metrics["selected"]["sklearn"]
    assert line["code"] == "ExtraTreesRegressor(n_estimators=10, random_state=0)"
    assert "shrunken hierarchically with λ = 2 " in line["remarks"][0]


def test_a_tree_that_is_as_good_is_simpler_than_a_forest():
    both = {"penalty": [], "estimators": ["tree", {"kind": "forest", "n_estimators": 5}]}
    outcome = fitted(dataset(), **both, select={"rule": "pct_loss", "tolerance": 1e9})
    assert outcome.paths[outcome.choice.path].path.family == "tree"


def test_shrinkage_improves_deep_trees_on_noise():
    rng = np.random.default_rng(2)
    rows, noisy = rng.normal(size=(60, 4)), rng.normal(size=60)
    noisy += rows[:, 0]
    (path,) = fitted(dataset(X=rows, y=noisy), **forest(seeds=2, max_features=1.0)).paths
    assert path.validation["mse"].mean(axis=0).min() < 0.97 * path.validation["mse"].mean(axis=0)[-1]


# scikit-learn's own sets; rows of the largest are as many as are quick to fit
SMALL = {"diabetes": "mse", "breast_cancer": "log_loss", "wine": "log_loss", "iris": "log_loss", "digits": "log_loss"}


def test_shrinkage_improves_most_forests_of_few_deep_trees_on_rows_that_did_not_choose_it():
    better = []
    for name, metric in SMALL.items():
        bundled = getattr(sklearn.datasets, f"load_{name}")()
        rows, y = bundled.data[:500], bundled.target[:500]
        classes = () if metric == "mse" else tuple(map(str, np.unique(y)))
        fold = np.array([str(i % 3) for i in np.random.default_rng(0).permutation(len(y))], dtype=object)
        task = "classification" if classes else "regression"
        data = replace(dataset(X=rows, y=y.astype(float), fold=fold), classes=classes, task=task)
        (path,) = search(planned(data, **forest(seeds=1))).paths
        loss = path.validation[metric]
        # chosen on the other folds
        chosen = [np.delete(loss, k, axis=0).mean(axis=0).argmin() for k in range(len(loss))]
        better.append(loss[np.arange(len(loss)), chosen].mean() < loss[:, -1].mean())
    assert sum(better) >= 3
