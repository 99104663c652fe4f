"""From a table on the disk to cells whose notation is known: a CSV file is read again where it shows another than supposed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from regcli.data import notation
from regcli.data.columns import parsed_numbers
from regcli.data.csvfile import CsvFile
from regcli.data.dates import day_first_in, look_like_dates

if TYPE_CHECKING:
    import pyarrow as pa

    from regcli.data.cells import Cells
    from regcli.data.layout import Layout
    from regcli.data.source import TableSource


# Encodings in which any bytes are text, so that nothing tells whether they are the right ones.
GUESSED = frozenset({"latin-1", "cp1252"})


def read_cells(source: TableSource, layout: Layout, warnings: list[str]) -> tuple[TableSource, Cells]:
    """Read the columns of a layout.

    Parameters
    ----------
    source : TableSource
    layout : Layout
    warnings : list of str
        What is to be known of how the notation was found out is added.

    Returns
    -------
    source : TableSource
        The same, with the notation that was found out.
    cells : Cells

    Raises
    ------
    DataError
        Where the file cannot be read, or it is not clear how numbers are written.
    """
    features = frozenset(layout.features)
    if not isinstance(source, CsvFile):
        # A typed source knows whether its target is a number, and its dates.
        as_text = layout.as_text - {layout.target} | {name for name, kind in layout.declared.items() if kind == "category"}
        return source, source.read(layout.used, as_text, features)
    as_text = layout.as_text | {name for name, kind in layout.declared.items() if kind in {"category", "date"}}
    if source.encoding in GUESSED and not (source.asked and source.asked.encoding):
        warnings.append(f"The file is not UTF-8 and was read as {source.encoding} (dataset.read.encoding).")
    cells = source.read(layout.used, as_text, features)
    texts = _texts(cells.table)
    may_be_numbers = (features - as_text) | {layout.weight, *layout.lagged}
    if layout.target in texts and parsed_numbers(texts[layout.target], source.notation) is None:
        may_be_numbers |= {layout.target}
    found = notation.find(
        {name: column for name, column in texts.items() if name in may_be_numbers},
        lambda: _real(cells),
        source.verbatim,
        source.asked,
        source.name,
    )
    warnings += found.warnings
    if found.notation != source.notation:
        source = replace(source, notation=found.notation)
        cells = source.read(layout.used, as_text, features)
        texts = _texts(cells.table)
    if source.notation.day_first is None:
        sure = {layout.time, *(name for name, kind in layout.declared.items() if kind == "date")}
        dated = [c for n, c in texts.items() if n in sure or (n in features - as_text and look_like_dates(c))]
        told = {day_first_in(column.unique().drop_null().to_pylist()) for column in dated} - {None}
        if len(told) == 1:
            source = replace(source, notation=replace(source.notation, day_first=told.pop()))
    return source, cells


def _texts(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    """The columns of text."""
    import pyarrow as pa

    return {name: table[name] for name in table.column_names if pa.types.is_string(table[name].type)}


def _real(cells: Cells) -> list[str]:
    """Columns of numbers that are not all whole."""
    with np.errstate(invalid="ignore"):
        return [name for name, values in zip(cells.kinds, cells.numeric.T, strict=True) if (values % 1 > 0).any()]
