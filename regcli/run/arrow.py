"""The types in Arrow of what a run's tables hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regcli.run.layout import Kind


def arrow_types() -> dict[Kind, Any]:
    """The type in Arrow of each kind of column."""
    import pyarrow as pa

    return {"text": pa.string(), "float": pa.float64(), "int": pa.int64(), "bool": pa.bool_()}
