"""The kinds of model of a run side by side, and which of them is recommended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.numerals import relative
from regcli.report.table import Column, Table
from regcli.spoken import LAMBDA, axis_name, size_name

if TYPE_CHECKING:
    from collections.abc import Mapping

PENALTIES = ("none", "ridge", "lasso", "elasticnet")
P = "p: of the difference by the corrected paired t-test over the folds, two-sided, with Holm's correction"
NOTES = (f"worse by: than the best of all; {P}.", "by the rule: the point that stands for it")
PHI_NOTES = (
    "Φ: how alike its columns are from fold to fold, 1 is the same every time",
    "Where every column is in use, Φ is about those with at least 5% of the largest coefficient.",
)


def ranking_tables(metrics: Mapping[str, Any], manifest: Mapping[str, Any]) -> list[Table]:
    """One table, the best first; none where there is one kind alone."""
    found = metrics.get("ranking")
    if not found:
        return []
    models = {key: model for key, model in found.items() if isinstance(model, dict)}
    order = sorted(models, key=lambda key: models[key]["best"]["worse"])
    metric = manifest["metric"]
    axes = {axis_name(model.get("axis")) for model in models.values()}
    # non-zeros where all are linear; else what each kind counts
    counted = axes != {LAMBDA} and all("complexity" in model["chosen"] for model in models.values())
    units = {size_name(model.get("complexity_of")) for model in models.values()}
    told = any(model["chosen"]["phi"] is not None for model in models.values())
    columns = (
        Column("model", "model"),
        Column("best_mean", f"best {metric}"),
        Column("best_se", "± SE", 2),
        Column("worse", "worse by", 0, right=True),
        Column("p", "p"),
        *([Column("axis", "axis", 5)] if len(axes) > 1 else []),
        Column("lambda", f"{next(iter(axes)) if len(axes) == 1 else 'at'} by the rule", 5),
        Column("mean", f"{metric} by the rule", 1),
        Column("lost", "worse by", 3, right=True),
        Column("p_chosen", "p", 4),
        *([Column("complexity", next(iter(units)) if len(units) == 1 else "complexity", 3)] if counted else []),
        *([Column("complexity_of", "", 3)] if counted and len(units) > 1 else []),
        *([] if counted else [Column("n_nonzero", "non-zeros" if axes == {LAMBDA} else "in use", 3)]),
        Column("n_inputs", "inputs"),
        Column("gap", "gap", 2, right=True),
        *([Column("phi", "Φ", 1)] if told else []),
    )
    cells = [_cells(key, models[key]) for key in order]
    rows = tuple(tuple(row[column.key] for column in columns) for row in cells)
    marked = frozenset(i for i, key in enumerate(order) if key == found["recommended"])
    notes = (NOTES[0], f"{NOTES[1]}; {PHI_NOTES[0]}.", PHI_NOTES[1]) if told else (NOTES[0], f"{NOTES[1]}.")
    return [Table("Models side by side", columns, rows, notes, marked)]


def _cells(key: str, model: Mapping[str, Any]) -> dict[str, Any]:
    best, chosen = model["best"], model["chosen"]
    return {
        "model": key,
        "best_mean": best["mean"],
        "best_se": best["se"],
        "worse": _share(best["worse_relative"]),
        "p": best["p"],
        "axis": axis_name(model.get("axis")),
        **{name: chosen[name] for name in ("lambda", "mean", "n_nonzero", "n_inputs", "phi")},
        "lost": _share(chosen["worse_relative"]),
        "p_chosen": chosen["p"],
        "complexity": chosen.get("complexity"),
        "complexity_of": size_name(model.get("complexity_of")),
        "gap": _share(chosen["gap_relative"]),
    }


def _share(value: float | None) -> str | None:
    return None if value is None else relative(value)


def recommendation(metrics: Mapping[str, Any], manifest: Mapping[str, Any]) -> list[str]:
    """What is recommended, and why, in sentences."""
    found = metrics.get("ranking")
    if not found:
        return []
    what = {None: "nothing yet", "none": "no penalty"}.get(found["recommended"], found["recommended"])
    return [f"Recommended: {what}. {found['reason']}{_otherwise(metrics, manifest)}"]


def _otherwise(metrics: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    """Why another model is selected than the one recommended, where it is so, and how to have the latter."""
    found = metrics["ranking"]
    recommended, selected = found["recommended"], found.get("selected")
    if recommended is None or selected is None or recommended == selected:
        return ""
    is_linear = all(axis_name(model.get("axis")) == LAMBDA for model in found.values() if isinstance(model, dict))
    few = "for the fewest columns near the best score" if is_linear else "for the simplest model near the best score"
    asks = "for the best score" if manifest["rule"] == "min" else few
    how = f" To keep what is recommended, `--penalty {recommended}`." if recommended in PENALTIES else ""
    return f" Selected is {selected}, since rule {manifest['rule']} asks {asks} and nothing else.{how}"
