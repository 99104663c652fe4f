"""From folds to one figure: errors of repeats and overlapping splits, and folds of one row each in both engines."""

from functools import cache

import numpy as np
import pytest
from in_memory import ALL, TARGETS, N, Y, dataset, fitted
from sklearn import metrics as skm

from regcli.errors import FitError
from regcli.evaluate import jackknife
from regcli.metrics import METRICS, metrics_of

WEIGHT = np.where(np.arange(N) % 3 == 0, 2.5, 1.0)
LEAVE_ONE_OUT = {"kind": "leave_one_out"}


def error_by_formula(outcome, metric, j, disjoint):
    m, w = outcome.paths[0].validation[metric], np.array([len(fold.validation) for fold in outcome.plan.splits.folds])
    mean = np.average(m, axis=0, weights=w)
    return np.sqrt(np.average((m - mean) ** 2, axis=0, weights=w) * j / (j - 1) / min(j, disjoint))


@pytest.mark.parametrize(
    ("cv", "j", "disjoint"),
    [
        ({"kind": "kfold", "n_splits": 5}, 5, 5),
        ({"kind": "kfold", "n_splits": 7}, 7, 7),
        ({"kind": "kfold", "n_splits": 5, "repeats": 4}, 20, 5),
        ({"kind": "shuffle_split", "n_splits": 12, "test_size": 0.25}, 12, 4),
        ({"kind": "shuffle_split", "n_splits": 3, "test_size": 0.1}, 3, 10),
        ({"kind": "time_series", "n_splits": 4, "test_size": 5}, 4, 12),
        ({"kind": "predefined", "column": "fold"}, 3, 3),
    ],
)
def test_folds_that_overlap_do_not_shrink_the_error(cv, j, disjoint):
    outcome = fitted(dataset(), cv=cv)
    expected = error_by_formula(outcome, "mse", j, disjoint)
    np.testing.assert_allclose(outcome.summaries[0].validation_se, expected, rtol=1e-12)
    i = outcome.choice.index
    assert outcome.metrics["selected"]["validation_se"] == pytest.approx(expected[i], rel=1e-12)
    assert outcome.metrics["validation_error"]["mse"] == pytest.approx(expected[i], rel=1e-9)


def test_rows_that_no_fold_validates_make_no_fold_better():
    outcome = fitted(dataset(fold=np.array([*["0"] * 20, *["1"] * 20, *["-1"] * 20], dtype=object)))
    np.testing.assert_allclose(outcome.summaries[0].validation_se, error_by_formula(outcome, "mse", 2, 3), rtol=1e-12)


def test_repeats_let_1se_choose_no_larger_models():
    rng = np.random.default_rng(0)
    chosen = {}
    for repeats in (1, 8):
        sizes = []
        for _ in range(12):
            X = rng.normal(size=(N, 8))
            y = X[:, 0] + rng.normal(size=N)
            outcome = fitted(
                dataset(X=X, y=y), cv={"kind": "kfold", "repeats": repeats}, select={"rule": "1se"}, lambdas={"count": 30}
            )
            sizes.append(outcome.metrics["n_nonzero"])
        chosen[repeats] = np.mean(sizes)
    # with s/√J the repeated runs keep more than twice as many columns
    assert chosen[8] <= chosen[1] + 0.75


def theirs(name, y, mean, w):
    """scikit-learn's value on pooled predictions."""
    if name in {"rmse", "r2", "median_ae", "explained_variance"}:
        metric = {
            "rmse": skm.root_mean_squared_error,
            "r2": skm.r2_score,
            "median_ae": skm.median_absolute_error,
            "explained_variance": skm.explained_variance_score,
        }[name]
        return metric(y, mean, sample_weight=w)
    label = np.argmax(mean, axis=1)
    if name == "roc_auc":
        return skm.roc_auc_score(y, mean[:, 1], sample_weight=w)
    if name == "average_precision":
        return skm.average_precision_score(y, mean[:, 1], sample_weight=w)
    if name == "balanced_accuracy":
        return skm.balanced_accuracy_score(y, label, sample_weight=w)
    return skm.f1_score(y, label, sample_weight=w)


@cache
def alone(target, engine, lam):
    """A grid point as if it had been the only one; the same for every metric."""
    rows = dataset(target, weight=WEIGHT)
    return fitted(rows, cv=LEAVE_ONE_OUT, execution={"engine": engine}, lambdas={"values": [lam]})


@pytest.mark.parametrize("engine", ["auto", "reference"])
@pytest.mark.parametrize("name", ["rmse", "r2", "median_ae", "explained_variance", "roc_auc", "balanced_accuracy", "f1"])
def test_leave_one_out_takes_what_is_no_mean_over_rows_from_all_rows_together(name, engine):
    target = "y" if name in metrics_of("regression") else "two"
    rows = dataset(target, weight=WEIGHT)
    values = [0.2, 0.05, 0.01]
    outcome = fitted(
        rows, cv=LEAVE_ONE_OUT, select={"metric": name, "rule": "min"}, execution={"engine": engine}, lambdas={"values": values}
    )
    path, summary, chosen = outcome.paths[0], outcome.summaries[0], outcome.choice.index
    assert np.isnan(path.validation[name]).all()
    for i, lam in enumerate(values):
        single = alone(target, engine, lam)
        table = single.predictions
        mean = table.prediction if table.probability is None else table.probability
        np.testing.assert_array_equal(table.row, np.arange(N))
        expected = theirs(name, rows.y, mean, WEIGHT)
        assert summary.validation_mean[i] == pytest.approx(expected, rel=1e-9)
        assert single.metrics["validation"][name] == pytest.approx(expected, rel=1e-9)
        if name in {"rmse", "r2", "explained_variance"}:
            variance, _ = jackknife(lambda keep, mean=mean: theirs(name, rows.y[keep], mean[keep], WEIGHT[keep]), N, N)
            assert summary.validation_se[i] == pytest.approx(np.sqrt(variance), rel=1e-8)
    assert outcome.metrics["selected"]["validation_mean"] == pytest.approx(outcome.metrics["validation"][name], rel=1e-9)
    assert outcome.metrics["validation_error"][name] == pytest.approx(summary.validation_se[chosen], rel=1e-9)
    assert np.isnan(outcome.metrics["folds"]["validation"][name]).all()
    assert np.isfinite(summary.validation_se).all()


@pytest.mark.parametrize("target", TARGETS)
def test_leave_one_out_has_every_figure_and_means_over_rows_as_ever(target):
    rows = dataset(target)
    outcome = fitted(rows, cv=LEAVE_ONE_OUT, penalty=ALL, lambdas={"count": 4})
    names = metrics_of(rows.task)
    for part in ("validation", "validation_error", "null_model"):
        assert all(np.isfinite(outcome.metrics[part][name]) for name in names), part
    for name in (name for name, metric in names.items() if metric.is_row_mean):
        each = np.array(outcome.metrics["folds"]["validation"][name])
        assert outcome.metrics["validation"][name] == pytest.approx(each.mean())
        assert outcome.metrics["validation_error"][name] == pytest.approx(each.std(ddof=1) / np.sqrt(N))
    if target == "y":
        assert len({outcome.metrics["validation"][name] for name in ("mae", "rmse", "median_ae")}) == 3
        others = (Y.sum() - Y) / (N - 1)
        assert outcome.metrics["null_model"]["r2"] == pytest.approx(skm.r2_score(Y, others))


@pytest.mark.parametrize(("name", "known"), [("roc_auc", 0.5), ("average_precision", None)])
def test_the_null_model_of_leave_one_out_puts_no_row_before_another(name, known):
    rows = dataset("two", weight=WEIGHT)
    found = fitted(rows, cv=LEAVE_ONE_OUT, lambdas={"count": 3}).metrics["null_model"][name]
    assert found == pytest.approx(np.average(rows.y, weights=WEIGHT) if known is None else known)


@pytest.mark.parametrize("engine", ["auto", "reference"])
@pytest.mark.parametrize("cv", [{"kind": "shuffle_split", "n_splits": 9, "test_size": 1}, {"kind": "kfold", "n_splits": N}])
def test_single_rows_are_pooled_by_leave_one_out_alone(cv, engine):
    outcome = fitted(dataset(), cv=cv, execution={"engine": engine}, select={"metrics": ["rmse", "r2"]}, lambdas={"count": 3})
    each = np.array(outcome.metrics["folds"]["validation"]["rmse"])
    assert outcome.metrics["validation"]["rmse"] == pytest.approx(each.mean())
    assert np.isnan(outcome.metrics["validation"]["r2"])
    with pytest.raises(FitError, match="r2 is undefined in some fold") as caught:
        fitted(dataset(), cv=cv, execution={"engine": engine}, select={"metric": "r2"}, lambdas={"count": 3})
    assert "leave_one_out" in caught.value.hint


def test_the_folds_own_scores_stay_where_a_fold_has_rows():
    outcome = fitted(dataset(), select={"metrics": list(METRICS)[:6]})
    assert outcome.paths[0].out_of_fold is None
    assert all(np.isfinite(values).all() for values in outcome.paths[0].validation.values())
