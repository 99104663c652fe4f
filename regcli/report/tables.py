"""Tables of one run or of several, from what the reader returns; pure functions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.metrics import METRICS
from regcli.numerals import count, number, percent
from regcli.report.audit import asked_for, most_important
from regcli.report.closing import closing
from regcli.report.nested import nested_tables
from regcli.report.points import axis_of, choices, counted_by, has_linear, has_others, levers_of, stage_of
from regcli.report.ranking import ranking_tables
from regcli.report.table import Column, Table
from regcli.report.terminal.plots import cv_charts
from regcli.report.variants import variants_tables

if TYPE_CHECKING:
    from regcli.run import Columns, RunReader

TOP = 10
# What is smaller than this share of the numbers beside it is their rounding error.
ROUNDING = 1e-13


def summary(run: RunReader, keep: str | None = None) -> list[Table]:
    """What a finished run found: the paths, the metrics, the largest coefficients, and what to do next.

    Parameters
    ----------
    run : RunReader
    keep : str, optional
        The command that would keep a sweep's model, as it would be typed; by default the run's own configuration fitted.
    """
    sweep, manifest = run.sweep(), run.manifest
    return [
        replace(paths_table(sweep, manifest), pictures=tuple(cv_charts(sweep, manifest, selected_alone=True))),
        *ranking_tables(run.metrics, manifest),
        metrics_table(run.metrics, manifest),
        *([largest_coefficients(run.coefficients(), manifest)] if run.has_coefficients else []),
        *most_important(run),
        *variants_tables(run),
        *asked_for(run.metrics),
        *nested_tables(run.metrics, manifest),
        closing(run, keep),
    ]


def record(run: RunReader) -> dict[str, Any]:
    """A run as one object for programs: `run`, `status`, `selected`, `metrics`, `warnings`."""
    done = run.status == "done"
    return {
        "run": str(run.path),
        "status": run.status,
        "reason": run.manifest.get("reason"),
        "selected": run.metrics["selected"] if done else None,
        "metrics": run.metrics if done else None,
        "warnings": run.manifest.get("warnings", []),
    }


def paths_table(sweep: Columns, manifest: dict[str, Any]) -> Table:
    """One row per path (an entry at one setting) with the point that represents it; the selected one is marked.

    Paths that differ in γ alone are one choice, and one row.
    """
    metric, rule = manifest["metric"], manifest["rule"]
    points = representatives(sweep, manifest)
    selected = int(np.flatnonzero(sweep["selected"])[0])
    beyond, sizes = has_others(sweep), counted_by(sweep, manifest)
    axes, units = {axis_of(sweep, i) for i in points}, {sizes[i] for i in points}
    columns = [
        Column("selected", "", 0),
        Column("entry", "entry", 8),
        Column("penalty", "model" if beyond else "penalty"),
        Column("l1_ratio", "l1_ratio", 1),
        Column("stage", "stage"),
        Column("gamma", "γ"),
        Column("setting", "setting", 6, fold=24),
        Column("axis", "axis"),
        Column("lambda", "at" if len(axes) > 1 else next(iter(axes))),
        Column("sklearn", "scikit-learn", 5),
        Column("validation_mean", f"validation {metric}"),
        Column("validation_se", "± SE", 1),
        Column("seed_se", "± seeds", 4),
        Column("train_mean", f"train {metric}", 3),
        Column("gap", "gap", 2),
        Column("n_nonzero", "in use" if beyond else "non-zeros"),
        Column("complexity", "complexity" if len(units) > 1 else next(iter(units)), 2),
        Column("complexity_of", "", 2),
        Column("within_reach", _reach(manifest), 4),
    ]
    within = within_reach(sweep, manifest)
    rows = [
        (
            "*" if i == selected else "",
            int(sweep["entry"][i]),
            str(sweep["penalty"][i]),
            float(sweep["l1_ratio"][i]),
            *stage_of(sweep, i),
            *((levers_of(sweep, i) or None, axis_of(sweep, i)) if beyond else (None, None)),
            float(sweep["lambda"][i]),
            _in_sklearn(sweep, i),
            *(float(sweep[name][i]) for name in ("validation_mean", "validation_se")),
            float(sweep["seed_se"][i]) if beyond else None,
            *(float(sweep[name][i]) for name in ("train_mean", "gap")),
            int(sweep["n_nonzero"][i]),
            float(sweep["complexity"][i]) if beyond else None,
            sizes[i],
            bool(within[i]),
        )
        for i in points
    ]
    one_entry = len({(row[2], row[1]) for row in rows}) == len({row[2] for row in rows})
    hidden = {"entry" if one_entry else None, "within_reach" if rule == "min" else None}
    hidden |= set() if any(row[4] for row in rows) else {"stage", "gamma"}
    hidden |= {"sklearn"} if beyond else {"setting", "axis", "complexity", "complexity_of"}
    hidden |= {"axis"} if len(axes) == 1 else set()
    hidden |= set() if any(row[6] for row in rows) else {"setting"}
    hidden |= {"complexity_of"} if len(units) == 1 else set()
    hidden |= {"seed_se"} if not beyond or np.isnan(sweep["seed_se"][points]).all() else set()
    hidden |= {"l1_ratio"} if beyond and np.isnan(sweep["l1_ratio"][points]).all() else set()
    keep = [j for j, column in enumerate(columns) if column.key not in hidden]
    folds = manifest["folds"]
    data = manifest["dataset"]
    return Table(
        f"{manifest['name']}: {count(data['n_train'], 'training row')}, {_width(sweep, data)}, "
        f"{count(folds['n'], 'fold')} ({folds['kind']}), {count(len(sweep['lambda']), 'grid point')}",
        tuple(columns[j] for j in keep),
        tuple(tuple(row[j] for j in keep) for row in rows),
        ("* selected; one row per path, at " + _represented_by(manifest, staged="stage" not in hidden, beyond=beyond) + ".",),
        frozenset(k for k, i in enumerate(points) if i == selected),
    )


def _in_sklearn(sweep: Columns, i: int) -> str:
    """scikit-learn's parameter of a point; its l1_ratio too, where a target in SDs makes it another than the column's."""
    parameter, value = sweep["sklearn_parameter"][i], float(sweep["sklearn_value"][i])
    said, lam, ratio = f"{parameter}={number(value)}", float(sweep["lambda"][i]), float(sweep["l1_ratio"][i])
    # λ(1-ρ) of the ridge part is the same in every unit
    if parameter == "alpha" and 0 < ratio < 1 and lam > 0 and not np.isclose(value, lam, rtol=1e-9, atol=0):
        said += f", l1_ratio={number(1.0 - lam * (1.0 - ratio) / value)}"
    return said


def _width(sweep: Columns, data: dict[str, Any]) -> str:
    """How many columns there are: those of the linear design, where some model is fitted on it."""
    return count(data["n_features"], "feature") if has_linear(sweep) else count(data["n_inputs"], "input column")


def representatives(sweep: Columns, manifest: dict[str, Any]) -> list[int]:
    """For each path the row of the sweep that stands for it: by the rule where it reaches the margin, else its best."""
    loss = (-1.0 if manifest["higher_is_better"] else 1.0) * sweep["validation_mean"]
    within, found = within_reach(sweep, manifest), []
    for spans in choices(sweep):
        every = np.concatenate(spans)
        chosen = every[sweep["selected"][every]]
        # λ descends: the first within reach is the largest; and γ does
        reached = [int(span[within[span]][0]) for span in spans if within[span].any()]
        usable = every[sweep["converged"][every] & np.isfinite(loss[every])]
        if len(chosen):
            found.append(int(chosen[0]))
        elif reached and manifest["rule"] != "min":
            found.append(min(reached, key=lambda i: (sweep["n_nonzero"][i], loss[i], -sweep["lambda"][i])))
        elif len(usable):
            found.append(int(usable[np.argmin(loss[usable])]))
        else:
            found.append(int(every[0]))
    return found


def within_reach(sweep: Columns, manifest: dict[str, Any]) -> Any:  # noqa: ANN401
    """The points among which the rule may take the simplest; bool (rows,)."""
    if manifest["rule"] != "pct_loss":
        return sweep["within_1se"]
    loss = (-1.0 if manifest["higher_is_better"] else 1.0) * sweep["validation_mean"]
    usable = sweep["converged"] & np.isfinite(loss)
    best = np.min(loss[usable]) if usable.any() else np.nan
    return usable & (loss <= best + manifest["tolerance"] * abs(best))


def metrics_table(metrics: dict[str, Any], manifest: dict[str, Any]) -> Table:
    """One row per metric: means over folds, the final model on training and holdout rows, the null model."""
    first = [name for name in manifest["metrics"] if name in metrics["validation"]]
    names = list(dict.fromkeys([*first, *metrics["validation"]]))
    columns = [
        Column("metric", "metric"),
        Column("better", "better is", 4),
        Column("train", "train (folds)", 2),
        Column("validation", "validation (folds)"),
        Column("validation_error", "± SE", 2),
        Column("gap", "gap", 1),
        Column("null_model", "null model (folds)", 1),
        Column("refit", "refit on all", 3),
        Column("holdout", "holdout"),
        Column("holdout_error", "± SE", 2),
        Column("holdout_null", "null model (holdout)", 2),
    ]
    # what there is no holdout for, or an earlier regcli did not write
    columns = [column for column in columns if column.key in {"metric", "better"} or metrics.get(column.key)]
    parts = [_without_noise(metrics[column.key], metrics) for column in columns[2:]]
    rows = tuple((name, METRICS[name].better if name in METRICS else None, *(part.get(name) for part in parts)) for name in names)
    return Table(f"Metrics of the selected model{on_scale(manifest)}", tuple(columns), rows)


def on_scale(manifest: dict[str, Any]) -> str:
    """``, of log(price)``, where the target was not fitted and scored as it is."""
    scale = manifest.get("target_scale")
    return f", of {scale}({manifest['target']})" if scale else ""


def _without_noise(part: dict[str, Any], metrics: dict[str, Any]) -> dict[str, Any]:
    """The part's metrics with zero for what is zero but for rounding, beside the same metric of the null and the real model."""

    def plain(name: str, value: float | None) -> float | None:
        beside = (metrics[key].get(name) for key in ("validation", "train", "null_model"))
        scale = max((abs(other) for other in beside if other is not None), default=0.0)
        return 0.0 if value is not None and abs(value) <= ROUNDING * scale else value

    return {name: plain(name, value) for name, value in part.items()}


def largest_coefficients(coefficients: Columns, manifest: dict[str, Any], top: int = TOP) -> Table:
    """The features that count most, by the size of the standardised coefficient."""
    size = np.abs(coefficients["coefficient_standardized"])
    live = np.flatnonzero((coefficients["coefficient"] != 0) & (coefficients["feature"] != "(intercept)"))
    order = live[np.argsort(-size[live], kind="stable")]
    several = "class" in coefficients
    columns = (
        *([Column("class", "class")] if several else []),
        Column("feature", "feature", fold=20),
        Column("coefficient_standardized", "standardised"),
        Column("coefficient", "coefficient", 1),
        Column("selection_frequency", "kept in folds", 2),
        Column("sign_agreement", "same sign", 3),
        Column("bar", "", 9, bar=True),
    )
    n = manifest["folds"]["n"]
    rows = tuple(
        (
            *([str(coefficients["class"][i])] if several else []),
            str(coefficients["feature"][i]),
            float(coefficients["coefficient_standardized"][i]),
            float(coefficients["coefficient"][i]),
            *_kept(float(coefficients["selection_frequency"][i]), float(coefficients["sign_agreement"][i]), n),
            float(coefficients["coefficient_standardized"][i]),
        )
        for i in order[:top]
    )
    if not rows:
        return Table("Coefficients", (), (), ("No feature has a coefficient: the model predicts the same for every row.",))
    classes = manifest["classes"]
    about = f", for {classes[1]!r} against {classes[0]!r}" if len(classes) == 2 else ""
    title = f"Largest coefficients{about} ({len(rows)} of {len(live)})"
    of = {0: "the prediction", 2: "the log-odds"}.get(len(classes), "the class's score")
    overlap = " The folds share most of their rows: this is no test of significance." if n > 3 else ""
    kept = "kept in folds: how many folds' fits keep the feature; same sign: how many of those give it the sign shown."
    notes = (f"standardised: change of {of} per standard deviation of the column.", kept + overlap)
    return Table(title, columns, rows, notes)


def columns_table(title: str, columns: Columns) -> Table:
    """A file of a run as it is."""
    rows = zip(*(values.tolist() for values in columns.values()), strict=True)
    important = {"lambda", "validation_mean", "feature", "coefficient", "metric", "fold", "validation", "penalty", "selected"}
    heads = tuple(Column(name, name, 0 if name in important else 1 + j) for j, name in enumerate(columns))
    marked = frozenset(np.flatnonzero(columns["selected"]).tolist()) if "selected" in columns else frozenset()
    return Table(title, heads, tuple(rows), (), marked)


def unfinished(run: RunReader) -> Table:
    """What there is to say about a run that has no results."""
    m = run.manifest
    reason = " ".join(str(m.get("reason") or "still running, or stopped without a word").split())
    notes = (f"Status: {run.status} ({reason})", f"Command: {m.get('command')}", f"Started: {m.get('started')}")
    return Table(f"{m.get('name')}: {run.path}", (), (), (*notes, f"Log: {run.path / 'log.txt'}"))


def _reach(manifest: dict[str, Any]) -> str:
    return "within 1 SE" if manifest["rule"] == "1se" else f"within {percent(manifest['tolerance'] or 0)}"


def _represented_by(manifest: dict[str, Any], *, staged: bool, beyond: bool) -> str:
    what = "point" if beyond else "λ and γ" if staged else "λ"
    if manifest["rule"] == "min":
        return f"its best {what}"
    if staged:
        return f"its largest λ {_reach(manifest)} of the best, of several γ that of the fewest non-zeros, or else its best"
    return f"its {'strongest point' if beyond else 'largest λ'} {_reach(manifest)} of the best, or else its best"


def _kept(frequency: float, agreement: float, n: int) -> tuple[str, str]:
    """In how many of n folds a coefficient is not zero, and in how many of those it has the refit's sign."""
    kept = round(frequency * n)
    return f"{kept} of {n}", "–" if np.isnan(agreement) else f"{round(agreement * kept)} of {kept}"
