"""Small configurations, fitted and written."""

from __future__ import annotations

from pathlib import Path

from regcli import engine
from regcli.config import config_from_data
from regcli.data import load, split
from regcli.experiment import ready
from regcli.run import open_run, write_outcome, writing

REGRESSION = {
    "name": "small",
    "dataset": {"kind": "make_regression", "n_samples": 60, "n_features": 4, "n_informative": 2, "noise": 5.0},
    "penalty": [{"kind": "ridge"}, {"kind": "elasticnet", "l1_ratio": [0.5, 0.9]}],
    "lambdas": {"count": 6},
    "cv": {"kind": "kfold", "n_splits": 3, "repeats": 2},
    "select": {"metrics": ["r2", "mae"]},
    "holdout": {"fraction": 0.2, "seed": 1},
}
IRIS = {
    "name": "iris",
    "dataset": {"kind": "builtin", "name": "iris"},
    "penalty": {"kind": "lasso"},
    "lambdas": {"count": 5, "min_ratio": 0.01},
    "cv": {"kind": "stratified", "n_splits": 3},
}


def fitted(data, *, save_model=True):
    config = config_from_data(data, "test", Path())
    dataset = load(config)
    return engine.run(ready(config, dataset, split(dataset, config)), save_model=save_model)


def write(runs, outcome, command="fit"):
    with writing(runs, outcome.prepared, command) as run:
        write_outcome(run, outcome)
    return open_run(str(run.path), runs)
