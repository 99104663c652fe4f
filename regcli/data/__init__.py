"""Data in, a `Dataset` and its `Splits` out.

A dataset kind is one module with a function from the configuration to a `Dataset`, and one line in `KINDS`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regcli.config import Config
    from regcli.data.memory import Source
    from regcli.data.rows import load_rows
    from regcli.data.splits import split
    from regcli.data.types import Dataset

__all__ = ["KINDS", "load", "load_rows", "split"]

# Where the function for a kind is: what a configuration does not ask for is not imported.
KINDS = {
    "csv": ("table", "load_csv"),
    "parquet": ("parquet", "load_parquet"),
    "svmlight": ("svmlight", "load_svmlight"),
    "builtin": ("builtin", "load_builtin"),
    "make_regression": ("generated", "load_regression"),
    "make_classification": ("generated", "load_classification"),
    "memory": ("memory", "load_memory"),
}
_ELSEWHERE = {"load_rows": "rows", "split": "splits"}


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import what is asked for (PEP 562)."""
    if name not in _ELSEWHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ELSEWHERE[name]}"), name)


def load(config: Config, source: Source | None = None) -> Dataset:
    """Read, or make, the data a configuration names.

    Parameters
    ----------
    config : Config
    source : Source, optional
        Of data that are handed over (dataset.kind memory).

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
    if source is not None:
        from regcli.data.memory import memory_dataset

        return memory_dataset(source, config)
    module, function = KINDS[config.dataset.kind]
    dataset: Dataset = getattr(import_module(f"{__name__}.{module}"), function)(config)
    return dataset
