"""Marks of a training set's models, and how they are kept."""

from dataclasses import dataclass

import numpy as np
from in_memory import dataset, planned

from regcli.families.given import Given
from regcli.families.marks import Marks, marked


@dataclass
class Constant:
    """Models that predict 1, 2 and 3 for every row."""

    used = np.array([[False] * 4, [True] * 4, [True, False, False, False]])
    complexity = np.array([1.0, 2.0, 3.0])
    n_iter = np.zeros(3, dtype=int)
    ended = np.array([True, True, False])

    def predictions(self, X):
        yield np.full((2, X.shape[0]), [[1.0], [2.0]])
        yield np.full((1, X.shape[0]), 3.0)


def marks(f, **config):
    prepared = planned(dataset(), penalty=[], estimators=[{"kind": "tree", "values": [0]}], **config)
    given = Given.of(prepared, prepared.paths[0].recipe, f)
    return prepared, given, marked(given, Constant())


def test_both_sides_of_a_fold_are_scored_at_every_point():
    prepared, given, found = marks(1, select={"metrics": ["mae"]})
    y, held = prepared.plan.dataset.y, prepared.plan.splits.folds[1].validation
    np.testing.assert_allclose(found.train["mse"], [np.mean((y[given.rows] - c) ** 2) for c in (1, 2, 3)])
    np.testing.assert_allclose(found.validation["mae"], [np.abs(y[held] - c).mean() for c in (1, 2, 3)])
    assert found.n_nonzero.tolist() == [0, 4, 1]
    assert found.alone is None


def test_all_training_rows_are_measured_and_not_scored():
    _, _, found = marks(3)
    assert (found.train, found.validation) == ({}, {})


def test_single_rows_keep_their_predictions_where_metrics_need_them_together():
    _, _, found = marks(5, cv={"kind": "leave_one_out"}, select={"metric": "r2"})
    assert found.alone.tolist() == [[1.0], [2.0], [3.0]]


def test_what_is_kept_reads_back():
    _, _, found = marks(0)
    again = Marks.of({name: np.asarray(values) for name, values in found.piece().items()})
    for name in ("n_nonzero", "complexity", "n_iter", "ended"):
        np.testing.assert_array_equal(getattr(again, name), getattr(found, name))
    np.testing.assert_array_equal(again.validation["mse"], found.validation["mse"])
    assert again.alone is None
