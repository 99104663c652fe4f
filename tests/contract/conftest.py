"""The shortest way from a configuration to an outcome."""

from pathlib import Path

import pytest
from contract_table import TABLE

from regcli import data, engine
from regcli.config import config_from_data
from regcli.experiment import ready


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
        return engine.run(ready(config, dataset, data.split(dataset, config)), save_model=save_model)

    return run_
