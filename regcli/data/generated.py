"""Data made by scikit-learn's generators, for trying things out."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from regcli.data.arrays import array_table
from regcli.data.table import table_dataset
from regcli.errors import UsageError
from regcli.numerics.memory import refuse_beyond_memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from regcli.config import Config
    from regcli.config.dataset import MakeClassificationDataset, MakeRegressionDataset
    from regcli.data.types import Dataset, Task

TARGET = "y"


def load_regression(config: Config) -> Dataset:
    """``sklearn.datasets.make_regression``: columns x1 … xp, target y."""
    from sklearn.datasets import make_regression

    return _generated(config, make_regression, "regression")


def load_classification(config: Config) -> Dataset:
    """``sklearn.datasets.make_classification``: columns x1 … xp, target y with the classes 0 … K-1."""
    from sklearn.datasets import make_classification

    return _generated(config, make_classification, "classification")


def _generated(config: Config, make: Callable[..., Any], task: Task) -> Dataset:
    """Call a generator with those of its parameters that the configuration has."""
    dataset = cast("MakeRegressionDataset | MakeClassificationDataset", config.dataset)
    arguments = {name: getattr(dataset, name) for name in inspect.signature(make).parameters if hasattr(dataset, name)}
    if arguments.get("weights") is not None:
        arguments["weights"] = list(arguments["weights"])
    # Without a seed every call would make other data, and no run could be repeated.
    arguments.setdefault("random_state", 0)
    smaller = "Lower dataset.n_samples or dataset.n_features."
    refuse_beyond_memory(make.__name__, dataset.n_samples, dataset.n_features, smaller)
    try:
        X, y = make(**arguments)
    except ValueError as error:
        hint = "Change dataset's parameters so that they fit together."
        raise UsageError(f"dataset ({make.__name__}): {error}", hint) from error
    names = [f"x{j}" for j in range(1, X.shape[1] + 1)]
    source = array_table(make.__name__, X, names, y.astype(np.float64), TARGET)
    return table_dataset(source, config, target=TARGET, task=task)
