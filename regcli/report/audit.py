"""What audits of a run have found, as tables."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.figures import known, value
from regcli.report.table import Column, Table
from regcli.run import layout
from regcli.support import TOP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regcli.run import RunReader

# Sections that a sentence and the columns of other tables tell where nobody has asked for figures.
_TOLD = frozenset({"Stability over folds", "Importance of columns", "Beyond linear"})
COLUMNS = (Column("name", "name", 1), Column("label", "what"), Column("value", "value", right=True))


def audit_tables(metrics: Mapping[str, Any]) -> list[Table]:
    """One table a section, of the figures that the run has."""
    shown = [figure for figure in known(metrics) if not figure.minor]
    return [
        Table(section, COLUMNS, tuple((figure.name, figure.label, value(metrics, figure.name)) for figure in figures))
        for section, figures in groupby(shown, attrgetter("section"))
    ]


def asked_for(metrics: Mapping[str, Any]) -> list[Table]:
    """Those of the tables that belong to a summary: what was found on request."""
    return [table for table in audit_tables(metrics) if table.title not in _TOLD]


def figures_table(metrics: Mapping[str, Any]) -> Table:
    """Every figure that the run has, by the name that gates take."""
    rows = tuple((figure.name, f"{figure.section}: {figure.label}", value(metrics, figure.name)) for figure in known(metrics))
    return Table("Figures beyond the scores", COLUMNS, rows)


def most_important(run: RunReader, top: int = TOP) -> list[Table]:
    """The columns that are worth most; nothing where the run has no such table, or no column is worth anything."""
    if layout.IMPORTANCE not in run.manifest["files"]:
        return []
    found, metric = run.importance(), (run.metrics.get("importance") or {}).get("metric", run.manifest["metric"])
    live = np.flatnonzero(np.nan_to_num(found["permutation"]) != 0)
    if not len(live):
        return []
    order = live[np.argsort(-found["permutation"][live], kind="stable")]
    columns = [
        Column("source", "column", fold=20),
        Column("permutation", f"{metric} worse by"),
        Column("permutation_se", "± SE", 1),
        Column("size", "size", 2),
        Column("fold_mean", "in folds", 3),
        Column("fold_sd", "± SD", 3),
    ]
    columns = [column for column in columns if column.key in found]
    rows = tuple(tuple(_cell(found[column.key][i]) for column in columns) for i in order[:top])
    worse = (
        f"worse by: what the validation {metric} of the folds loses where a column's cells, and all that is made of them, are "
        "exchanged between rows. Columns that tell the same stand in for one another: each is worth less than all together."
    )
    size = "size: SD of what the column adds to the prediction before any link; in folds: mean and SD over the folds' models."
    title = f"Most important columns ({len(rows)} of {len(live)})"
    return [Table(title, tuple(columns), rows, (worse, *([size] if "size" in found else [])))]


def _cell(value: Any) -> Any:  # noqa: ANN401
    return str(value) if isinstance(value, str) else float(value)
