"""A small data set with every role, and the shortest way from a configuration to an outcome."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from regcli import data
from regcli.config import config_from_data
from regcli.engine import run_plan
from regcli.plan import make_plan

N, P = 120, 5


def make_table(seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N, P)) * [1, 10, 0.1, 3, 1] + [0, 50, 0, -2, 1]
    X[:, 4] += 0.8 * X[:, 0]
    signal = X[:, 0] + 0.05 * X[:, 1] - 8 * X[:, 2]
    table = pd.DataFrame(X, columns=[f"x{j}" for j in range(P)])
    table["y"] = signal + rng.normal(size=N)
    signal = signal / 3  # classes that overlap in every fold, so that an unpenalised optimum exists
    table["two"] = np.where(signal + rng.logistic(size=N) > signal.mean(), "yes", "no")
    table["three"] = np.array(["a", "b", "c"])[np.argmax(np.column_stack([signal, -signal, 0 * signal]) + rng.gumbel(size=(N, 3)), axis=1)]
    table["w"] = rng.integers(1, 5, size=N) / 2
    table["g"] = [f"g{i}" for i in rng.integers(0, 12, size=N)]
    table["t"] = rng.permutation(N)
    table["f"] = rng.integers(0, 4, size=N)
    return table


TABLE = make_table()
FEATURES = [f"x{j}" for j in range(P)]


@pytest.fixture(scope="session")
def csv_path(tmp_path_factory):
    path = tmp_path_factory.mktemp("contract") / "table.csv"
    TABLE.to_csv(path, index=False)
    return path


@pytest.fixture
def run(csv_path):
    """Fit a configuration given as keywords; `roles` are added to the dataset."""

    def run_(target, *, roles=None, path=csv_path, save_model=True, **config):
        config = config_from_data(
            {
                "version": 1,
                "task": "regression" if target == "y" else "classification",
                "dataset": {"kind": "csv", "path": str(path), "target": target, "columns": {"include": ["x*"]}, **(roles or {})},
                **config,
            },
            "test",
            Path(),
        )
        dataset = data.load(config)
        return run_plan(make_plan(config, dataset, data.split(dataset, config)), save_model=save_model)

    return run_
