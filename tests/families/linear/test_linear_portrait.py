"""A point in full: its coefficients over folds, in units of the columns and of their SDs, and what to beware of."""

from dataclasses import replace

import numpy as np
import pytest
from in_memory import FOLD, TARGETS, N, X, dataset, fitted

from regcli.data.types import Features


@pytest.mark.parametrize("target", TARGETS)
def test_coefficients_over_folds_are_those_of_each_folds_own_fit(target):
    """Each fold fitted again as all there is."""
    outcome = fitted(dataset(target), penalty="ridge", lambdas={"values": [0.1]})
    table, k = outcome.portrait.coefficients, 3 if target == "three" else 1
    by_fold = []
    for label in "012":
        some = label != FOLD
        rows = dataset(target, X=X[some], y=TARGETS[target][0][some], fold=FOLD[some])
        rows = replace(rows, fold=np.array([str(i % 2) for i in range(some.sum())], dtype=object))
        by_fold.append(fitted(rows, penalty="ridge", lambdas={"values": [0.1]}).portrait.coefficients.standardized)
    by_fold = np.array(by_fold)
    np.testing.assert_allclose(table.fold_mean, by_fold.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(table.fold_sd, by_fold.std(axis=0, ddof=1), atol=1e-6)
    agree = (np.sign(by_fold) == np.sign(table.standardized)).mean(axis=0)
    np.testing.assert_allclose(table.sign_agreement, agree)
    assert (table.selection_frequency == 1).all()
    assert table.feature == ("(intercept)", "x0", "x1", "x2", "x3") * k
    assert (table.class_label is None) == (k == 1)


def test_standardised_coefficients_are_times_the_sd_and_the_intercept_is_at_the_means():
    outcome = fitted(dataset(), penalty="lasso", lambdas={"values": [0.05]})
    table = outcome.portrait.coefficients
    np.testing.assert_allclose(table.standardized[1:], table.coefficient[1:] * X.std(axis=0), rtol=1e-9)
    assert table.standardized[0] == pytest.approx(table.coefficient[0] + X.mean(axis=0) @ table.coefficient[1:])
    assert outcome.portrait.n_inputs == np.count_nonzero(table.coefficient[1:])


def test_a_coefficient_that_no_fold_uses_has_no_sign_to_agree_on():
    outcome = fitted(dataset(), penalty="lasso", lambdas={"values": [50.0]})
    table = outcome.portrait.coefficients
    assert not table.coefficient[1:].any()
    assert np.isnan(table.sign_agreement[1:]).all()
    assert table.selection_frequency.tolist() == [1.0, 0, 0, 0, 0]
    assert outcome.portrait.n_inputs == 0


def test_a_sweep_saves_nothing():
    assert fitted(dataset()).portrait.pipeline is None
    assert fitted(dataset()).portrait.affine is None
    assert fitted(dataset(), save_model=True).portrait.affine["link"] == "identity"


def test_rows_follow_the_file_whatever_the_order_of_the_design():
    rows = dataset()
    kinds = ("categorical", *("numeric",) * 4)
    features = Features(("town", *rows.features.names), kinds, rows.features.numeric, (np.array(["a", "b"] * (N // 2), object),))
    table = fitted(replace(rows, features=features), penalty="ridge").portrait.coefficients
    assert table.feature == ("(intercept)", "town=b", "x0", "x1", "x2", "x3")
    assert table.source == ("", "town", "x0", "x1", "x2", "x3")
