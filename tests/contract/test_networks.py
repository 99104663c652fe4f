"""What networks of a configuration are beside their scores: models by themselves, and how long they are trained."""

from __future__ import annotations

import numpy as np
import pytest
from contract_table import TABLE
from test_families import FOLDS, SMALL, made

from regcli.families import FAMILIES


@pytest.mark.parametrize(
    ("axis", "values"), [("mixup", [0.5, 0.2]), ("dropout", [0.5, 0.2]), ("noise", [1.0, 0.3]), ("epochs", [1, 2, 4])]
)
def test_a_model_alone_is_that_of_its_path(csv_path, axis, values):
    entry = {"kind": "network", "axis": axis, "values": values, "max_epochs": 4, **SMALL}
    prepared, found = made(csv_path, "three", entry)
    (path,) = found.paths
    by_seed = [FAMILIES["network"].models(prepared, path, 1, seed=seed) for seed in (0, 1)]
    codes = np.unique(TABLE["three"], return_inverse=True)[1]
    for k, (_, validation) in enumerate(FOLDS):
        probability = [models[k](validation)[np.arange(len(validation)), codes[validation]] for models in by_seed]
        assert path.validation["log_loss"][k, 1] == pytest.approx(-np.log(probability).mean(), rel=1e-6)


def test_patience_takes_the_epoch_that_is_best_on_the_mean_over_folds(csv_path):
    entry = {"kind": "network", **SMALL, "max_epochs": 6, "seeds": 1}
    _, every = made(csv_path, "y", {**entry, "axis": "epochs", "values": [1, 2, 3, 4, 5, 6], "weight_decay": 0.1})
    _, patient = made(csv_path, "y", {**entry, "values": [0.1], "patience": 6})
    curve = np.average(every.paths[0].validation["mse"], axis=0, weights=[len(validation) for _, validation in FOLDS])
    best = int(np.argmin(curve))
    assert (patient.paths[0].n_iter == best + 1).all()
    np.testing.assert_allclose(patient.paths[0].validation["mse"][:, 0], every.paths[0].validation["mse"][:, best], rtol=1e-9)
