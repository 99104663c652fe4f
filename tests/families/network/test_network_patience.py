"""How long patience lets networks train, and that nothing is trained twice for it."""

from __future__ import annotations

import numpy as np
import pytest
from in_memory import dataset, planned

from regcli.engine import search
from regcli.families import FAMILIES
from regcli.families.axis_family import random_state
from regcli.families.network import family, patience
from regcli.families.network.patience import Best

ENTRY = {"kind": "network", "values": [1.0, 0.1, 0.0], "hidden": [4], "max_epochs": 30, "patience": 2, "learning_rate": 0.1,
         "batch_size": 10, "seeds": 2}  # fmt: skip


@pytest.mark.parametrize(
    ("curve", "patient", "best", "seen"),
    [
        ([3, 2, 1, 2, 0], 1, 3, 4),
        ([3, 2, 1, 2, 0], 2, 5, 5),
        ([1, 1, 1], 5, 1, 3),
        ([1, 1, 1], 2, 1, 3),
        ([np.nan, 2, 3], 3, 2, 3),
        ([np.nan, np.nan, np.nan], 1, 1, 2),
    ],
)
def test_the_best_epoch_is_the_one_that_the_patience_does_not_better(curve, patient, best, seen):
    found = Best(1, patient)
    for epoch, value in enumerate(curve, start=1):
        told = found.told(np.array([value], dtype=float))
        assert told[0] == (epoch == 1 or found.epochs[0] == epoch)
        if found.is_over:
            break
    assert (found.epochs.tolist(), epoch) == ([best], seen)


def test_strengths_end_by_themselves():
    found = Best(2, 1)
    for values in ([1.0, 3.0], [2.0, 2.0], [0.0, 1.0]):
        assert not found.is_over
        found.told(np.array(values))
    assert found.epochs.tolist() == [1, 3]


@pytest.fixture(scope="module")
def prepared():
    return planned(dataset("y"), penalty=[], estimators=[ENTRY], lambdas={})


def test_every_set_is_trained_once_and_no_longer_than_patience_asks(prepared, monkeypatch):
    walked, epochs = [], []

    def walk(given, *arguments):
        walked.append((given.f, arguments[-1]))
        for epoch, weights in original(given, *arguments):
            epochs.append(epoch)
            yield epoch, weights

    original = patience.walk
    monkeypatch.setattr(patience, "walk", walk)
    monkeypatch.setattr(family, "trained", None)  # nobody else trains
    (path,) = search(prepared).paths
    sets = len(path.n_iter)
    assert len(walked) == len(set(walked)) == 2 * sets
    assert (path.n_iter == path.n_iter[0]).all()
    longest = path.details.rounds.max(axis=1) + ENTRY["patience"]
    assert len(epochs) == sets * np.minimum(longest, ENTRY["max_epochs"]).sum()
    assert longest.min() < ENTRY["max_epochs"]


@pytest.mark.parametrize("seed", [0, 1])
def test_a_model_of_a_patient_path_is_trained_again_for_as_long_as_it_was(prepared, seed):
    (path,) = search(prepared).paths
    models = FAMILIES["network"].models(prepared, path, 1, seed=seed)
    state = random_state(prepared, seed)
    for (given, networks), model in zip(patience.patiently(prepared, path.path, state), models, strict=True):
        np.testing.assert_array_equal(model(given.rows), networks.at(1).mean(given.X))
        contract = FAMILIES["network"].model(given, path.path, 1, state)
        np.testing.assert_array_equal(contract.weights, networks.at(1).weights)
