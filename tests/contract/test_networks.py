"""What networks of a configuration are beside their scores: models by themselves, how long they are trained, what levers do."""

from __future__ import annotations

import numpy as np
import pytest
from contract_table import TABLE
from in_memory import dataset, planned
from sklearn.datasets import make_moons
from test_families import FOLDS, SMALL, made

from regcli.engine import search
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


def on_noisy_moons(axis, values, seed):
    """A path of networks with far more units than two half moons need, a fifth of whose labels are wrong."""
    n, rng = 240, np.random.default_rng(seed)
    X, y = make_moons(n, noise=0.25, random_state=seed)
    y = np.where(rng.random(n) < 0.2, 1 - y, y).astype(float)
    rows = dataset("two", X=X, y=y, fold=np.array([str(i % 3) for i in range(n)], dtype=object))
    entry = {
        "kind": "network", "axis": axis, "values": values, "hidden": [[32, 16]], "max_epochs": 120, "learning_rate": 0.03,
        "batch_size": 40, "seeds": 1,
    }  # fmt: skip
    (path,) = search(planned(rows, penalty=[], estimators=[entry], select={"metric": "log_loss", "metrics": ["ece"]})).paths
    return path


def test_label_smoothing_lowers_the_calibration_error_out_of_fold():
    ece = [on_noisy_moons("label_smoothing", [0.2, 0.1, 0.0], seed).validation["ece"].mean(axis=0) for seed in range(4)]
    most, some, none = np.mean(ece, axis=0)
    assert most < some < none
    assert most < 0.9 * none


def test_dropout_lowers_the_gap_between_train_and_validation():
    for seed in range(3):
        path = on_noisy_moons("dropout", [0.5, 0.25, 0.0], seed)
        most, some, none = (path.validation["log_loss"] - path.train["log_loss"]).mean(axis=0)
        assert 0 < most < some < none
        assert most < 0.5 * none
