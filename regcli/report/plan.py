"""What would be fitted, as tables."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.report.closing import warning_notes
from regcli.report.table import Column, Table

if TYPE_CHECKING:
    from regcli.plan import Plan


def plan_tables(plan: Plan) -> list[Table]:
    """Rows, columns, folds, grids and solvers of a plan."""
    return [_data(plan), _folds(plan), _paths(plan)]


def plan_record(plan: Plan) -> dict[str, Any]:
    """The same as one object for programs."""
    return {
        "data": {row[0]: row[1] for row in _data(plan).rows},
        "folds": [
            {"repeat": f.repeat, "fold": f.label, "n_train": len(f.train), "n_validation": len(f.validation)}
            for f in plan.splits.folds
        ],
        "paths": _paths(plan).records(),
        "n_fits": plan.n_fits,
        "warnings": list(plan.warnings),
    }


def _data(plan: Plan) -> Table:
    data, splits = plan.dataset, plan.splits
    kinds = Counter(data.features.kinds)
    roles = ", ".join(f"{column.name} ({column.role})" for column in data.profile if column.role not in {"feature", "target"})
    rows: list[tuple[str, Any]] = [
        ("dataset", data.source),
        ("task", plan.task),
        ("target", data.target),
        *([("fitted and scored as", f"{plan.target_scale}({data.target})")] if plan.target_scale else []),
        *([("classes", ", ".join(_class_counts(plan)))] if plan.task == "classification" else []),
        ("rows in the file", data.n_source_rows),
        ("rows left out", data.n_source_rows - len(data)),
        ("rows for training", len(splits.train)),
        ("rows held out", len(splits.holdout)),
        ("input columns", f"{len(data.features.names)} ({', '.join(f'{n} {kind}' for kind, n in kinds.items())})"),
        *([("other roles", roles)] if roles else []),
        ("features after preprocessing", len(plan.outputs)),
        ("metric", plan.metric),
        ("selection rule", plan.config.select.rule),
    ]
    return Table("Data", (Column("what", "what"), Column("value", "value")), tuple(rows))


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


def _paths(plan: Plan) -> Table:
    columns = (
        Column("entry", "entry", 3),
        Column("penalty", "penalty"),
        Column("l1_ratio", "l1_ratio"),
        Column("n_lambdas", "points"),
        Column("lambda_max", "λ max"),
        Column("lambda_min", "λ min"),
        Column("solver", "solver", 1),
        Column("reason", "why", 4, fold=30),
    )
    rows = tuple(
        (p.entry, p.penalty, p.l1_ratio, len(p.lambdas), float(p.lambdas[0]), float(p.lambdas[-1]), p.solver, p.reason)
        for p in plan.paths
    )
    points, fits = sum(len(p.lambdas) for p in plan.paths), len(plan.splits.folds) + 1
    total = f"{plan.n_fits} fits: {points} grid points × ({fits - 1} folds + all training rows). Nothing has been fitted."
    return Table("Paths", columns, rows, (total, *warning_notes(plan.warnings)))
