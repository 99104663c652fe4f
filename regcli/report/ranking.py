"""The kinds of model of a run side by side, and which of them is recommended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.numerals import relative
from regcli.report.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

PENALTIES = ("none", "ridge", "lasso", "elasticnet")
P = "p: of the difference by the corrected paired t-test over the folds, two-sided, with Holm's correction"
NOTES = (
    f"worse by: than the best of all; {P}.",
    "by the rule: the point that stands for it; Φ: how alike its columns are from fold to fold, 1 is the same every time.",
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
    columns = (
        Column("model", "model"),
        Column("best_mean", f"best {metric}"),
        Column("best_se", "± SE", 2),
        Column("worse", "worse by", 0, right=True),
        Column("p", "p"),
        Column("lambda", "λ by the rule", 5),
        Column("mean", f"{metric} by the rule", 1),
        Column("lost", "worse by", 3, right=True),
        Column("p_chosen", "p", 4),
        Column("n_nonzero", "non-zeros", 3),
        Column("n_inputs", "inputs"),
        Column("gap", "gap", 2, right=True),
        Column("phi", "Φ", 1),
    )
    rows = tuple(_row(key, models[key]) for key in order)
    marked = frozenset(i for i, key in enumerate(order) if key == found["recommended"])
    return [Table("Models side by side", columns, rows, NOTES, marked)]


def _row(key: str, model: Mapping[str, Any]) -> tuple[Any, ...]:
    best, chosen = model["best"], model["chosen"]
    return (
        key,
        *(best[name] for name in ("mean", "se")),
        _share(best["worse_relative"]),
        best["p"],
        chosen["lambda"],
        chosen["mean"],
        _share(chosen["worse_relative"]),
        chosen["p"],
        chosen["n_nonzero"],
        chosen["n_inputs"],
        _share(chosen["gap_relative"]),
        chosen["phi"],
    )


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
    asks = "for the best score" if manifest["rule"] == "min" else "for the fewest columns near the best score"
    how = f" To keep what is recommended, `--penalty {recommended}`." if recommended in PENALTIES else ""
    return f" Selected is {selected}, since rule {manifest['rule']} asks {asks} and nothing else.{how}"
