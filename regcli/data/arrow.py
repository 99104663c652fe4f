"""Between numpy and Arrow without pandas, which Arrow imports when it is handed an array, and which takes longer than reading.

Arrays go in as the buffers that Arrow keeps them in, and come out of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.data.source import for_arrow

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from regcli.numerics.arrays import BoolArray

# Offsets into the bytes of a text column have 32 bits.
MOST_BYTES = 2**31 - 1


def as_arrow(values: NDArray[Any], missing: BoolArray | None = None) -> pa.Array:
    """An array as Arrow's of the same kind; NaN and None become null, and so does what is `missing`.

    Parameters
    ----------
    values : ndarray (n,)
    missing : bool ndarray (n,), optional
        Of numbers: cells that are to be null whatever stands there.
    """
    import pyarrow as pa

    if values.dtype.kind in "OU" and missing is None:
        cells = values.tolist()
        return text_array(cells) if all(cell is None or isinstance(cell, str) for cell in cells) else pa.array(values)
    kinds = {np.dtype(np.float64): pa.float64(), np.dtype(np.int64): pa.int64(), np.dtype(np.bool_): pa.bool_()}
    kind = kinds.get(values.dtype)
    if kind is None:
        return pa.array(values, from_pandas=True, mask=missing)
    if missing is None and values.dtype.kind == "f":
        missing = np.isnan(values)
    cells = np.packbits(values, bitorder="little") if kind == pa.bool_() else np.ascontiguousarray(values)
    return pa.Array.from_buffers(kind, len(values), [_present(missing), for_arrow(cells.data)])


def text_array(cells: Sequence[str | None]) -> pa.Array:
    """Texts as Arrow's strings; None becomes null."""
    import pyarrow as pa

    encoded = [b"" if cell is None else cell.encode() for cell in cells]
    ends = np.cumsum([0, *map(len, encoded)])
    if ends[-1] > MOST_BYTES:
        return pa.array(cells, pa.large_string())
    missing = np.array([cell is None for cell in cells], dtype=bool)
    offsets = for_arrow(ends.astype(np.int32).data)
    return pa.Array.from_buffers(pa.string(), len(encoded), [_present(missing), offsets, for_arrow(b"".join(encoded))])


def _present(missing: BoolArray | None) -> pa.Buffer | None:
    """One bit for every cell that has a value; None where all have."""
    return None if missing is None or not missing.any() else for_arrow(np.packbits(~missing, bitorder="little").data)


def as_numpy(column: pa.ChunkedArray | pa.Array) -> NDArray[Any]:
    """What `column.to_numpy(zero_copy_only=False)` gives, but that whole numbers stay so where none is missing."""
    import pyarrow as pa

    values, kind = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column, column.type
    missing = truths(values.is_null()) if values.null_count else None
    if pa.types.is_string(kind):
        coded = values.dictionary_encode()
        if isinstance(coded, pa.ChunkedArray):  # of more text than one array can hold
            coded = coded.combine_chunks()
        levels = np.array([*coded.dictionary.to_pylist(), None], dtype=object)
        codes = _cells(coded.indices, np.dtype(np.int32))
        return np.asarray(levels[codes if missing is None else np.where(missing, -1, codes)])
    if pa.types.is_boolean(kind) and missing is None:
        return truths(values)
    if pa.types.is_integer(kind) or kind in {pa.float32(), pa.float64()}:
        found = _cells(values, np.dtype(kind.to_pandas_dtype()))
        return found if missing is None else np.where(missing, np.nan, found)
    return np.asarray(column.to_numpy(zero_copy_only=False))


def truths(values: pa.Array | pa.ChunkedArray) -> BoolArray:
    """Truths, none of them missing, as a bool array."""
    import pyarrow as pa

    plain = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return _cells(plain.cast(pa.int8()), np.dtype(np.int8)).astype(bool)


def first_true(values: pa.Array | pa.ChunkedArray) -> int:
    """Where the first truth that holds is; -1 where there is none."""
    import pyarrow.compute as pc

    place: int = pc.index(values, as_arrow(np.array([True]))[0]).as_py()
    return place


def _cells(values: pa.Array, kind: np.dtype[Any]) -> NDArray[Any]:
    """Cells of a fixed width as they lie in memory, whatever stands where one is missing."""
    buffer = values.buffers()[1]
    return np.frombuffer(buffer, kind)[values.offset : values.offset + len(values)] if len(values) else np.zeros(0, kind)
