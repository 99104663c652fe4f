"""Grid points as tables of a run name them: their axis and size, their second stage, and which paths are one choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.numerals import number
from regcli.spoken import LAMBDA, axis_name, size_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regcli.numerics.arrays import IntArray
    from regcli.run import Columns


def stage_of(table: Columns, i: int) -> tuple[str | None, float | None]:
    """The second stage of a row, and its γ; runs of an earlier regcli have none."""
    stage = table["stage"][i] if "stage" in table else None
    return (str(stage), float(table["gamma"][i])) if stage else (None, None)


def choices(sweep: Columns) -> list[list[IntArray]]:
    """The rows of every path, those that differ in γ alone together: strength and γ are one choice."""
    starts = np.flatnonzero(sweep["lambda_index"] == 0)
    together: dict[Any, list[IntArray]] = {}
    for start, end in zip(starts, [*starts[1:], len(sweep["lambda"])], strict=True):
        stage, _ = stage_of(sweep, int(start))
        key = int(start) if stage is None else (int(sweep["entry"][start]), stage, float(sweep["l1_ratio"][start]))
        together.setdefault(key, []).append(np.arange(start, end))
    return list(together.values())


def paths_of(sweep: Columns, manifest: dict[str, Any]) -> list[IntArray]:
    """Rows of each path, in the order of the table; of paths that differ in γ alone the one with the selected or best point."""
    loss = (-1.0 if manifest["higher_is_better"] else 1.0) * np.where(sweep["converged"], sweep["validation_mean"], np.nan)
    loss = np.where(sweep["selected"], -np.inf, np.where(np.isnan(loss), np.inf, loss))
    return [min(spans, key=lambda rows: float(loss[rows].min())) for spans in choices(sweep)]


def stages(table: Columns) -> tuple[str, ...]:
    """The columns that tell of second stages, where a row has one."""
    return ("stage", "gamma") if "stage" in table and any(table["stage"]) else ()


def name_of(sweep: Columns, i: int) -> str:
    """What the path of a row is called: `lasso`, `elasticnet 0.5`, `lasso, relaxed (γ = 0)`."""
    name, ratio = str(sweep["penalty"][i]), float(sweep["l1_ratio"][i])
    stage, gamma = stage_of(sweep, i)
    told = f"{name} {number(ratio)}" if name == "elasticnet" else name
    return told if stage is None or gamma is None else f"{told}, {stage} (γ = {number(gamma)})"


def levers_of(sweep: Columns, i: int) -> str:
    """What a row's path differs in from what its kind of model is by itself, and from the other paths of its entry."""
    if "setting" not in sweep:
        return ""
    entry = (sweep["penalty"] == sweep["penalty"][i]) & (sweep["entry"] == sweep["entry"][i])
    return levers(str(sweep["penalty"][i]), sweep["setting"][i], set(sweep["setting"][entry].tolist()))


def levers(kind: str, setting: str | None, others: Iterable[str | None] = ()) -> str:
    """Levers that somebody has moved; of a linear model none."""
    if not setting:
        return ""
    from regcli.config.estimators import telling

    return telling(kind, setting, [other or "" for other in others])


def axis_of(sweep: Columns, i: int) -> str:
    """The lever that the path of a row is walked along."""
    return axis_name(sweep["axis"][i] if "axis" in sweep else None)


def has_others(sweep: Columns) -> bool:
    """Whether there are paths of another axis than λ."""
    return "axis" in sweep and any(axis_name(axis) != LAMBDA for axis in set(sweep["axis"].tolist()))


def has_linear(sweep: Columns) -> bool:
    """Whether there are paths along λ, whose models see the columns as preprocessing makes them."""
    return "axis" not in sweep or any(axis_name(axis) == LAMBDA for axis in set(sweep["axis"].tolist()))


def counted_by(sweep: Columns, manifest: dict[str, Any]) -> list[str]:
    """What complexity counts, for every row: ``leaves``; runs of an earlier regcli do not tell it of other families."""
    paths = manifest.get("paths") or []
    number_of = np.cumsum(sweep["lambda_index"] == 0) - 1
    told = [path.get("complexity_of", "" if axis_name(path.get("axis")) == LAMBDA else "complexity") for path in paths]
    return [size_name(told[k] if k < len(told) else None) for k in number_of.tolist()]


def growing(sweep: Columns, rows: IntArray, manifest: dict[str, Any]) -> tuple[str, list[float]]:
    """What grows along a path from strong to weak: what its family counts, or else the columns in use; name and values."""
    used = [float(value) for value in sweep["n_nonzero"][rows]]
    if axis_of(sweep, int(rows[0])) == LAMBDA:
        return size_name(None), used
    size = [float(value) for value in sweep["complexity"][rows]] if "complexity" in sweep else []
    return ("columns in use", used) if len(set(size)) < 2 else (counted_by(sweep, manifest)[int(rows[0])], size)


def told_apart(sweep: Columns, i: int) -> str:
    """What the path of a row is called beside the others: `boosting max_depth=4` where those of a name differ in that."""
    name, starts = name_of(sweep, i), np.flatnonzero(sweep["lambda_index"] == 0).tolist()
    alike = [k for k in starts if name_of(sweep, k) == name]
    if len(alike) < 2 or axis_of(sweep, i) == LAMBDA:
        return name
    every = [_levers(sweep, k) for k in alike]
    mine = _levers(sweep, i)
    return " ".join([name, *(lever for lever in mine if not all(lever in levers for levers in every))])


def _levers(sweep: Columns, i: int) -> list[str]:
    """The axis of a path, and the levers that stay where they are."""
    return [axis_of(sweep, i), *filter(None, str(sweep["setting"][i] or "").split(";"))]
