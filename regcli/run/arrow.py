"""Arrow columns of a run's files as numpy arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from regcli.run.layout import Kind


def as_numpy(column: pa.ChunkedArray) -> NDArray[Any]:
    """What `column.to_numpy()` gives, without pandas, whose import by Arrow takes longer than all that `show` does besides."""
    import pyarrow as pa

    values, kind = column.combine_chunks(), column.type
    missing = _truths(values.is_null()) if values.null_count else None
    if pa.types.is_string(kind):
        coded = values.dictionary_encode()
        levels = np.array([*coded.dictionary.to_pylist(), None], dtype=object)
        codes = _cells(coded.indices, np.int32)
        return np.asarray(levels[codes if missing is None else np.where(missing, -1, codes)])
    if pa.types.is_boolean(kind) and missing is None:
        return _truths(values)
    if kind in {pa.int64(), pa.float64()}:
        found = _cells(values, np.int64 if kind == pa.int64() else np.float64)
        return found if missing is None else np.where(missing, np.nan, found)
    return np.asarray(column.to_numpy())


def _cells(values: pa.Array, kind: type[np.generic]) -> NDArray[Any]:
    """Cells of a fixed width as they lie in memory, whatever stands where one is missing."""
    buffer = values.buffers()[1]
    return np.frombuffer(buffer, kind)[values.offset : values.offset + len(values)] if len(values) else np.zeros(0, kind)


def _truths(values: pa.Array) -> NDArray[Any]:
    """Truths, none of them missing."""
    import pyarrow as pa

    return _cells(values.cast(pa.int8()), np.int8).astype(bool)


def arrow_types() -> dict[Kind, Any]:
    """The type in Arrow of each kind of column."""
    import pyarrow as pa

    return {"text": pa.string(), "float": pa.float64(), "int": pa.int64(), "bool": pa.bool_()}
