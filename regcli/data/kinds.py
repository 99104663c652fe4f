"""What the input columns are, and which of them no model should be given as they stand: texts, names of rows, row numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.data.columns import decorated_levels, first_non_number, is_text, kind_of, leave_out
from regcli.data.dates import look_like_dates
from regcli.data.wording import count, listing
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    import pyarrow as pa

    from regcli.config import Config
    from regcli.data.cells import Cells
    from regcli.data.layout import Layout
    from regcli.data.mistakes import Mistakes
    from regcli.data.profile import Summary
    from regcli.data.source import TableSource
    from regcli.data.types import Features, type_of_column
    from regcli.numerics.arrays import FloatArray, TextArray

# Up to so many levels a column is a factor, however few the rows.
FACTOR_LEVELS = 20
# From so many levels on the rare ones are worth a word.
MANY_LEVELS = 50
RARE_ROWS = 10
# Texts that are longer than names are.
TEXT_WORDS, TEXT_LENGTH = 4, 40
ROW_NUMBER = re.compile(r"(row|obs|index|idx|nr|no|number|key|[a-z]?id|uuid|guid|.*[ _.-](id|key|idx|index))", re.IGNORECASE)


DECLARED: dict[str, type_of_column] = {"number": "numeric", "category": "categorical", "date": "date"}


def kinds_of(
    cells: Cells,
    layout: Layout,
    source: TableSource,
    found: Mapping[str, Summary],
    *,
    dated: bool,
    mistakes: Mistakes,
    warnings: list[str],
) -> dict[str, type_of_column]:
    """Kind of every feature that can be used, in file order; the others are mistakes, or left out with a warning if empty.

    Parameters
    ----------
    cells : Cells
    layout : Layout
    source : TableSource
    found : mapping of str to Summary
        Of the columns of numbers.
    dated : bool
        Dates are welcome.
    mistakes : Mistakes
    warnings : list of str
    """
    kinds: dict[str, type_of_column] = {}
    empty = []
    for name in layout.features:
        if _n_missing(cells, name, found) == len(cells):
            empty.append(name)
        elif name in layout.declared:
            kinds[name] = DECLARED[layout.declared[name]]
        elif name in cells.kinds:
            kinds[name] = cells.kinds[name]
        elif name == layout.text:
            with mistakes.noting():
                _refuse_numbers(cells, name, source)
                kinds[name] = "text"
        elif is_grouped(cells.table[name], source):
            kinds[name] = "numeric"
        elif is_date(cells.table[name]):
            kinds[name] = "date"
        else:
            with mistakes.noting():
                kinds[name] = kind_of(cells.table[name], name, source)
        if kinds.get(name) == "date" and not dated:
            mistakes.note(
                DataError(
                    f"{source.name}: column {name!r} holds dates, which are not features by themselves.",
                    "Make features of their parts: preprocess.dates: {cyclic: true}; or name it as dataset.time; "
                    f"or leave it out: dataset.columns: {{exclude: [{name!r}]}}.",
                    {"preprocess.dates.cyclic": True},
                    leave_out(name),
                )
            )
    if empty:
        warnings.append(f"{_columns(empty)} without any value left out.")
    warnings += _doubts(cells, kinds, layout, source)
    return kinds


def _doubts(cells: Cells, kinds: Mapping[str, type_of_column], layout: Layout, source: TableSource) -> list[str]:
    """Warnings of columns that were taken for categories and may have been meant as numbers; types that are told are meant."""
    if source.typed:
        return []
    guessed = [name for name, kind in kinds.items() if kind == "categorical" and name not in layout.declared]
    return [doubt for name in guessed if (doubt := decorated_levels(cells.table[name], name))]


def _refuse_numbers(cells: Cells, name: str, source: TableSource) -> None:
    """Refuse a column as running text in which there is not one word."""
    if first_non_number(cells.table[name], source.notation) is None:
        raise DataError(
            f"{source.name}: preprocess.text.column {name!r} holds numbers alone, no words to be counted.",
            "Name the column with the text, or leave preprocess.text out.",
        )


def is_grouped(column: pa.ChunkedArray, source: TableSource) -> bool:
    """Whether a column of text is numbers with thousands signs, which pyarrow does not read."""
    return source.notation.thousands is not None and is_text(column) and first_non_number(column, source.notation) is None


def is_date(column: pa.ChunkedArray) -> bool:
    """Whether a column is one of dates: by its type, or by the texts in it."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_string(kind):
        return look_like_dates(column)
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def _n_missing(cells: Cells, name: str, found: Mapping[str, Summary]) -> int:
    return found[name].n_missing if name in cells.kinds else cells.table[name].null_count


def varying(features: Features, warnings: list[str]) -> Features:
    """The features without those that say the same in all rows, of which a warning tells: they can explain nothing."""
    numeric = np.asarray(features.numeric)
    # the first rows are nearly always enough; they are not where a value is missing
    suspects = np.flatnonzero(~(np.ptp(numeric[:100], axis=0) > 0))
    constant = {features.numeric_names[j] for j in suspects if _is_constant(numeric[:, j])}
    for name, cells in zip(features.text_names, features.texts, strict=True):
        if features.kinds[features.names.index(name)] == "categorical" and len(set(cells) - {None}) < 2:
            constant.add(name)
    if not constant:
        return features
    warnings.append(f"{_columns([n for n in features.names if n in constant])} with the same value in all rows left out.")
    return features.only([name for name in features.names if name not in constant])


def _columns(names: Sequence[str]) -> str:
    return f"{'Column' if len(names) == 1 else 'Columns'} {listing([repr(name) for name in names])}"


def _is_constant(values: FloatArray) -> bool:
    present = values[~np.isnan(values)]
    return not len(present) or bool((present == present[0]).all())


@dataclass(frozen=True, slots=True)
class _Levels:
    """The different cells of a column of text.

    Attributes
    ----------
    name : str
    n_rows, n : int
        Rows with a value, and different values among them.
    n_rare : int
        Values in fewer than `RARE_ROWS` rows.
    words, length : float
        Words and characters of a value, on average.
    """

    name: str
    n_rows: int
    n: int
    n_rare: int
    words: float
    length: float

    @classmethod
    def of(cls, name: str, cells: TextArray) -> _Levels:
        present = [cell for cell in cells.tolist() if cell is not None]
        counts: dict[str, int] = {}
        for cell in present:
            counts[cell] = counts.get(cell, 0) + 1
        words, length = (sum(f(cell) for cell in counts) / len(counts) for f in (lambda c: len(c.split()), len))
        return cls(name, len(present), len(counts), sum(k < RARE_ROWS for k in counts.values()), words, length)

    @property
    def is_factor(self) -> bool:
        """Few levels, or levels that come back."""
        return self.n <= FACTOR_LEVELS or 2 * self.n <= self.n_rows

    @property
    def is_prose(self) -> bool:
        return self.words >= TEXT_WORDS or self.length >= TEXT_LENGTH


def check_levels(
    features: Features,
    declared: Container[str],
    source: TableSource,
    config: Config,
    mistakes: Mistakes,
    warnings: list[str],
) -> None:
    """Note columns of text whose levels are nearly as many as the rows, before each becomes a column of the design.

    Columns that are declared as categories may stand, and all where rare levels are combined: those are answers already.
    """
    kinds = dict(zip(features.names, features.kinds, strict=True))
    strings = zip(features.text_names, features.texts, strict=True)
    levels = [_Levels.of(name, cells) for name, cells in strings if kinds[name] == "categorical" and name not in declared]
    if config.preprocess.categorical.min_frequency is not None:
        return
    prose = [found for found in levels if found.is_prose and not found.is_factor]
    counted = max(prose, key=lambda found: found.words, default=None) if config.preprocess.text is None else None
    # without its only feature there is nothing to fit
    others = len(features.names) > 1
    for found in levels:
        name, many = found.name, f"{found.n:,} different texts in {count(found.n_rows, 'row')}"
        leave = f"leave it out: dataset.columns: {{exclude: [{name!r}]}}"
        exclude = [{"dataset.columns.exclude": [name]}] if others else []
        if found is counted:
            what = f"column {name!r} holds free text: {many}, {found.words:.0f} words each on average."
            hint = f"Count its words: preprocess.text: {{column: {name!r}}}{f'; or {leave}' if others else ''}."
            mistakes.note(DataError(f"{source.name}: {what}", hint, {"preprocess.text": {"column": name}}, *exclude))
        elif not found.is_factor:
            what = f"column {name!r} looks like an identifier: {many}."
            if found.is_prose:
                what = f"column {name!r} holds free text: {many}; the words of one column alone can be counted."
            hint = f"{f'{leave}; or take' if others else 'take'} every text for a level: dataset.types: {{{name!r}: category}}."
            hint = hint[0].upper() + hint[1:]
            mistakes.note(DataError(f"{source.name}: {what}", hint, *exclude, {"dataset.types": {name: "category"}}))
        elif found.n > MANY_LEVELS and found.n_rare:
            warnings.append(
                f"Column {name!r} has {found.n:,} levels, {found.n_rare:,} of them in fewer than {RARE_ROWS} rows; "
                f"preprocess.categorical.min_frequency: {RARE_ROWS} combines those."
            )


def row_numbers(features: Features) -> list[str]:
    """Warnings of columns of numbers that look like the rows' own: whole, never the same twice, and named or counted so."""
    numeric, warnings = np.asarray(features.numeric), []
    for j, name in enumerate(features.numeric_names):
        values = numeric[:, j]
        # most columns are told by their first rows
        named, counted = ROW_NUMBER.fullmatch(name) is not None, values[0] in {0, 1} and (np.diff(values[:100]) == 1).all()
        if len(values) < FACTOR_LEVELS // 2 or not (named or counted) or not (values == np.round(values)).all():
            continue
        if len(np.unique(values)) == len(values) and (named or (np.diff(values) == 1).all()):
            what = "counts the rows" if counted else "has another whole number in every row"
            warnings.append(
                f"Column {name!r} {what} and looks like an identifier; dataset.columns: {{exclude: [{name!r}]}} leaves it out."
            )
    return warnings
