"""Scores on rows: their standard errors against resampled rows and by formula, and the null model beside them."""

import numpy as np
import pytest

from regcli.evaluate import evaluate, jackknife, null_prediction, share_gone, standard_errors
from regcli.metrics import METRICS, metrics_of
from regcli.scored import Scored
from regcli.scoring import score


def draw(rng, n, task):
    """Rows of a model that is right but for noise; a third of the weights is three times the others."""
    weight = np.where(rng.random(n) < 1 / 3, 3.0, 1.0)
    if task == "regression":
        y = rng.normal(3, 2, n)
        return Scored(y, y + rng.normal(size=n), weight, task)
    p = rng.beta(2, 3, n)
    y = (rng.random(n) < p).astype(float)
    p = p**1.3
    return Scored(y, np.column_stack([1 - p, p]), weight, task)


def task_of(name):
    return METRICS[name].task


@pytest.mark.parametrize("name", METRICS)
def test_errors_are_the_spread_of_scores_over_fresh_rows(name):
    rng = np.random.default_rng(0)
    draws = [draw(rng, 500, task_of(name)) for _ in range(120)]
    spread = np.std([score(d, [name])[name] for d in draws], ddof=1)
    errors = [standard_errors(d, [name])[name] for d in draws]
    # 120 draws know their spread to 6.5 %; blocks know a variance with 19 degrees of freedom
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(spread, rel=0.25)


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.is_row_mean])
def test_a_mean_over_equal_rows_has_the_textbook_error(name):
    rng = np.random.default_rng(1)
    d = draw(rng, 40, task_of(name))
    d = Scored(d.y, d.mean, np.full(40, 2.0), d.task)
    each = [float(score(Scored(d.y[[i]], d.mean[[i]], np.ones(1), d.task), [name])[name]) for i in range(40)]
    assert float(standard_errors(d, [name])[name]) == pytest.approx(np.std(each, ddof=1) / np.sqrt(40), rel=1e-12)


@pytest.mark.parametrize("name", ["rmse", "r2", "explained_variance"])
def test_one_row_left_out_at_a_time_as_by_hand(name):
    d = draw(np.random.default_rng(2), 30, "regression")
    variance, df = jackknife(
        lambda keep: score(Scored(d.y[keep], d.mean[keep], d.weight[keep], d.task), [name])[name], 30, blocks=30
    )
    assert df == 29
    assert float(standard_errors(d, [name])[name]) == pytest.approx(np.sqrt(variance), rel=1e-9)


@pytest.mark.parametrize("names", [metrics_of("regression"), metrics_of("classification")])
def test_a_path_at_once_is_its_points_one_by_one_and_failed_points_have_no_error(names):
    task = task_of(next(iter(names)))
    d = draw(np.random.default_rng(3), 60, task)
    shrunk = d.mean.mean(axis=0) + 0.5 * (d.mean - d.mean.mean(axis=0))
    failed = np.full_like(d.mean, np.nan)
    together = standard_errors(Scored(d.y, np.array([d.mean, shrunk, failed]), d.weight, task), names)
    for name in names:
        alone = [standard_errors(Scored(d.y, mean, d.weight, task), [name])[name] for mean in (d.mean, shrunk)]
        assert together[name][:2] == pytest.approx(np.array(alone), rel=1e-10)
        assert np.isnan(together[name][2])


@pytest.mark.parametrize("name", METRICS)
def test_rows_without_weight_count_for_nothing(name):
    d = draw(np.random.default_rng(4), 60, task_of(name))
    more = draw(np.random.default_rng(5), 7, d.task)
    padded = Scored(np.append(more.y, d.y), np.append(more.mean, d.mean, axis=0), np.append(np.zeros(7), d.weight), d.task)
    assert standard_errors(padded, [name])[name] == pytest.approx(standard_errors(d, [name])[name], rel=1e-12)


@pytest.mark.parametrize("name", METRICS)
def test_a_single_row_has_no_error(name):
    d = draw(np.random.default_rng(6), 1, task_of(name))
    assert np.isnan(standard_errors(d, [name])[name])


def test_the_null_model_predicts_by_sample_weights():
    assert null_prediction(np.array([1.0, 5.0]), np.array([3.0, 1.0]), "regression") == pytest.approx(2.0)
    shares = null_prediction(np.array([0.0, 2.0, 2.0]), np.array([2.0, 1.0, 1.0]), "classification", 3)
    assert shares == pytest.approx([0.5, 0.0, 0.5])
    assert null_prediction(np.ones(2), np.ones(2), "regression", intercept=False) == 0
    assert null_prediction(np.ones(2), np.ones(2), "classification", 2, intercept=False) == pytest.approx([0.5, 0.5])


def test_evaluation_stands_beside_the_null_model_on_the_same_rows():
    d = draw(np.random.default_rng(7), 50, "classification")
    found = evaluate(d, np.array([0.6, 0.4]))
    assert list(found) == list(metrics_of("classification"))
    said = np.where(d.y == 1, 0.4, 0.6)
    assert found["log_loss"].null == pytest.approx(-np.average(np.log(said), weights=d.weight))
    assert found["roc_auc"].null == 0.5
    assert found["brier"].value == pytest.approx(np.average((d.y - d.mean[:, 1]) ** 2, weights=d.weight))
    assert list(evaluate(d, np.array([0.6, 0.4]), ["ece"])) == ["ece"]


def test_the_share_of_the_null_models_error_that_is_gone():
    assert share_gone(1.0, 4.0, "mse") == pytest.approx(0.75)
    assert share_gone(6.0, 4.0, "mse") == pytest.approx(-0.5)
    assert share_gone(0.9, 0.5, "roc_auc") is None
    assert share_gone(0.1, 0.0, "mse") is None
    assert share_gone(0.1, 1e-17, "ece") is None, "the null model is calibrated"
    assert share_gone(None, 1.0, "mse") is None


def test_where_the_rows_left_are_all_alike_r2_has_no_error():
    d = Scored(np.array([3.1, 4.1, 4.1]), np.array([4.0, 3.5, 3.2]), np.ones(3), "regression")
    assert np.isnan(standard_errors(d, ["r2"])["r2"])
    assert np.isfinite(standard_errors(d, ["mse"])["mse"])
