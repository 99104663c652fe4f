"""The study of standard errors, short: bounds are the study's own, and what so few repetitions leave open."""

import numpy as np
import pytest
from calibration import errors
from sklearn.linear_model import LogisticRegression, Ridge


@pytest.fixture(scope="module")
def rows():
    return {(row["scheme"], row["metric"]): row for row in errors.measure(errors.SHORT)}


def test_intervals_hold_as_often_as_they_should(rows):
    noise = 3 * np.sqrt(0.1 * 0.9 / errors.SHORT)
    assert len(rows) == 14
    for row in rows.values():
        # five random splits do not see every row, as the page says
        low = errors.LOW - 0.05 * row["scheme"].startswith("5 random")
        assert low - noise <= row["measured"] <= min(1.0, errors.HIGH + noise), row


def test_repeats_taken_for_new_rows_would_not(rows):
    for metric in ("mse", "log_loss"):
        assert rows["10 folds × 10", metric]["held with s/√J"] < 0.6
        assert rows["10 folds × 1", metric]["held with s/√J"] == rows["10 folds × 1", metric]["measured"]


def test_its_models_are_scikit_learns():
    rng = np.random.default_rng(1)
    X = rng.standard_normal((40, 3))
    keep = np.arange(40) % 4 != 0
    y = X[:, 0] + rng.standard_normal(40)
    theirs = Ridge(alpha=errors.PENALTY * keep.sum()).fit(X[keep], y[keep]).predict(X)
    np.testing.assert_allclose(errors._fitted(X, y, keep[None].astype(float), logistic=False)[0], theirs, rtol=1e-9)
    classes = (y > 0).astype(float)
    model = LogisticRegression(C=1 / (errors.PENALTY * keep.sum()), tol=1e-10, max_iter=1000).fit(X[keep], classes[keep])
    ours = errors._fitted(X, classes, keep[None].astype(float), logistic=True)[0]
    np.testing.assert_allclose(ours, model.predict_proba(X), rtol=1e-5)
