"""The chosen point's coefficients on every fold: what is not zero, in a file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.run.columns import Column, make_table
from regcli.run.encode import coded

if TYPE_CHECKING:
    import pyarrow as pa

    from regcli.data.types import Fold
    from regcli.numerics.arrays import IntArray
    from regcli.outcome import CoefficientTable, Outcome


@dataclass(frozen=True, slots=True)
class _NonZeros:
    """For each line the position of its fold, and of its row in the table of coefficients."""

    table: CoefficientTable
    folds: tuple[Fold, ...]
    fold: IntArray
    row: IntArray


COLUMNS: tuple[Column[_NonZeros], ...] = (
    Column("repeat", "int", lambda t: np.array([f.repeat for f in t.folds])[t.fold], filled=False),
    Column("fold", "text", lambda t: coded([f.label for f in t.folds], t.fold)),
    Column("class", "text", lambda t: coded(t.table.class_label or [None] * len(t.table.feature), t.row)),
    Column("feature", "text", lambda t: coded(t.table.feature, t.row)),
    Column("coefficient_standardized", "float", lambda t: t.table.over_folds[t.fold, t.row]),
)


def fold_coefficients_table(outcome: Outcome) -> pa.Table | None:
    """Fold by fold, in file order, the intercept left out; None of a model without coefficients."""
    table = outcome.portrait.coefficients
    if table is None:
        return None
    inside = np.array([feature != "(intercept)" for feature in table.feature])
    fold, row = np.nonzero(table.over_folds * inside)
    return make_table(COLUMNS, _NonZeros(table, tuple(outcome.plan.splits.folds), fold, row))
