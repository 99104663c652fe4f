"""What a table of a run is declared with: for each column its name, its cells, and where the writer has them from.

Writer and reader go by the same declaration: the one makes the table from it, the other checks by it what somebody has written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from regcli.run.encode import arrow_table
from regcli.wording import harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pyarrow as pa
    from numpy.typing import NDArray

    from regcli.run.layout import Columns, Kind

S_contra = TypeVar("S_contra", contravariant=True)


class BadColumnError(ValueError):
    """A column that is not as it was declared; the message says in what."""


@dataclass(frozen=True, slots=True)
class Column(Generic[S_contra]):
    """One column of a file.

    Attributes
    ----------
    name : str
    kind : {"text", "float", "int", "bool"}
    values : callable
        From what the table tells of to the cells, a numpy or an Arrow array; None where this table has no such column.
    optional : bool
        A run may lack it: the writer has not always the values, or an earlier regcli did not know the column.
    filled : bool or None
        No cell is empty; None: where it is a whole number or a truth.
    words : tuple of str
        What its cells may hold; nothing else is looked at where it is empty.
    """

    name: str
    kind: Kind
    values: Callable[[S_contra], NDArray[Any] | pa.Array | None]
    optional: bool = False
    filled: bool | None = None
    words: tuple[str, ...] = ()

    @property
    def is_filled(self) -> bool:
        """No cell may be empty."""
        return self.kind in {"int", "bool"} if self.filled is None else self.filled


def make_table(columns: Iterable[Column[S_contra]], source: S_contra) -> pa.Table:
    """The table that the columns make of what it is to tell of."""
    made = {column.name: column.values(source) for column in columns}
    return arrow_table({name: values for name, values in made.items() if values is not None})


def check_columns(declared: Iterable[Column[Any]], found: pa.Table) -> Columns:
    """The columns of a table that was read, as numpy arrays; those that are not declared pass as they are.

    Parameters
    ----------
    declared : iterable of Column
    found : Table
        Read with the declared columns' types, where it has them.

    Raises
    ------
    BadColumnError
    """
    from regcli.data.arrow import as_numpy
    from regcli.run.arrow import arrow_types

    names, declared = found.column_names, list(declared)
    for column in declared:
        if column.name not in names and not column.optional:
            raise BadColumnError(f"it has no column {harmless(repr(column.name))}")
    if len(set(names)) < len(names):
        raise BadColumnError(f"it has two columns {harmless(repr(next(name for name in names if names.count(name) > 1)))}")
    columns = {name: as_numpy(found[name]) for name in names}
    for column in declared:
        if column.name not in names:
            continue
        cells, shown = found[column.name], harmless(repr(column.name))
        if cells.type != arrow_types()[column.kind]:
            raise BadColumnError(f"column {shown} holds {cells.type}, not {column.kind}")
        if column.is_filled and cells.null_count:
            raise BadColumnError(f"column {shown} has an empty cell")
        if column.is_filled and column.kind == "float" and not np.isfinite(columns[column.name]).all():
            raise BadColumnError(f"column {shown} has a cell that is no number")
        if column.words and (strange := set(columns[column.name].tolist()) - set(column.words)):
            raise BadColumnError(f"column {shown} holds {harmless(min(map(repr, strange)))[:40]}, which is none of the run's")
    return columns
