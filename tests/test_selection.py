"""Rules on tables made by hand."""

import numpy as np
import pytest

from regcli.selection import Candidates, select, within_one_error


def path(lambdas, mean, *, error=0.1, nonzero=None, usable=None):
    n = len(lambdas)
    return Candidates(
        np.array(lambdas, float), np.array(mean, float), np.broadcast_to(np.asarray(error, float), n),
        np.arange(n) if nonzero is None else np.array(nonzero), np.ones(n, bool) if usable is None else np.array(usable, bool),
    )  # fmt: skip


ONE = path([8, 4, 2, 1], [5.0, 3.05, 3.0, 3.2])


def test_min_is_the_best_mean():
    found = select([ONE], "mse", "min", 0.02)
    assert found.best == found.chosen == (0, 2)
    assert found.n_left_out == 0


def test_min_ties_go_to_the_largest_lambda_whatever_the_path():
    tied = path([9, 6, 3], [4.0, 3.0, 3.0])
    assert select([ONE, tied], "mse", "min", 0).chosen == (1, 1)
    assert select([tied, ONE], "mse", "min", 0).chosen == (0, 1)
    assert select([path([2, 1, 0.5], [3.0, 3.0, 3.0])], "mse", "min", 0).chosen == (0, 0)


def test_1se_is_the_largest_lambda_within_one_error_of_the_best():
    assert select([ONE], "mse", "1se", 0).chosen == (0, 1)
    assert select([path([8, 4, 2, 1], [3.09, 3.5, 3.0, 3.2])], "mse", "1se", 0).chosen == (0, 0)  # even past a worse one
    errors = [9, 9, 0.125, 9]  # of all of them only the best point's counts
    assert select([path([8, 4, 2, 1], [3.125, 3.1, 3.0, 3.2], error=errors)], "mse", "1se", 0).chosen == (0, 0)  # on the bar
    assert select([path([8, 4, 2, 1], [3.13, 3.14, 3.0, 3.2], error=errors)], "mse", "1se", 0).chosen == (0, 2)


def test_the_bar_is_the_best_points_of_all_paths():
    other = path([8, 4, 2, 1], [4.0, 3.3, 3.02, 3.01], error=5.0)
    found = select([other, ONE], "mse", "1se", 0)
    assert found.best == (1, 2)
    # represented by (0, 2) with two non-zeros and (1, 1) with one
    assert found.chosen == (1, 1)


@pytest.mark.parametrize(
    ("nonzero", "mean", "lambdas", "chosen"),
    [
        ((3, 2), (3.0, 3.05), (1, 1), 1),  # fewer non-zeros
        ((2, 2), (3.05, 3.0), (9, 1), 1),  # then the better mean
        ((2, 2), (3.0, 3.0), (1, 9), 1),  # then the larger λ
        ((2, 2), (3.0, 3.0), (1, 1), 0),  # then the order of the list
    ],
)
def test_between_paths(nonzero, mean, lambdas, chosen):
    paths = [path([lam], [m], nonzero=[k]) for lam, m, k in zip(lambdas, mean, nonzero, strict=True)]
    for rule in ("1se", "pct_loss"):
        assert select(paths, "mse", rule, 0.05).chosen == (chosen, 0)


def test_a_path_far_from_the_best_is_not_represented():
    sparse = path([8, 4], [9.0, 8.0], nonzero=[0, 0])
    assert select([sparse, ONE], "mse", "1se", 0).chosen == (1, 1)


def test_pct_loss_is_relative_to_the_size_of_the_best():
    assert select([ONE], "mse", "pct_loss", 0.02).chosen == (0, 1)
    assert select([ONE], "mse", "pct_loss", 0.016).chosen == (0, 2)
    negative = path([8, 4, 2], [-0.5, -0.97, -1.0])
    assert select([negative], "mse", "pct_loss", 0.03).chosen == (0, 1)


def test_metrics_that_grow():
    growing = path([8, 4, 2, 1], [0.5, 0.86, 0.9, 0.88], error=0.05)
    assert select([growing], "roc_auc", "min", 0).best == (0, 2)
    assert select([growing], "roc_auc", "1se", 0).chosen == (0, 1)
    assert select([growing], "roc_auc", "pct_loss", 0.03).chosen == (0, 2)
    assert select([growing], "roc_auc", "pct_loss", 0.05).chosen == (0, 1)
    below = path([8, 4, 2], [-2.0, -0.1, 0.1], error=0.3)  # r2 below zero
    assert select([below], "r2", "1se", 0).chosen == (0, 1)


def test_points_that_did_not_converge_are_never_taken():
    found = select([path([8, 4, 2, 1], [5.0, 3.05, 1.0, 3.0], usable=[1, 0, 0, 1])], "mse", "1se", 0)
    assert found.best == found.chosen == (0, 3)
    assert found.n_left_out == 2


def test_undefined_means_are_left_out():
    found = select([path([8, 4, 2, 1], [np.nan, 3.05, 3.0, np.nan])], "mse", "1se", 0)
    assert found.chosen == (0, 1)
    assert found.n_left_out == 2


def test_nothing_is_left():
    assert select([path([2, 1], [np.nan, 3.0], usable=[1, 0])], "mse", "min", 0) is None


def test_a_single_fold_has_no_error_and_1se_takes_the_best():
    assert select([path([8, 4, 2], [3.1, 3.05, 3.0], error=np.nan)], "mse", "1se", 0).chosen == (0, 2)


def test_no_penalty_is_a_path_of_one_point():
    none = path([0], [3.0], nonzero=[10])
    assert select([none, ONE], "mse", "min", 0).chosen == (1, 2)
    assert select([none, path([8, 4], [3.3, 3.2])], "mse", "1se", 0).chosen == (0, 0)


def test_within_one_error_marks_every_path():
    other = path([8, 4], [3.1, 3.11], usable=[1, 1])
    marks = within_one_error([ONE, other], "mse", (0, 2))
    assert marks[0].tolist() == [False, True, True, False]
    assert marks[1].tolist() == [True, False]
    masked = path([8, 4], [3.0, 3.0], usable=[0, 1])
    assert within_one_error([ONE, masked], "mse", (0, 2))[1].tolist() == [False, True]
    growing = path([8, 4, 2], [0.5, 0.86, 0.9], error=0.05)
    assert within_one_error([growing], "roc_auc", (0, 2))[0].tolist() == [False, True, True]
