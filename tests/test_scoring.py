"""Scores of a whole path at once and where predictions fail; gaps, and means over folds."""

import numpy as np
import pytest

from regcli.metrics import METRICS, metrics_of
from regcli.scored import Scored
from regcli.scoring import from_squares, gap, mean_and_error, score


def test_squares_tell_what_the_rows_do():
    rng = np.random.default_rng(1)
    y, w, mean = rng.normal(size=30), rng.uniform(0, 2, 30), rng.normal(size=(4, 30))
    d = Scored(y, mean, w, "regression")
    names = [name for name, metric in METRICS.items() if metric.from_moments]
    found = from_squares(names, d.average((y - mean) ** 2), d.average(y - mean), Scored(y, np.zeros(30), w, "regression"))
    assert list(found) == ["mse", "rmse", "r2", "explained_variance"]
    for name, values in score(d, names).items():
        np.testing.assert_allclose(found[name], values, rtol=1e-12)


def test_predictions_that_are_not_finite_score_nan_and_spare_the_others():
    mean = np.array([[1.0, 2.0], [np.nan, 2.0], [np.inf, 0.0]])
    for name in metrics_of("regression"):
        found = score(Scored(np.array([1.0, 3.0]), mean, np.ones(2), "regression"), [name])[name]
        assert np.isfinite(found[0])
        assert np.isnan(found[1:]).all()


@pytest.mark.parametrize("name", METRICS)
def test_gap_is_positive_where_validation_is_worse(name):
    better, worse = (0.9, 0.5) if METRICS[name].higher_is_better else (0.5, 0.9)
    assert gap(np.array(better), np.array(worse), name) == pytest.approx(0.4)
    assert gap(np.array(worse), np.array(better), name) == pytest.approx(-0.4)


def test_mean_and_error_by_their_formula():
    m, w = np.array([1.0, 2.0, 4.0]), np.array([10.0, 30.0, 10.0])
    mean, error = mean_and_error(m, w)
    assert mean == pytest.approx((10 + 60 + 40) / 50)
    assert error == pytest.approx(np.sqrt((10 * 1.2**2 + 30 * 0.2**2 + 10 * 1.8**2) / 50 / 2))
    equal = mean_and_error(m, np.ones(3))[1]
    assert equal == pytest.approx(m.std(ddof=1) / np.sqrt(3))


def test_mean_over_folds_of_a_path_and_of_a_single_fold():
    values = np.array([[1.0, np.nan], [3.0, 1.0]])
    mean, error = mean_and_error(values, np.ones(2))
    assert mean[0] == 2
    assert np.isnan([mean[1], error[1]]).all()
    mean, error = mean_and_error(values[:1, :1], np.ones(1))
    assert mean[0] == 1
    assert np.isnan(error[0])
