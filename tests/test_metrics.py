"""Metrics against scikit-learn's, with and without weights; where they are undefined."""

import numpy as np
import pytest
from sklearn import metrics as skm
from sklearn.metrics import mean_squared_error

from regcli.metrics import METRICS, default_metric, metrics_of
from regcli.scored import Scored
from regcli.scoring import score

RNG = np.random.default_rng(4)
N = 80
W = RNG.uniform(0, 2, N)
W[:5] = 0
Y = RNG.normal(size=N)
MEAN = Y + RNG.normal(size=N)
BINARY = (RNG.random(N) < 0.4).astype(float)
P2 = np.clip(RNG.beta(1, 1, N) * 0.7 + 0.3 * BINARY, 1e-6, 1 - 1e-6)
P2[::7] = P2[1]  # ties
THREE = RNG.integers(0, 3, N).astype(float)
P3 = RNG.dirichlet([1, 1, 1], N) * 0.6 + 0.4 * np.eye(3)[THREE.astype(int)] * (RNG.random(N) < 0.7)[:, None]
P3 /= P3.sum(axis=1, keepdims=True)


def one(name, y, mean, weight=None):
    task = METRICS[name].task
    return float(score(Scored(y, np.asarray(mean), np.ones(len(y)) if weight is None else weight, task), [name])[name])


THEIR_REGRESSION = {
    "mse": mean_squared_error,
    "rmse": skm.root_mean_squared_error,
    "mae": skm.mean_absolute_error,
    "r2": skm.r2_score,
    "median_ae": skm.median_absolute_error,
    "explained_variance": skm.explained_variance_score,
}


@pytest.mark.parametrize("name", metrics_of("regression"))
@pytest.mark.parametrize("weight", [None, W])
def test_regression(name, weight):
    assert one(name, Y, MEAN, weight) == pytest.approx(THEIR_REGRESSION[name](Y, MEAN, sample_weight=weight), rel=1e-12)


def brier(y, p, sample_weight=None):
    if p.shape[1] == 2:
        return skm.brier_score_loss(y, p[:, 1], sample_weight=sample_weight)
    return np.average(((np.eye(3)[y.astype(int)] - p) ** 2).sum(axis=1), weights=sample_weight)


def macro(metric):
    def averaged(y, p, sample_weight=None):
        if p.shape[1] == 2:
            return metric(y, p[:, 1], sample_weight=sample_weight)
        return np.mean([metric(y == c, p[:, c], sample_weight=sample_weight) for c in range(p.shape[1])])

    return averaged


def on_labels(metric, **how):
    def of(y, p, sample_weight=None):
        average = {} if not how else {"average": "binary" if p.shape[1] == 2 else "macro"}
        return metric(y, np.argmax(p, axis=1), sample_weight=sample_weight, **average)

    return of


def ece(y, p, sample_weight=None):
    w = np.ones(len(y)) if sample_weight is None else sample_weight
    said = p[:, 1] if p.shape[1] == 2 else p.max(axis=1)
    truth = y if p.shape[1] == 2 else np.argmax(p, axis=1) == y
    edges, total = np.linspace(0, 1, 16), 0.0
    for k in range(15):
        inside = (said >= edges[k]) & ((said < edges[k + 1]) | (k == 14))
        share = w[inside].sum() / w.sum()
        if share > 0:
            total += share * abs(np.average(truth[inside] - said[inside], weights=w[inside]))
    return total


THEIR_CLASSIFICATION = {
    "log_loss": skm.log_loss,
    "deviance": lambda y, p, sample_weight=None: 2 * skm.log_loss(y, p, sample_weight=sample_weight),
    "brier": brier,
    "roc_auc": macro(skm.roc_auc_score),
    "average_precision": macro(skm.average_precision_score),
    "accuracy": on_labels(skm.accuracy_score),
    "balanced_accuracy": on_labels(skm.balanced_accuracy_score),
    "f1": on_labels(skm.f1_score, average=True),
    "ece": ece,
}


@pytest.mark.parametrize("name", metrics_of("classification"))
@pytest.mark.parametrize("weight", [None, W])
@pytest.mark.parametrize(("y", "p"), [(BINARY, np.column_stack([1 - P2, P2])), (THREE, P3)], ids=["binary", "three"])
def test_classification(name, weight, y, p):
    assert one(name, y, p, weight) == pytest.approx(THEIR_CLASSIFICATION[name](y, p, sample_weight=weight), rel=1e-12)


def test_every_metric_is_compared():
    assert list(THEIR_REGRESSION) == list(metrics_of("regression"))
    assert list(THEIR_CLASSIFICATION) == list(metrics_of("classification"))
    assert [default_metric(task) for task in ("regression", "classification")] == ["mse", "log_loss"]


@pytest.mark.parametrize("name", METRICS)
def test_a_whole_path_is_scored_at_once(name):
    rng = np.random.default_rng(0)
    task = METRICS[name].task
    y = Y if task == "regression" else THREE
    paths = rng.normal(size=(2, 3, N)) if task == "regression" else rng.dirichlet([1, 1, 1], (2, 3, N))
    found = score(Scored(y, paths, W, task), [name])[name]
    assert found.shape == (2, 3)
    assert found[1, 2] == pytest.approx(one(name, y, paths[1, 2], W), rel=1e-12)


def test_undefined_is_nan():
    flat = np.full(5, 2.0)
    assert np.isnan(one("r2", flat, flat + 1))
    assert np.isnan(one("explained_variance", flat, flat + 1))
    assert np.isnan(one("r2", np.ones(1), np.ones(1)))
    certain = np.tile([0.3, 0.7], (5, 1))
    for name in ("roc_auc", "average_precision"):
        assert np.isnan(one(name, np.ones(5), certain))
        assert np.isnan(one(name, np.array([0, 1, 1, 0, 1.0]), np.tile([0.2, 0.3, 0.5], (5, 1))))  # the third class is absent
        assert np.isnan(one(name, np.array([0, 1, 1, 1, 1.0]), certain, np.array([0, 1, 1, 1, 1.0])))  # or weighs nothing


def test_a_fold_with_one_class_still_has_the_other_metrics():
    certain = np.tile([0.3, 0.7], (4, 1))
    assert one("log_loss", np.ones(4), certain) == pytest.approx(-np.log(0.7))
    assert one("accuracy", np.ones(4), certain) == 1
    assert one("balanced_accuracy", np.ones(4), certain) == 1
    assert one("f1", np.zeros(4), np.tile([0.7, 0.3], (4, 1))) == 0


def test_certain_and_wrong_is_finite():
    assert np.isfinite(one("log_loss", np.zeros(3), np.tile([0.0, 1.0], (3, 1))))


def right_and_wrong(name):
    """Predictions that are nearly right for half of the rows, and the same with less of it."""
    if METRICS[name].task == "regression":
        return Y, Y + 0.1 * (MEAN - Y), MEAN
    certain = np.column_stack([1 - BINARY, BINARY])
    return BINARY, 0.9 * certain + 0.05, 0.1 * certain + 0.9 * np.column_stack([1 - P2, P2])


@pytest.mark.parametrize("name", METRICS)
def test_the_table_says_which_way_is_better(name):
    y, better, worse = right_and_wrong(name)
    assert METRICS[name].sign * (one(name, y, worse) - one(name, y, better)) > 0
    assert METRICS[name].better == {1.0: "lower", -1.0: "higher"}[METRICS[name].sign]


@pytest.mark.parametrize("name", METRICS)
def test_row_means_are_those_whose_mean_over_single_rows_is_the_whole(name):
    y, _, mean = right_and_wrong(name)
    single = np.array([one(name, y[[i]], mean[[i]]) for i in range(N)])
    assert METRICS[name].is_row_mean == (single.mean() == pytest.approx(one(name, y, mean), rel=1e-9))


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.from_moments])
def test_moments_of_the_errors_tell_what_predictions_do(name):
    error, w = Y - MEAN, W / W.sum()
    variance, spread = (np.asarray(w @ (values - w @ values) ** 2) for values in (error, Y))
    assert METRICS[name].from_moments(variance, w @ error, spread) == pytest.approx(one(name, Y, MEAN, W), rel=1e-12)


@pytest.mark.parametrize("name", metrics_of("classification"))
def test_rankings_alone_do_not_care_for_the_probabilities_themselves(name):
    p = np.column_stack([1 - P2, P2])
    squared = np.column_stack([1 - P2**2, P2**2])
    unmoved = one(name, BINARY, p) == pytest.approx(one(name, BINARY, squared), rel=1e-9)
    assert METRICS[name].is_ranking == unmoved
    assert not (unmoved and METRICS[name].takes_probabilities)


def test_an_error_far_from_zero_costs_no_digits():
    assert one("explained_variance", Y, MEAN - 1e7) == pytest.approx(one("explained_variance", Y, MEAN), rel=1e-7)
