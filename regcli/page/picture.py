"""A picture: one Vega-Lite specification over tables of columns, with the words and the table that say the same."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.numerals import number
from regcli.wording import harmless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regcli.report.table import Table

# Significant digits of numbers that are drawn: more than any screen shows.
DIGITS = 7

Values = Any


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture.

    Attributes
    ----------
    name : str
        Of its file, and where it stands on the page: a-z, 0-9 and -.
    title : str
    spec : mapping
        Vega-Lite, with data by name. Fields are names of columns here, never texts from outside: those stand in cells, where
        nothing reads them as a field or an expression.
    data : mapping of str to mapping of str to sequence
        The tables by name, as columns; NaN is null.
    alt : str
        What there is to see, in a sentence or two.
    table : Table or None
        The numbers behind it.
    note : str
        What is left out, and the like.
    """

    name: str
    title: str
    spec: Mapping[str, Any]
    data: Mapping[str, Mapping[str, Values]]
    alt: str
    table: Table | None = None
    note: str = ""
    size: tuple[int, int] = field(default=(760, 320))

    def columns(self) -> dict[str, dict[str, list[Any]]]:
        """The tables as plain columns."""
        return {name: {key: list(map(plain, values)) for key, values in table.items()} for name, table in self.data.items()}

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """The tables as lists of rows, as Vega-Lite takes them."""
        return {
            name: [dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)]
            for name, table in self.columns().items()
        }


def plain(value: Any) -> Any:  # noqa: ANN401
    """A cell as JSON has it; numbers with as many digits as can be seen, texts on one line."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return harmless(value) if isinstance(value, str) else value


def said(value: Any) -> str:  # noqa: ANN401
    """A measurement in a sentence."""
    return number(float(value))
