"""The input columns as features: numbers into the matrix, categories as texts, dates as ISO texts; wrong cells counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regcli.data.cells import side_by_side
from regcli.data.columns import as_texts, leave_out, parsed_numbers, quoted, refuse_infinite, texts
from regcli.data.dates import UnclearOrderError, iso_texts, unclear_order
from regcli.data.types import Features
from regcli.data.wording import count, listing
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from regcli.data.cells import Cells
    from regcli.data.layout import Layout
    from regcli.data.mistakes import Mistakes
    from regcli.data.source import TableSource
    from regcli.data.types import type_of_column
    from regcli.numerics.arrays import FloatArray, TextArray

# Wrong cells that a message quotes.
FEW = 3


def read_features(
    cells: Cells, kinds: Mapping[str, type_of_column], layout: Layout, source: TableSource, mistakes: Mistakes
) -> Features:
    """The input columns of every row; what they hold against their kinds is noted.

    Parameters
    ----------
    cells : Cells
    kinds : mapping of str to kind
        What the columns are, in file order.
    layout : Layout
    source : TableSource
    mistakes : Mistakes
    """
    numbers = [name for name, kind in kinds.items() if kind in {"numeric", "boolean"}]
    numeric = cells.numeric
    if numbers != list(cells.kinds):  # columns that are not used, or whose numbers are written in another way
        read = dict(zip(cells.kinds, numeric.T, strict=True))
        numeric = side_by_side([read[n] if n in read else _parsed(cells, n, source, mistakes) for n in numbers], len(cells))
    strings = tuple(
        _dates(cells, name, source, mistakes)
        if kind == "date"
        else texts(_codes(cells.table[name]) if name in layout.declared else cells.table[name])
        for name, kind in kinds.items()
        if kind not in {"numeric", "boolean"}
    )
    features = Features(tuple(kinds), tuple(kinds.values()), numeric, strings)
    _note_infinite(features, source, mistakes)
    return features


def _parsed(cells: Cells, name: str, source: TableSource, mistakes: Mistakes) -> FloatArray:
    """Numbers that were read as something else, shape (n,); NaN where there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = cells.table[name]
    if column.null_count == len(column):
        return np.full(len(cells), np.nan)
    text = as_texts(column)
    found = parsed_numbers(text, source.notation)
    if found is not None and not pa.types.is_temporal(column.type):
        return found
    good = pc.match_substring_regex(text, source.notation.number)
    wrong = [] if pa.types.is_temporal(column.type) else pc.unique(text.filter(pc.invert(good))).to_pylist()
    mistakes.note(_wrong_cells(name, "numbers", text, wrong, source))
    return np.zeros(len(cells))  # and not missing, which would be another mistake


def _dates(cells: Cells, name: str, source: TableSource, mistakes: Mistakes) -> TextArray:
    """Dates as ISO texts, shape (n,); None where there is none."""
    import pyarrow as pa

    column = as_texts(pa.chunked_array([pa.array(cells.numbers(name))])) if name in cells.kinds else cells.table[name]
    try:
        found, wrong = iso_texts(column, source.notation.day_first)
    except UnclearOrderError as error:
        mistakes.note(unclear_order(f"column {name!r}", error, source))
        return np.full(len(cells), "", dtype=object)
    if wrong:
        mistakes.note(_wrong_cells(name, "dates", column, wrong, source))
    return found


def _codes(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Levels that are whole numbers without a point, so that 1 and 1.0 are the same."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = as_texts(column) if not pa.types.is_string(column.type) else column
    return pc.replace_substring_regex(column, r"^\s*([+-]?\d+)\.0*\s*$", r"\1")


def _wrong_cells(name: str, what: str, column: pa.ChunkedArray, wrong: list[str], source: TableSource) -> DataError:
    """Say how many cells of a column are not what they should be, and quote the first."""
    import pyarrow as pa
    import pyarrow.compute as pc

    exclude = f"or leave the column out: dataset.columns: {{exclude: [{name!r}]}}."
    if not wrong:
        return DataError(
            f"{source.name}: column {name!r} holds no {what}, as dataset.types says, but values of type {column.type}.",
            f"Correct dataset.types, {exclude}",
            leave_out(name),
        )
    places = np.flatnonzero(pc.is_in(column, pa.array(wrong, column.type)).to_numpy(zero_copy_only=False))
    said = listing([f"{source.place(int(row))} says {quoted(column[int(row)].as_py())}" for row in places[:FEW]])
    more = f" and {len(places) - FEW:,} more" if len(places) > FEW else ""
    cure = f"Correct the cells; or name those that stand for a missing value: dataset.read.na: {wrong[:FEW]}"
    if 2 * len(places) > len(column) - column.null_count:
        cure = "Correct dataset.types"
    return DataError(
        f"{source.name}: column {name!r} must hold {what}, and {count(len(places), 'cell does', 'cells do')} not: {said}{more}.",
        f"{cure}; {exclude}",
        leave_out(name),
        *([{"dataset.types": {name: "category"}}] if what == "numbers" else []),
    )


def _note_infinite(features: Features, source: TableSource, mistakes: Mistakes) -> None:
    """Note columns with infinite values."""
    numeric = np.asarray(features.numeric)
    with np.errstate(invalid="ignore", over="ignore"):
        suspects = np.flatnonzero(~np.isfinite(numeric.sum(axis=0)))
    for j in suspects:
        with mistakes.noting():
            refuse_infinite(numeric[:, j], features.numeric_names[j], source)
