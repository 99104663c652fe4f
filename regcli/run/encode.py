"""Tables and objects to bytes: the same bytes for the same content, and never a NaN."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray


def encode_json(content: Any) -> bytes:  # noqa: ANN401
    """UTF-8, indented by two, NaN and infinity as null, keys in the order given."""
    return (json.dumps(finite(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


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

    return pa.table(
        {name: pa.array(v, from_pandas=True) if isinstance(v, np.ndarray) else v for name, v in columns.items()}
    )


def coded(labels: Sequence[str | None], codes: NDArray[Any]) -> pa.Array:
    """A text column of a million cells from the few labels in it."""
    import pyarrow as pa

    return pa.array(labels, type=pa.string()).take(pa.array(codes))


def encode_csv(table: pa.Table) -> bytes:
    """Comma-separated UTF-8 with a header; floats in the shortest form that reads back exactly, null as an empty cell."""
    import pyarrow as pa
    import pyarrow.csv

    def body(quoting: str) -> bytes:
        sink = io.BytesIO()
        pyarrow.csv.write_csv(table, sink, pyarrow.csv.WriteOptions(include_header=False, quoting_style=quoting))
        return sink.getvalue()

    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow(table.column_names)
    try:
        content = body("none")  # "needed" puts quotes around every text
    except pa.ArrowInvalid:
        content = body("needed")
    return header.getvalue().encode() + content


def encode_parquet(table: pa.Table) -> bytes:
    """Parquet, compressed."""
    import pyarrow.parquet

    sink = io.BytesIO()
    pyarrow.parquet.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def encode_model(pipeline: Any) -> bytes:  # noqa: ANN401
    """A scikit-learn pipeline in skops' form, without the memory addresses and times that skops puts into it.

    skops numbers objects by address, in the schema and in the names of the array files; here they are numbered as they
    appear, and the archive's members are dated 1980.
    """
    import skops.io

    number: dict[str, str] = {}

    def renumber(text: str) -> str:
        return re.sub(r"\d+", lambda match: number.setdefault(match[0], str(len(number) + 1)), text, count=1)

    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(pipeline))) as archive:
        schema = archive.read("schema.json").decode()
        schema = re.sub(r'"__id__": \d+|"file": "\d+\.\w+"', lambda match: renumber(match[0]), schema)
        members = {renumber(name): archive.read(name) for name in archive.namelist() if name != "schema.json"}
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as out:
        for name in sorted(members, key=lambda name: (len(name), name)):
            out.writestr(zipfile.ZipInfo(name), members[name], zipfile.ZIP_DEFLATED)
        out.writestr(zipfile.ZipInfo("schema.json"), schema, zipfile.ZIP_DEFLATED)
    return sink.getvalue()
