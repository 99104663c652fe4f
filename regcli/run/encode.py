"""Tables and objects to bytes: the same bytes for the same content, and never a NaN."""

from __future__ import annotations

import csv
import io
import json
import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.data.arrow import as_arrow, text_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray


PLAIN = {str, int, float, bool, type(None)}


def encode_json(content: Any) -> bytes:  # noqa: ANN401
    """UTF-8, indented by two, NaN and infinity as null, keys in the order given."""
    return (_indented(content, "\n") + "\n").encode()


def _indented(value: Any, margin: str) -> str:  # noqa: ANN401
    """The text of `json.dumps(finite(value), indent=2)`, whose indenting encoder is slow on a document of many columns.

    Objects and lists of plain values, and lists of such objects, are most of a large document. The fast encoder writes them with
    the line break and the margin in its separator, which cannot be mistaken: no string of JSON holds a line break as it is.
    """
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if not isinstance(value, (dict, list, tuple)):
        return json.dumps(finite(value), ensure_ascii=False, allow_nan=False)
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    inner = f"{margin}  "
    with suppress(ValueError):  # a number that is not finite
        if _is_flat(value):
            text = _fast(value, inner)
            return f"{text[0]}{inner}{text[1:-1]}{margin}{text[-1]}"
        if not isinstance(value, dict) and all(isinstance(item, dict) and item and _is_flat(item) for item in value):
            deep = f"{inner}  "
            text = _fast(value, deep)[2:-2].replace(f"}},{deep}{{", f"{inner}}},{inner}{{{deep}")
            return f"[{inner}{{{deep}{text}{inner}}}{margin}]"
    if isinstance(value, dict):
        pairs = (f"{json.dumps(str(key), ensure_ascii=False)}: {_indented(item, inner)}" for key, item in value.items())
        return f"{{{inner}{f',{inner}'.join(pairs)}{margin}}}"
    return f"[{inner}{f',{inner}'.join(_indented(item, inner) for item in value)}{margin}]"


def _is_flat(value: Any) -> bool:  # noqa: ANN401
    """Whether a dict or list holds nothing but what the fast encoder knows, and texts as keys."""
    if isinstance(value, dict):
        return PLAIN.issuperset(map(type, value.values())) and all(type(key) is str for key in value)
    return PLAIN.issuperset(map(type, value))


def _fast(value: Any, margin: str) -> str:  # noqa: ANN401
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(f",{margin}", ": "))


def finite(value: Any) -> Any:  # noqa: ANN401
    """Plain data with null for every number that JSON does not know."""
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    if isinstance(value, np.ndarray):
        return finite(value.tolist())
    if isinstance(value, np.generic):
        return finite(value.item())
    return None if isinstance(value, float) and not math.isfinite(value) else value


def arrow_table(columns: dict[str, NDArray[Any] | pa.Array]) -> pa.Table:
    """Numpy arrays as an Arrow table; NaN and None become null."""
    import pyarrow as pa

    return pa.table({name: as_arrow(values) if isinstance(values, np.ndarray) else values for name, values in columns.items()})


def coded(labels: Sequence[str | None], codes: NDArray[Any]) -> pa.Array:
    """A text column of a million cells from the few labels in it."""
    return text_array(labels).take(as_arrow(codes))


def encode_csv(table: pa.Table) -> bytes:
    """Comma-separated UTF-8 with a header; floats in the shortest form that reads back exactly, null as an empty cell."""
    import pyarrow as pa
    import pyarrow.csv

    def body(quoting: str) -> bytes:
        sink = pa.BufferOutputStream()
        pyarrow.csv.write_csv(table, sink, pyarrow.csv.WriteOptions(include_header=False, quoting_style=quoting))
        return bytes(sink.getvalue())

    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow(table.column_names)
    try:
        content = body("none")  # "needed" puts quotes around every text
    except pa.ArrowInvalid:
        content = body("needed")
    return header.getvalue().encode() + content


def encode_parquet(table: pa.Table) -> bytes:
    """Parquet, compressed."""
    import pyarrow as pa
    import pyarrow.parquet

    sink = pa.BufferOutputStream()
    pyarrow.parquet.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())
