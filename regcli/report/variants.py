"""The same experiment for other values of a key: a table, and what is to be made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.numerals import number
from regcli.report.table import Column, Table
from regcli.wording import harmless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regcli.run import Columns, RunReader

# A gain counts where it is more than so many of its standard errors.
BEYOND_NOISE = 2.0


def variants_tables(run: RunReader) -> list[Table]:
    """One row per value, train and validation of each path beside one another; nothing where nothing was varied."""
    found = run.metrics.get("vary")
    if not found or "key" not in found:
        return []
    return [variants_table(run.variants(), found, run.manifest["metric"])]


def variants_table(variants: Columns, found: Mapping[str, Any], metric: str) -> Table:
    """The table of a run whose metrics.json has `found` under vary."""
    paths = list(dict.fromkeys(zip(variants["entry"].tolist(), variants["path"].tolist(), strict=True)))
    cells: dict[str, dict[tuple[int, str], tuple[float, float]]] = {}
    chosen: dict[str, str] = {}
    names = ("value", "entry", "path", "train_mean", "validation_mean", "selected")
    for value, entry, path, train, validation, selected in zip(*(variants[name].tolist() for name in names), strict=True):
        cells.setdefault(value, {})[entry, path] = (train, validation)
        if selected:
            chosen[value] = path
    nothing = (float("nan"), float("nan"))
    rows = tuple(
        (value, *(figure for path in paths for figure in of_path.get(path, nothing)), chosen.get(value))
        for value, of_path in cells.items()
    )
    columns = [Column("value", str(found["key"]).rpartition(".")[2], right=True)]
    for k, (_, path) in enumerate(paths):
        columns += [
            Column(f"train_{k}", f"{path}: train", 2),
            Column(f"validation_{k}", f"{path}: validation {metric}", 1),
        ]
    columns.append(Column("selected", "selected", 3))
    marked = frozenset(i for i, row in enumerate(rows) if row[0] == found["best_value"])
    return Table(f"Other values of {found['key']}, on the same folds", tuple(columns), rows, (), marked)


def variants_notes(metrics: Mapping[str, Any]) -> list[str]:
    """Whether another value would have validated better than the run's own."""
    found = metrics.get("vary") or {}
    gain, error = found.get("gain"), found.get("gain_se")
    if gain is None:
        return []
    best = f"{found['key']} {found['best_value']} with {found['best_path']}"
    spread = "" if found.get("best_se") is None else f" ± {number(found['best_se'])}"
    said = f"Of the other values, {best} validates best: {found['metric']} {number(found['best_mean'])}{spread}"
    if error is not None and gain > BEYOND_NOISE * error:
        return [harmless(f"{said}, better than this run by {number(gain)} ± {number(error)}.")]
    return [harmless(f"{said}; that is no better than this run beyond noise.")]
