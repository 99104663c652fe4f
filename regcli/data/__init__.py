"""Data in, a `Dataset` and its `Splits` out.

A dataset kind is one module with a function from the configuration to a `Dataset`, and one line in `KINDS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.data.builtin import load_builtin
from regcli.data.csvfile import load_csv
from regcli.data.generated import load_classification, load_regression
from regcli.data.parquet import load_parquet
from regcli.data.rows import load_rows
from regcli.data.splits import split
from regcli.data.svmlight import load_svmlight

if TYPE_CHECKING:
    from collections.abc import Callable

    from regcli.config import Config
    from regcli.data.types import Dataset

__all__ = ["KINDS", "load", "load_rows", "split"]

KINDS: dict[str, Callable[[Config], Dataset]] = {
    "csv": load_csv,
    "parquet": load_parquet,
    "svmlight": load_svmlight,
    "builtin": load_builtin,
    "make_regression": load_regression,
    "make_classification": load_classification,
}


def load(config: Config) -> Dataset:
    """Read, or make, the data a configuration names.

    Parameters
    ----------
    config : Config

    Returns
    -------
    Dataset

    Raises
    ------
    DataError
        Where the data cannot be read or do not suit the configuration.
    UsageError
        Where the configuration leaves open what only it can say, such as the task.
    """
    return KINDS[config.dataset.kind](config)
