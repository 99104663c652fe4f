"""What would be fitted, as tables."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.data.layout import declared_type
from regcli.data.notation import USUAL_NA
from regcli.data.wording import brief
from regcli.numerals import count, percent
from regcli.report.closing import warning_notes
from regcli.report.points import levers
from regcli.report.table import Column, Table
from regcli.spoken import LAMBDA, axis_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from regcli.plan import Plan
    from regcli.prepare import Prepared


# Columns that a table for the eye lists.
MANY_COLUMNS = 40


def plan_tables(prepared: Prepared, *, every_column: bool = True) -> list[Table]:
    """Rows, columns, folds, grids and solvers of a plan; of very many columns the first, unless every one is wanted."""
    plan = prepared.plan
    return [_data(prepared), *_reading(plan), _columns(plan, every_column=every_column), _folds(plan), _paths(prepared)]


def plan_record(prepared: Prepared) -> dict[str, Any]:
    """The same as one object for programs."""
    return {
        "data": {row[0]: row[1] for row in _data(prepared).rows},
        "read": [record for table in _reading(prepared.plan) for record in table.records()],
        "columns": _columns(prepared.plan, every_column=True).records(),
        "folds": [
            {"repeat": f.repeat, "fold": f.label, "n_train": len(f.train), "n_validation": len(f.validation)}
            for f in prepared.plan.splits.folds
        ],
        "paths": _paths(prepared, every_lever=True).records(),
        "n_fits": prepared.n_fits,
        "warnings": list(prepared.warnings),
    }


def _data(prepared: Prepared) -> Table:
    data, splits = prepared.plan.dataset, prepared.plan.splits
    kinds = Counter(data.features.kinds)
    roles = ", ".join(f"{column.name} ({column.role})" for column in data.profile if column.role not in {"feature", "target"})
    rows: list[tuple[str, Any]] = [
        ("dataset", brief(data.source)),
        ("task", prepared.plan.task),
        ("target", data.target),
        *([("fitted and scored as", f"{prepared.plan.target_scale}({data.target})")] if prepared.plan.target_scale else []),
        *([("classes", ", ".join(_class_counts(prepared.plan)))] if prepared.plan.task == "classification" else []),
        ("rows in the file", data.n_source_rows),
        ("rows left out", data.n_source_rows - len(data)),
        ("rows for training", len(splits.train)),
        ("rows held out", len(splits.holdout)),
        (
            "input columns",
            f"{len(data.features.names)} ({', '.join(f'{n} {kind}' for kind, n in kinds.items())})" if kinds else "none",
        ),
        *([("other roles", roles)] if roles else []),
        ("features after preprocessing", len(prepared.outputs)),
        ("metric", prepared.plan.metric),
        ("selection rule", prepared.plan.config.select.rule),
    ]
    return Table("Data", (Column("what", "what"), Column("value", "value")), tuple(rows))


_SIGNS = {"\t": "tab", " ": "blank"}


def _reading(plan: Plan) -> list[Table]:
    """How the file is read, and whether that was configured or found out; nothing where the file says it itself."""
    data = plan.dataset
    if data.read is None:
        return []
    shown = {
        "delimiter": ("delimiter", _SIGNS.get(data.read["delimiter"], data.read["delimiter"])),
        "encoding": ("encoding", data.read["encoding"]),
        "decimal": ("decimal sign", data.read["decimal"]),
        "thousands": ("thousands sign", _SIGNS.get(data.read["thousands"], data.read["thousands"])),
        "na": ("missing, besides empty cells", _markers(data.read["na"])),
        "day_first": ("dates begin with the day", {True: "yes", False: "no", None: None}[data.read["day_first"]]),
    }
    rows = []
    for key, (what, value) in shown.items():
        usual = key in {"decimal", "thousands", "na", "day_first"} and key not in data.notation
        rows.append((what, value, "configured" if key in data.asked else "as usual" if usual else "found out"))
    columns = (Column("what", "what"), Column("value", "value"), Column("how", "how"))
    return [Table("Reading (dataset.read)", columns, tuple(rows))]


def _markers(na: Sequence[str]) -> str:
    """Cells that are missing; the usual ones in a few words."""
    usual = set(USUAL_NA) <= set(na)
    own = [repr(cell) for cell in na if cell and not (usual and cell in USUAL_NA)]
    return ", ".join([*(["NA, NaN, null and the like"] if usual else []), *own])


def _columns(plan: Plan, *, every_column: bool) -> Table:
    """Role and type of every column in use, and whether that was configured or found out."""
    declared: Mapping[str, str] = getattr(plan.config.dataset, "types", {})
    columns = (
        Column("name", "column"),
        Column("role", "role"),
        Column("type", "type"),
        Column("how", "how", 2),
        Column("missing", "missing"),
        Column("levels", "levels", 1),
        Column("mean", "mean", 3),
    )
    profile = plan.dataset.profile
    rows = tuple(
        (
            column.name,
            column.role,
            column.type,
            "configured" if column.role == "feature" and declared_type(column.name, declared) else "found out",
            percent(column.missing) if column.missing else None,
            len(column.levels) if column.levels is not None else None,
            column.mean,
        )
        for column in profile
    )
    if every_column or len(rows) <= MANY_COLUMNS:
        return Table("Columns (dataset.types)", columns, rows)
    # what is not simply a number is what may have been guessed wrongly
    odd = [row for row, column in zip(rows, profile, strict=True) if column.type != "numeric" or column.role != "feature"]
    chosen = [*odd, *(row for row in rows if row not in odd)][:MANY_COLUMNS]
    return Table("Columns (dataset.types)", columns, tuple(chosen), (f"And {len(rows) - len(chosen):,} more, all in --json.",))


def _class_counts(plan: Plan) -> list[str]:
    counts = np.bincount(plan.dataset.y[plan.splits.train].astype(np.int64), minlength=len(plan.dataset.classes))
    return [f"{label}: {n}" for label, n in zip(plan.dataset.classes, counts, strict=True)]


def _folds(plan: Plan) -> Table:
    folds = plan.splits.folds
    columns = (
        Column("repeat", "repeat", 1),
        Column("fold", "fold"),
        Column("n_train", "training rows"),
        Column("n_validation", "validation rows"),
    )
    rows = tuple((f.repeat, f.label, len(f.train), len(f.validation)) for f in folds)
    title = f"Folds: {len(folds)} ({plan.splits.kind})"
    if len(rows) > 20:
        sizes = [f"{min(row[i] for row in rows)} to {max(row[i] for row in rows)}" for i in (2, 3)]
        return Table(title, (), (), (f"{sizes[0]} training rows and {sizes[1]} validation rows each.",))
    return Table(title, columns, rows)


def _paths(prepared: Prepared, *, every_lever: bool = False) -> Table:
    is_linear = all(axis_name(path.axis) == LAMBDA for path in prepared.paths)
    columns: tuple[Column, ...] = (
        Column("entry", "entry", 3),
        Column("penalty", "penalty" if is_linear else "model"),
        Column("l1_ratio", "l1_ratio"),
        Column("stage", "stage"),
        Column("gamma", "γ"),
        Column("setting", "setting", 5, fold=24),
        Column("axis", "axis"),
        Column("n_lambdas", "points"),
        Column("lambda_max", "λ max" if is_linear else "from"),
        Column("lambda_min", "λ min" if is_linear else "to"),
        Column("solver", "solver", 1),
        Column("reason", "why", 4, fold=30),
    )
    rows = tuple(_path_row(alike, prepared.paths, every_lever=every_lever) for alike in _alike(prepared.paths))
    hidden = {"setting", "axis"} if is_linear else set()
    hidden |= set() if any(p.stage for p in prepared.paths) else {"stage", "gamma"}
    hidden |= set() if is_linear or any(p.l1_ratio is not None for p in prepared.paths) else {"l1_ratio"}
    keep = [j for j, column in enumerate(columns) if column.key not in hidden]
    columns, rows = tuple(columns[j] for j in keep), tuple(tuple(row[j] for j in keep) for row in rows)
    points, fits = sum(len(p.lambdas) for p in prepared.paths), len(prepared.plan.splits.folds) + 1
    outer = len(prepared.plan.splits.outer)
    nested = (
        [f"Nested: the same again on each of {count(outer, 'outer fold')} ({prepared.plan.splits.outer_kind})."] if outer else []
    )
    total = f"{prepared.n_fits} fits: {points} grid points × ({fits - 1} folds + all training rows). Nothing has been fitted."
    return Table("Paths", columns, rows, (total, *nested, *warning_notes(prepared.warnings)))


def _alike(paths: Sequence[Any]) -> list[list[Any]]:
    """Paths on one grid that differ in γ alone, together."""
    found: dict[tuple[object, ...], list[Any]] = {}
    for number, path in enumerate(paths):
        key = (path.entry, path.stage, path.l1_ratio, path.lambdas.tobytes()) if path.stage else (number,)
        found.setdefault(key, []).append(path)
    return list(found.values())


def _path_row(alike: list[Any], paths: Sequence[Any], *, every_lever: bool) -> tuple[Any, ...]:
    first = alike[0]
    others = {path.setting for path in paths if (path.penalty, path.entry) == (first.penalty, first.entry)}
    gamma = ", ".join(f"{path.gamma:g}" for path in alike) if first.stage else None
    points, grid = sum(len(path.lambdas) for path in alike), (float(first.lambdas[0]), float(first.lambdas[-1]))
    setting = first.setting if every_lever else levers(first.penalty, first.setting, others)
    axis = axis_name(first.axis)
    return first.entry, first.penalty, first.l1_ratio, first.stage, gamma, setting or None, axis, points, *grid, *first.served_by
