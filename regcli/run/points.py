"""Which rows of one table are of a path, or a point, that a row of another names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from regcli.run.layout import Columns


def same_path(table: Columns, sweep: Columns, i: int) -> Any:  # noqa: ANN401
    """The rows of the path that row i of the sweep is of; bool (rows,). Runs of an earlier regcli know linear paths alone."""
    same = (table["entry"] == sweep["entry"][i]) & (table["penalty"] == sweep["penalty"][i])
    for key in ("l1_ratio", "gamma"):
        if key in table and key in sweep:
            mine = float(sweep[key][i])
            same &= np.isnan(table[key]) if np.isnan(mine) else table[key] == mine
    for key in ("axis", "setting"):
        if key in table and key in sweep:
            same &= table[key] == sweep[key][i]
    return same


def same_point(table: Columns, sweep: Columns, i: int) -> Any:  # noqa: ANN401
    """The rows of the point."""
    return same_path(table, sweep, i) & (table["lambda_index"] == sweep["lambda_index"][i])
