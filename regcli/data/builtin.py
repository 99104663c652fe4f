"""The data sets that come with scikit-learn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from regcli.data.arrays import array_table
from regcli.data.table import table_dataset
from regcli.data.wording import listing

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
    """One of scikit-learn's bundled data sets, classes by name; constant columns (blank pixels) are dropped with a warning."""
    from sklearn import datasets

    name = cast("BuiltinDataset", config.dataset).name
    # The raw units: diabetes is otherwise handed out centred and scaled over all rows, which no fold should know of.
    options: dict[str, Any] = {"scaled": False} if name == "diabetes" else {}
    bunch = getattr(datasets, f"load_{name}")(**options)
    X = np.asarray(bunch.data, dtype=np.float64)
    y = np.asarray(bunch.target, dtype=np.float64)
    if TASKS[name] == "classification":
        y = np.array([str(label) for label in bunch.target_names], dtype=object)[bunch.target]
    names = np.array([str(column) for column in bunch.feature_names], dtype=object)
    varies = np.ptp(X, axis=0) > 0
    source = array_table(name, X[:, varies], names[varies].tolist(), y, TARGET)
    dataset = table_dataset(source, config, target=TARGET, task=TASKS[name])
    if varies.all():
        return dataset
    dropped = f"Columns without any variation are left out: {listing(names[~varies].tolist())}."
    return replace(dataset, n_source_columns=len(names) + 1, warnings=(dropped, *dataset.warnings))
