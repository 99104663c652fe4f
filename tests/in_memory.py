"""Small experiments on data made here, fitted without a file: regression, two classes and three."""

from pathlib import Path

import numpy as np

from regcli import data
from regcli.config import config_from_data
from regcli.data.types import Dataset, Features
from regcli.engine import run
from regcli.experiment import ready

N = 60
RNG = np.random.default_rng(6)
X = RNG.normal(size=(N, 4)) * [1, 10, 0.1, 1] + [0, 5, 0, 1]
SIGNAL = X[:, 0] - 0.1 * X[:, 1]
Y = SIGNAL + 0.5 * RNG.normal(size=N)
TWO = (SIGNAL + RNG.logistic(size=N) > SIGNAL.mean()).astype(float)
THREE = np.argmax(np.column_stack([SIGNAL, -SIGNAL, 0 * SIGNAL]) + RNG.gumbel(size=(N, 3)), axis=1).astype(float)
FOLD = np.array([str(i % 3) for i in range(N)], dtype=object)
TARGETS = {"y": (Y, ()), "two": (TWO, ("no", "yes")), "three": (THREE, ("a", "b", "c"))}
ALL = ["none", "ridge", "lasso", {"kind": "elasticnet", "l1_ratio": [0.3, 0.7]}]


def dataset(target="y", *, X=X, y=None, weight=None, fold=FOLD, holdout=None):
    values, classes = TARGETS[target]
    names = tuple(f"x{j}" for j in range(X.shape[1]))
    return Dataset(
        features=Features(names, ("numeric",) * len(names), np.asfortranarray(X), ()),
        y=values if y is None else y,
        task="classification" if classes else "regression",
        classes=classes,
        weight=weight,
        group=None,
        fold=fold,
        holdout=holdout,
        ordered=False,
        row=np.arange(len(X)),
        target=target,
        source="made here",
        sha256="",
        n_source_rows=len(X),
        n_source_columns=len(names) + 1,
        profile=(),
        warnings=(),
    )


def planned(rows, **config):
    config = config_from_data(
        {
            "task": rows.task,
            "dataset": {"kind": "csv", "path": "made.csv", "target": "y"},
            "cv": {"kind": "predefined", "column": "fold"},
            "penalty": "lasso",
            "lambdas": {"values": [0.2, 0.05, 0.01]},
            "model": {"tol": 1e-8},
            **config,
        },
        "test",
        Path(),
    )
    return ready(config, rows, data.split(rows, config))


def fitted(rows, *, save_model=False, **config):
    return run(planned(rows, **config), save_model=save_model)


def figures(outcome):
    """Every array of numbers in an outcome."""
    for path in outcome.paths:
        yield from (path.lambdas, path.n_nonzero, path.df, path.n_nonzero_folds, path.n_iter, path.kkt, path.details.coefficients)
        for by_metric in (path.train, path.validation):
            yield from by_metric.values()
    for table in (outcome.portrait.coefficients, outcome.predictions):
        for field in ("coefficient", "standardized", "fold_mean", "fold_sd", "selection_frequency", "probability"):
            if getattr(table, field, None) is not None:
                yield getattr(table, field)
