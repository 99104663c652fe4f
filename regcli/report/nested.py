"""What a nested cross-validation found: outer fold by outer fold, and in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.metrics import METRICS
from regcli.numerals import count, number, percent
from regcli.report.table import Column, Table
from regcli.spoken import LAMBDA, NON_ZEROS, axis_name

if TYPE_CHECKING:
    from collections.abc import Mapping


def nested_tables(metrics: Mapping[str, Any], manifest: Mapping[str, Any]) -> list[Table]:
    """One row an outer fold; none where there was no nested cross-validation."""
    found, metric = metrics.get("nested"), manifest["metric"]
    if not found:
        return []
    is_linear = all(axis_name(path.get("axis")) == LAMBDA for path in manifest.get("paths") or ())
    columns = (
        Column("fold", "outer fold"),
        Column("n_train", "training rows", 2),
        Column("n_validation", "judged rows", 2),
        Column("model", "chosen"),
        Column("lambda", LAMBDA if is_linear else "at"),
        Column("n_nonzero", NON_ZEROS if is_linear else "in use", 1),
        Column("plain", f"plain {metric}", 1),
        Column("score", f"{metric} on judged rows"),
    )
    folds = found["folds"]
    rows = tuple(zip(*(folds[column.key] for column in columns), strict=True))
    note = "plain: the validation mean by which the search on the outer training rows chose; judged rows are in no part of it."
    return [Table(f"Nested cross-validation: {count(len(rows), 'outer fold')} ({found['kind']})", columns, rows, (note,))]


def bootstrap_notes(metrics: Mapping[str, Any], manifest: Mapping[str, Any]) -> list[str]:
    """The apparent score corrected for its optimism."""
    found = metrics.get("bootstrap")
    if not found or any(found[name] is None for name in ("estimate", "optimism", "apparent")):
        return []
    n, metric = count(found["resamples"], "resample"), manifest["metric"]
    error = "" if found["se"] is None else f" ± {number(found['se'])}"
    said = f"Bootstrap estimate (Harrell, {n}, every step repeated): {metric} {number(found['estimate'])}"
    return [
        f"{said}: the final model's {number(found['apparent'])} on its own rows, corrected by {number(found['optimism'])}{error}."
    ]


def nested_notes(metrics: Mapping[str, Any], manifest: Mapping[str, Any]) -> list[str]:
    """The estimate, and how much too good the plain one looks."""
    found, metric = metrics.get("nested"), manifest["metric"]
    if not found or found["mean"] is None:
        return []
    error = "" if found["se"] is None else f" ± {number(found['se'])}"
    said = f"Nested estimate, which selection has not made too good: {metric} {number(found['mean'])}{error}"
    optimism, relative = found["optimism"], found.get("optimism_relative")
    by = number(abs(optimism)) + ("" if relative is None else f" ({percent(abs(relative))})")
    better = "higher" if METRICS[metric].higher_is_better else "lower"
    if optimism > 0:
        within = ", within the estimate's standard error" if found["se"] is not None and optimism <= found["se"] else ""
        return [f"{said}. The plain one above is {better} by {by}{within}: so much of it may be optimism."]
    return [f"{said}. The plain one above is no {better}: selection has not made it too good."]
