"""The chosen point judged: every prediction by a model that has not seen its row, every metric by another way."""

import numpy as np
import pytest
from in_memory import FOLD, TARGETS, N, X, Y, dataset, fitted
from sklearn.linear_model import LinearRegression
from sklearn.metrics import log_loss, mean_squared_error, r2_score

HOLDOUT = np.where(np.arange(N) % 5 == 4, "test", "train").astype(object)
WITH_HOLDOUT = {"holdout": {"column": "role", "test_value": "test"}}


def test_predictions_are_out_of_fold_and_metrics_are_theirs():
    outcome = fitted(dataset(), penalty="none")
    wanted = np.empty(N)
    for label in "012":
        out = label == FOLD
        wanted[out] = LinearRegression().fit(X[~out], Y[~out]).predict(X[out])
    table = outcome.predictions
    np.testing.assert_allclose(table.prediction, wanted[table.row], rtol=1e-9)
    np.testing.assert_array_equal(table.y, Y[table.row])
    assert set(zip(table.fold, FOLD[table.row], strict=True)) == {(k, k) for k in "012"}
    scores = [mean_squared_error(Y[k == FOLD], wanted[k == FOLD]) for k in "012"]
    assert outcome.metrics["validation"]["mse"] == pytest.approx(np.mean(scores))
    assert outcome.metrics["validation_error"]["mse"] == pytest.approx(np.std(scores, ddof=1) / np.sqrt(3))
    assert outcome.metrics["folds"]["validation"]["mse"] == pytest.approx(scores)
    assert outcome.metrics["refit"]["r2"] == pytest.approx(r2_score(Y, LinearRegression().fit(X, Y).predict(X)))
    assert outcome.metrics["gap"]["mse"] == pytest.approx(np.mean(scores) - outcome.metrics["train"]["mse"])


def test_the_null_model_is_that_of_each_folds_training_rows():
    outcome = fitted(dataset())
    nulls = [mean_squared_error(Y[k == FOLD], np.full((k == FOLD).sum(), Y[k != FOLD].mean())) for k in "012"]
    assert outcome.metrics["null_model"]["mse"] == pytest.approx(np.mean(nulls))
    assert outcome.metrics["null_prediction"] == pytest.approx(Y.mean())


@pytest.mark.parametrize("save_model", [True, False])
def test_the_holdout_is_opened_for_a_fit_alone(save_model):
    outcome = fitted(dataset(holdout=HOLDOUT), save_model=save_model, penalty="none", **WITH_HOLDOUT)
    held = HOLDOUT == "test"
    roles = np.array(outcome.predictions.role)
    if not save_model:
        assert outcome.metrics["holdout"] is None
        assert set(roles) == {"train"}
        return
    model = LinearRegression().fit(X[~held], Y[~held])
    assert outcome.metrics["holdout"]["mse"] == pytest.approx(mean_squared_error(Y[held], model.predict(X[held])))
    assert outcome.metrics["holdout_null"]["mse"] == pytest.approx(((Y[held] - Y[~held].mean()) ** 2).mean())
    assert sorted(outcome.predictions.row[roles == "holdout"]) == np.flatnonzero(held).tolist()
    assert (outcome.predictions.repeat[roles == "holdout"] == -1).all()


@pytest.mark.parametrize("target", ["two", "three"])
def test_labels_are_the_most_probable_ones_and_probabilities_score(target):
    outcome = fitted(dataset(target), penalty="ridge")
    table, (y, classes) = outcome.predictions, TARGETS[target]
    assert table.probability.shape == (N, len(classes))
    np.testing.assert_allclose(table.probability.sum(axis=1), 1.0)
    assert table.prediction.tolist() == [classes[k] for k in table.probability.argmax(axis=1)]
    assert table.y.tolist() == [classes[int(k)] for k in y[table.row]]
    scores = [log_loss(y[table.row][at], table.probability[at]) for k in "012" for at in [np.array(table.fold) == k]]
    assert outcome.metrics["validation"]["log_loss"] == pytest.approx(np.mean(scores))


def test_what_was_selected_is_told_with_its_numbers():
    outcome = fitted(dataset(), penalty=["ridge", "lasso"])
    selected, choice = outcome.metrics["selected"], outcome.choice
    path, summary = outcome.paths[choice.path], outcome.summaries[choice.path]
    assert (selected["penalty"], selected["lambda_index"]) == (path.path.penalty, choice.index)
    assert selected["lambda"] == path.lambdas[choice.index]
    assert selected["validation_mean"] == summary.validation_mean[choice.index]
    assert outcome.metrics["n_nonzero"] == np.count_nonzero(outcome.portrait.coefficients.coefficient[1:])
