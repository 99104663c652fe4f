"""One pyarrow column at a time: what kind it is, its numbers, its texts, and the cells that are neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import numpy as np

from regcli.data.arrow import as_numpy, first_true, text_array
from regcli.data.notation import LABEL_LEVELS
from regcli.data.wording import count
from regcli.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

    from regcli.data.notation import Notation
    from regcli.data.source import TableSource
    from regcli.data.types import type_of_column
    from regcli.numerics.arrays import FloatArray, TextArray

NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
DECIMAL_COMMA = r"^\s*[+-]?\d+,\d+\s*$"
# 1,234,567.8 and 1 234 and 1'234; $5; 12.5 %
DECORATED = r"^\s*[+-]?\s*[$€£¥]?\s*[+-]?\d{1,3}(([ ,.'’]\d{3})*|\d*)([.,]\d+)?\s*[%$€£¥]?\s*$"

EXCLUDE = "or leave the column out: dataset.columns: {{exclude: [{name!r}]}}."


def kind_of(column: pa.ChunkedArray, name: str, source: TableSource) -> type_of_column:
    """Numeric, boolean or categorical.

    Raises
    ------
    DataError
        For times of day and nested values; in CSV files also for columns of numbers with the odd cell that is none.
    """
    import pyarrow as pa

    kind = column.type
    if pa.types.is_boolean(kind):
        return "boolean"
    if _is_number(kind):
        return "numeric"
    if _is_text(kind):
        if not source.typed:
            _refuse_stray_cells(column, name, source)
        return "categorical"
    raise DataError(
        f"{source.name}: column {name!r} is of type {kind}, which cannot be a feature.",
        f"Leave the column out: dataset.columns: {{exclude: [{name!r}]}}.",
        leave_out(name),
    )


def leave_out(name: str) -> dict[str, list[str]]:
    """The remedy that leaves a column out."""
    return {"dataset.columns.exclude": [name]}


def fill(out: FloatArray, column: pa.ChunkedArray) -> None:
    """Write a column of numbers, truths or no values into `out`, shape (n,); NaN where missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_boolean(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind):
        column = pc.cast(column, pa.float64())
    start = 0
    for chunk in column.chunks:
        out[start : start + len(chunk)] = as_numpy(chunk)
        start += len(chunk)


def fill_chunk(out: FloatArray, values: pa.Array) -> None:
    """Write the numbers or truths of one chunk into `out`, shape (n,); NaN where missing."""
    import pyarrow as pa

    fill(out, pa.chunked_array([values]))


def numbers(column: pa.ChunkedArray) -> FloatArray:
    """A numeric or boolean column as float64, shape (n,); NaN where missing."""
    out: FloatArray = np.empty(len(column))
    fill(out, column)
    return out


def is_numeric(column: pa.ChunkedArray) -> bool:
    """Whether `numbers` can read the column's type; booleans are no numbers here."""
    return _is_number(column.type)


def is_text(column: pa.ChunkedArray) -> bool:
    """Whether the column is strings as they are."""
    import pyarrow as pa

    return bool(pa.types.is_string(column.type))


def numeric_kinds(p: int) -> tuple[type_of_column, ...]:
    """Kinds of p columns that are all numbers."""
    numeric: type_of_column = "numeric"
    return (numeric,) * p


def parsed_numbers(column: pa.ChunkedArray, notation: Notation) -> FloatArray | None:
    """Numbers of a text column, shape (n,), NaN where missing; None where some cell is no number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if notation.thousands is not None and first_non_number(column, notation) is not None:
        return None
    try:
        return numbers(pc.cast(notation.plain(column), pa.float64()))
    except pa.ArrowInvalid:
        return None


def as_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column as strings: whole numbers without a point, booleans as true and false, empty text as missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = pc.cast(column, kind.value_type)
        kind = column.type
    if pa.types.is_floating(kind):
        values = numbers(column)
        cells = [None if np.isnan(v) else str(int(v)) if v.is_integer() else repr(v) for v in values.tolist()]
        return pa.chunked_array([text_array(cells)])
    text = pc.cast(column, pa.string())
    empty, missing = text_array(["", None])
    return pc.if_else(pc.equal(text, empty), missing, text)


def texts(column: pa.ChunkedArray) -> TextArray:
    """The column as an object array of str, shape (n,), None where missing."""
    import pyarrow as pa

    # Cells that are equal share one str: thousands of rows have but a few levels.
    return as_numpy(column if pa.types.is_string(column.type) else as_texts(column))


def first_non_number(column: pa.ChunkedArray, notation: Notation) -> tuple[int, str] | None:
    """Row and text of the first cell of a text column that is no number."""
    import pyarrow.compute as pc

    bad = pc.invert(pc.match_substring_regex(column, notation.number))
    row = first_true(bad)
    return None if row < 0 else (row, column[row].as_py())


def refuse_infinite(values: FloatArray, name: str, source: TableSource) -> None:
    """Raise where a value is infinite, naming its column and place."""
    rows = np.flatnonzero(np.isinf(values))
    if len(rows):
        many = count(len(rows), "infinite value")
        raise DataError(
            f"{source.name}: column {name!r} has {many}, the first in {source.place(int(rows[0]))}.",
            f"Replace it by a number or an empty cell, {EXCLUDE.format(name=name)}",
            leave_out(name),
        )


def refuse_non_number(column: pa.ChunkedArray, name: str, source: TableSource, what: str, hint: str) -> NoReturn:
    """Raise for a column that ought to hold numbers, quoting the first cell that is none."""
    import pyarrow as pa

    bad = first_non_number(column, source.notation) if pa.types.is_string(column.type) else None
    cell = f"; {source.place(bad[0])} says {quoted(bad[1])}" if bad else f", not {column.type}"
    raise DataError(f"{source.name}: {what} {name!r} must hold numbers{cell}.", hint)


def _refuse_stray_cells(column: pa.ChunkedArray, name: str, source: TableSource) -> None:
    """Raise where a text column is plainly numbers but for some cells."""
    import pyarrow.compute as pc

    present = column.drop_null()
    numeric = pc.match_substring_regex(present, source.notation.number)
    n_numeric = pc.sum(numeric).as_py()
    if 2 * n_numeric > len(present) > n_numeric:
        strays = pc.value_counts(present.filter(pc.invert(numeric))).field("counts")
        if pc.count_distinct(present).as_py() <= LABEL_LEVELS and pc.min(strays).as_py() > 1:
            return
        row, text = first_non_number(column, source.notation) or (0, "")
        raise DataError(
            f"{source.name}: column {name!r} is made of numbers, but {source.place(row)} says {quoted(text)} "
            f"({count(len(present) - n_numeric, 'such cell')}).",
            f"Correct the cell, empty it if the value is missing, {EXCLUDE.format(name=name)}",
            leave_out(name),
        )
    if n_numeric == len(present):
        return
    for pattern, what in ((DECIMAL_COMMA, "decimal or thousands commas"), (DECORATED, "separators or signs in its numbers")):
        found = pc.match_substring_regex(present, pattern)
        # A few such texts ("5 %", "10 %") may well be the levels of a factor.
        many = pattern == DECIMAL_COMMA or not has_few_levels(column)
        if many and 2 * pc.sum(found).as_py() > len(present):
            row = first_true(pc.match_substring_regex(column, pattern))
            raise DataError(
                f"{source.name}: column {name!r} has {what} ({source.place(row)} says {quoted(column[row].as_py())}).",
                f"Write plain numbers with decimal points, such as 1234.5 (in pandas: d[{name!r}] = "
                f"d[{name!r}].str.replace('[^0-9.-]', '', regex=True).astype(float)), {EXCLUDE.format(name=name)}",
                leave_out(name),
            )


def has_few_levels(column: pa.ChunkedArray) -> bool:
    """Whether texts that look like numbers may be labels: there are few different ones."""
    import pyarrow.compute as pc

    return bool(pc.count_distinct(column.drop_null()).as_py() <= LABEL_LEVELS)


def decorated_levels(column: pa.ChunkedArray, name: str) -> str | None:
    """A warning where the levels of a factor are all numbers with signs around them, such as ``5 %``."""
    import pyarrow.compute as pc

    present = column.drop_null()
    if not len(present) or not has_few_levels(column):
        return None
    if (
        not pc.all(pc.match_substring_regex(present, DECORATED)).as_py()
        or pc.any(pc.match_substring_regex(present, NUMBER)).as_py()
    ):
        return None
    return (
        f"Column {name!r} holds numbers with signs around them, such as {quoted(present[0].as_py())}, "
        f"and was taken for a category; write plain numbers, or settle it by dataset.types: {{{name!r}: category}}."
    )


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def quoted(text: str) -> str:
    """The cell in quotes, shortened where it is long."""
    return repr(text if len(text) <= 40 else text[:37] + "...")
