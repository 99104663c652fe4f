"""Networks of a configuration, fold by fold, against a plain network of the same settings; and what their levers are for."""

from __future__ import annotations

import numpy as np
import pytest
from contract_table import FEATURES, TABLE
from plain_network import outputs, trained
from test_families import FOLDS, made

X, W = TABLE[FEATURES].to_numpy(), TABLE["w"].to_numpy()
SETTING = {"learning_rate": 0.05, "batch_size": 20, "max_epochs": 4, "hidden": [5, 3], "seeds": 2}
PLAIN = {"rate": 0.05, "batch": 20, "seed": 7}


@pytest.mark.parametrize("target", ["y", "two", "three"])
@pytest.mark.parametrize("axis", ["weight_decay", "l1", "epochs"])
def test_scores_are_those_of_a_plain_network(csv_path, target, axis):
    values = [1.0, 0.1] if axis != "epochs" else [1, 3]
    metric = "mse" if target == "y" else "log_loss"
    entry = {"kind": "network", "axis": axis, "values": values, **SETTING}
    _, found = made(csv_path, target, entry, roles={"weight": "w"}, select={"metric": metric})
    (path,) = found.paths
    labels, codes = np.unique(TABLE[target], return_inverse=True)
    for k, (train, validation) in enumerate(FOLDS):
        w = W[train]
        center = np.average(X[train], axis=0, weights=w)
        scale = np.sqrt(np.average((X[train] - center) ** 2, axis=0, weights=w))
        y = TABLE["y"].to_numpy()
        mean, sd = 0.0, 1.0
        if target == "y":
            mean = np.average(y[train], weights=w)
            sd = np.sqrt(np.average((y[train] - mean) ** 2, weights=w))
            aim = ((y[train] - mean) / sd)[:, None]
        else:
            aim = np.eye(len(labels))[codes[train]]
        for i, value in enumerate(path.lambdas):
            losses = []
            for seed in (7, 8):
                given = {} if axis == "epochs" else {axis: value}
                epochs = int(value) if axis == "epochs" else 4
                fitted = trained((X[train] - center) / scale, aim, w, (5, 3), **{**PLAIN, "seed": seed}, epochs=epochs, **given)[
                    -1
                ]
                out = outputs(fitted, (X[validation] - center) / scale, classes=target != "y")
                rows = (
                    (mean + sd * out[:, 0] - y[validation]) ** 2
                    if target == "y"
                    else -np.log(out[np.arange(len(out)), codes[validation]])
                )
                losses.append(np.average(rows, weights=W[validation]))
            assert path.validation[metric][k, i] == pytest.approx(np.mean(losses), rel=1e-5)


def test_a_model_alone_is_that_of_its_path(csv_path):
    for axis, values in (("mixup", [0.5, 0.2]), ("dropout", [0.5, 0.2]), ("noise", [1.0, 0.3]), ("epochs", [1, 2, 4])):
        prepared, found = made(csv_path, "three", {"kind": "network", "axis": axis, "values": values, **SETTING})
        from regcli.families import FAMILIES

        (path,) = found.paths
        models = FAMILIES["network"].models(prepared, path, 1)
        for k, (_, validation) in enumerate(FOLDS):
            alone = models[k](validation)
            assert alone.shape == (len(validation), 3)
            codes = np.unique(TABLE["three"], return_inverse=True)[1][validation]
            # the first of two seeds: between them is the mean
            one = -np.log(alone[np.arange(len(alone)), codes]).mean()
            other = FAMILIES["network"].models(prepared, path, 1, seed=1)[k](validation)
            two = -np.log(other[np.arange(len(other)), codes]).mean()
            assert path.validation["log_loss"][k, 1] == pytest.approx((one + two) / 2, rel=1e-6)


def test_patience_takes_the_epoch_that_is_best_on_the_mean_over_folds(csv_path):
    entry = {"kind": "network", "values": [0.1], **SETTING, "max_epochs": 6, "seeds": 1}
    _, every = made(csv_path, "y", {**entry, "axis": "epochs", "values": [1, 2, 3, 4, 5, 6], "weight_decay": 0.1})
    _, patient = made(csv_path, "y", {**entry, "patience": 6})
    weight = [len(validation) for _, validation in FOLDS]
    curve = np.average(every.paths[0].validation["mse"], axis=0, weights=weight)
    best = int(np.argmin(curve))
    assert (patient.paths[0].n_iter == best + 1).all()
    np.testing.assert_allclose(patient.paths[0].validation["mse"][:, 0], every.paths[0].validation["mse"][:, best], rtol=1e-9)
