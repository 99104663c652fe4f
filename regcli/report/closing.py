"""The outcome of a run in sentences: whether the columns help, what was selected and why, how good it is, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.beyond import beyond_notes
from regcli.checks import STEADY
from regcli.data.wording import listing
from regcli.evaluate import share_gone
from regcli.metrics import METRICS
from regcli.numerals import count, number, percent
from regcli.report.checklist import checklist_line, has_failed
from regcli.report.learning import learning_notes
from regcli.report.nested import bootstrap_notes, nested_notes
from regcli.report.points import levers
from regcli.report.ranking import recommendation
from regcli.report.table import Table
from regcli.report.variants import variants_notes
from regcli.run.layout import RESOLVED
from regcli.spoken import at_point, is_beyond, sized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.run import RunReader


def closing(run: RunReader, keep: str | None = None) -> Table:
    """The outcome in sentences, and the next steps.

    Parameters
    ----------
    run : RunReader
    keep : str, optional
        The command that would keep a sweep's model; by default the run's own configuration fitted.
    """
    checklist = checklist_line(run.told, str(run.path))
    # where something fails, that is read before anything that rests on it
    first = checklist if has_failed(run.told) else []
    notes = [
        *first,
        *selection_notes(run.manifest, run.metrics),
        *warning_notes(run.manifest["warnings"]),
        *(checklist if not first else []),
        f"Next: `regcli show {run.path} --table sweep` for every grid point, `--table audit` for every figure; "
        + _next(run, keep),
    ]
    return Table(f"Result of {run.path}", (), (), tuple(notes))


def selection_notes(manifest: dict[str, Any], metrics: dict[str, Any]) -> list[str]:
    """What was selected, why, and how good it is; before all else that the columns do not help, where it is so."""
    chosen, metric = metrics["selected"], manifest["metric"]
    mean, null = chosen["validation_mean"], metrics["null_model"][metric]
    validation = _score(metric, mean, chosen["validation_se"]) + _over_seeds(chosen)
    return [
        *no_use_notes(manifest, metrics),
        f"Selected: {_model(chosen)}, {size_note(manifest, metrics)}{_rows_left_out(manifest)}.",
        why_note(manifest),
        f"Validation {validation}; {_against_null(metric, mean, null)}. {_gap(metrics, metric)}",
        *further_notes(manifest, metrics),
    ]


def further_notes(manifest: dict[str, Any], metrics: dict[str, Any]) -> list[str]:
    """What is known beyond the scores of the selected point."""
    line = metrics["selected"].get("sklearn")
    # an earlier regcli knew code of scikit-learn's alone
    whose = "scikit-learn" if line is None else line.get("library", "scikit-learn")
    as_code = [] if line is None else [f"In {whose}: {line['code']}", *(f"  - {remark}" for remark in line["remarks"])]
    return [
        *nested_notes(metrics, manifest),
        *bootstrap_notes(metrics, manifest),
        *_holdout(manifest, metrics),
        *learning_notes(metrics),
        *variants_notes(metrics),
        *recommendation(metrics, manifest),
        *beyond_notes(metrics),
        *stability_note(metrics),
        *_scale(manifest),
        *as_code,
    ]


def stability_note(metrics: dict[str, Any]) -> list[str]:
    """Whether the folds' models are the chosen one; where they are not, a warning says so."""
    found = metrics.get("stability") or {}
    kept, weighted, signs, phi = (found.get(k) for k in ("frequency", "weighted_frequency", "sign_agreement", "phi"))
    if kept is None or weighted is None or weighted < STEADY:
        return []
    sign = "" if signs is None else ", with the same sign" if signs == 1 else f", in {percent(signs)} with the same sign"
    likeness = "" if phi is None else f" (Φ = {number(phi, 2)})"
    if kept < 1:
        size = f", and with them {percent(weighted)} of its size" if weighted < 1 else ""
        return [f"Stability: a fold's model keeps {percent(kept)} of the chosen features{size}{sign}{likeness}."]
    more = found.get("n_ever", 0) - found.get("n_chosen", 0)
    others = f"; {count(more)} more {'comes and goes' if more == 1 else 'come and go'}{likeness}" if more > 0 else ""
    return [f"Stability: every fold's model keeps all that was chosen{sign}{others}."]


def _scale(manifest: dict[str, Any]) -> list[str]:
    """On which scale everything is said, where it is not the target's own."""
    if not manifest.get("target_scale"):
        return []
    target = manifest["target"]
    return [f"Scores and predictions.csv are of {manifest['target_scale']}({target}); `regcli predict` gives {target}."]


def no_use_notes(manifest: dict[str, Any], metrics: dict[str, Any]) -> list[str]:
    """That the columns do not help, where it is so."""
    chosen, metric = metrics["selected"], manifest["metric"]
    mean, null, error = chosen["validation_mean"], metrics["null_model"][metric], chosen["validation_se"]
    if metrics["n_nonzero"] == 0:
        return ["The columns do not help: the selected model is the null model, which predicts the same for every row."]
    if mean is None or null is None:
        return []
    better = METRICS[metric].sign * (null - mean)
    if better > (error or 0.0):
        return []
    how = "is worse than" if better < 0 else "is no more than one standard error better than"
    said = f"validation {_score(metric, mean, error)} {how} the null model's {number(null)}"
    ranks = _ranking(metrics) if not METRICS[metric].is_ranking else None
    # shifted probabilities, and classes of which one is rare, hide from the metric what the columns know
    if ranks:
        return [f"By {metric} the columns do not help: {said}; yet they rank the rows, {ranks}."]
    return [f"The columns do not help: {said}."]


def _ranking(metrics: dict[str, Any]) -> str | None:
    """The area under the ROC curve where it is more than two standard errors better than the null model's."""
    # regressions have none, runs of an earlier regcli no error
    value, error, null = (metrics.get(part, {}).get("roc_auc") for part in ("validation", "validation_error", "null_model"))
    if value is None or error is None or null is None or value - null <= 2.0 * error:
        return None
    return f"validation {_score('roc_auc', value, error)} against {number(null)}"


def _gap(metrics: dict[str, Any], metric: str) -> str:
    train, gap = metrics["train"][metric], metrics["gap"][metric]
    if gap is None:
        return "Gap between train and validation: –."
    relative = f" ({percent(gap / abs(train))} of train)" if train else ""
    return f"Gap between train and validation: {number(gap)}{relative}."


def _holdout(manifest: dict[str, Any], metrics: dict[str, Any]) -> list[str]:
    """What the rows that were held out say, where there are any."""
    n, metric = manifest["dataset"]["n_holdout"], manifest["metric"]
    if not metrics.get("holdout"):
        return [f"Holdout: {count(n, 'row')}, which `regcli fit` alone evaluates."] if n else []
    # runs of an earlier regcli have neither error nor null model here
    value, error = metrics["holdout"][metric], (metrics.get("holdout_error") or {}).get(metric)
    null = metrics.get("holdout_null")
    beside = f"; {_against_null(metric, value, null[metric])}" if null else ""
    return [
        f"Holdout ({count(n, 'row')}, evaluated once by this run): {_score(metric, value, error)}{beside}.",
        *_looks(manifest),
    ]


def _looks(manifest: dict[str, Any]) -> list[str]:
    """The how-manieth look at the holdout this was."""
    known = ((manifest.get("beside") or {}).get("check") or {}).get("looks") or {}
    n, before = known.get("n"), known.get("before") or []
    if n is None or n <= 1:
        return ["This was the first look at these held-out rows."] if n == 1 else []
    after = f", after {listing(list(map(str, before[::-1])), 3)}" if before else ""
    return [f"This was look {count(int(n))} at these held-out rows{after}: whoever chooses by them fits them."]


def _score(metric: str, value: float | None, error: float | None) -> str:
    return f"{metric} {_shown(value)}{'' if error is None else f' ± {number(error)}'}"


def _over_seeds(chosen: dict[str, Any]) -> str:
    """What other random numbers would make of the score, where there are several seeds."""
    error = chosen.get("seed_se")
    return "" if error is None else f" (± {number(error)} over {count(chosen['seeds'], 'seed')})"


def _against_null(metric: str, value: float | None, null: float | None) -> str:
    """The null model's score, and how much of its error is gone."""
    gone = share_gone(value, null, metric)
    said = f"the null model has {_shown(null)}"
    return f"{said}, so {percent(gone)} of its error is gone" if gone is not None and gone > 0 else said


def _rows_left_out(manifest: dict[str, Any]) -> str:
    """How many rows of the source took no part, where there are any."""
    data = manifest["dataset"]
    n = data["n_source_rows"] - data["n_rows"]
    return f"; {count(n)} of {count(data['n_source_rows'], 'row')} left out" if n > 0 else ""


def warning_notes(warnings: Sequence[str]) -> list[str]:
    """The warnings, each once, under their number."""
    counted = {text: list(warnings).count(text) for text in warnings}
    if not counted:
        return []
    lines = [f"  - {text}" + (f" ({n} times)" if n > 1 else "") for text, n in counted.items()]
    return [f"{count(len(counted), 'warning')}:", *lines]


def _model(chosen: dict[str, Any]) -> str:
    """The model and the value of its axis."""
    if is_beyond(chosen):
        moved = levers(chosen["penalty"], chosen.get("setting"))
        return f"{chosen['penalty']}{f' ({moved})' if moved else ''}, {at_point(chosen)}"
    if chosen.get("stage"):
        return f"{staged_model(chosen)}, {at_point(chosen)}"
    named = "no penalty" if chosen["penalty"] == "none" else str(chosen["penalty"])
    ratio = f" with l1_ratio {number(chosen['l1_ratio'])}" if chosen["penalty"] == "elasticnet" else ""
    return f"{named}{ratio}, {at_point(chosen)}"


def staged_model(chosen: dict[str, Any]) -> str:
    """A selected point with a second stage, in words."""
    penalty, stage, gamma = chosen["penalty"], chosen["stage"], chosen["gamma"]
    ratio = f" with l1_ratio {number(chosen['l1_ratio'])}"
    first = penalty + ratio if penalty == "elasticnet" else penalty
    if stage == "relaxed":
        how = {0.0: ", the refit without a penalty alone", 1.0: ", so not relaxed at all"}.get(gamma, "")
        return f"relaxed {first}, γ = {number(gamma)}{how}"
    if stage == "adaptive":
        return f"adaptive {first}, γ = {number(gamma)}"
    if stage == "refit none":
        return f"{first}, refitted without a penalty"
    second = stage.removeprefix("refit ")
    second += ratio if second == "elasticnet" else ""
    return f"{second} on what a {penalty} at {number(gamma)} of its λ_max selects"


def size_note(manifest: dict[str, Any], metrics: dict[str, Any]) -> str:
    """How large the model is."""
    chosen, used = metrics["selected"], metrics["n_nonzero"]
    if not is_beyond(chosen):
        return f"{used} of {count(metrics['n_features'], 'feature')}"
    columns = f"{used} of {count(manifest['dataset']['n_inputs'], 'input column')}"
    return f"{sized(metrics['complexity'], chosen['complexity_of'])}, {columns}"


def why_note(manifest: dict[str, Any]) -> str:
    """What the rule took, and from what."""
    metric, margin = manifest["metric"], manifest["rule"]
    if margin == "min":
        return f"Why: rule min: the best validation {metric} of all grid points."
    how = "one standard error" if margin == "1se" else percent(manifest["tolerance"])
    families = {path.get("family", "linear") for path in manifest.get("paths", ())}
    if len(families) > 1 or is_beyond(manifest.get("selected") or {}):
        kind = "one of the simplest kind of model, and of those " if len(families) > 1 else ""
        return (
            f"Why: rule {margin}: of each path the strongest point whose validation {metric} lies within {how} of the overall "
            f"best; of these points {kind}the least complex."
        )
    return (
        f"Why: rule {margin}: of each path the largest λ whose validation {metric} lies within {how} of the overall best, "
        "and of these points the one with the fewest non-zeros."
    )


def _next(run: RunReader, keep: str | None) -> str:
    if run.manifest["command"] == "fit":
        return f"`regcli predict {run.path} NEW.csv` for predictions."
    return f"a sweep keeps no model, `{keep or f'regcli fit {run.path / RESOLVED}'}` does."


def _shown(value: float | None) -> str:
    return "undefined" if value is None else number(value)
