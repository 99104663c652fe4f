"""The data sets that come with scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from regcli.data.arrays import array_table
from regcli.data.table import table_dataset

if TYPE_CHECKING:
    from regcli.config import Config
    from regcli.config.dataset import BuiltinDataset
    from regcli.data.types import Dataset, Task

TARGET = "target"
TASKS: dict[str, Task] = {
    "diabetes": "regression",
    "breast_cancer": "classification",
    "wine": "classification",
    "iris": "classification",
    "digits": "classification",
}


def load_builtin(config: Config) -> Dataset:
    """One of scikit-learn's bundled data sets, classes by name."""
    from sklearn import datasets

    name = cast("BuiltinDataset", config.dataset).name
    # The raw units: diabetes is otherwise handed out centred and scaled over all rows, which no fold should know of.
    options: dict[str, Any] = {"scaled": False} if name == "diabetes" else {}
    bunch = getattr(datasets, f"load_{name}")(**options)
    X = np.asarray(bunch.data, dtype=np.float64)
    y = np.asarray(bunch.target, dtype=np.float64)
    if TASKS[name] == "classification":
        y = np.array([str(label) for label in bunch.target_names], dtype=object)[bunch.target]
    names = [str(column) for column in bunch.feature_names]
    source = array_table(name, X, names, y, TARGET)
    return table_dataset(source, config, target=TARGET, task=TASKS[name])
