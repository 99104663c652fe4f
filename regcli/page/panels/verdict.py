"""The verdict in a sentence, the numbers it rests on, and what to do next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from regcli.evaluate import share_gone
from regcli.families.described import LIBRARIES
from regcli.numerals import count, number, percent
from regcli.page.panel import Card, Panel, Section
from regcli.report.closing import further_notes, no_use_notes, size_note, staged_model, warning_notes, why_note
from regcli.spoken import axis_name, is_beyond, size_name

if TYPE_CHECKING:
    from regcli.page.shown import Shown


# Code is shown as it would be typed.
_AS_CODE = re.compile(rf"^(In (?:{'|'.join(LIBRARIES)}): )(.*)")


class Verdict(Panel["Shown"]):
    """What came out."""

    name = "verdict"
    title = "The verdict"
    question = "What was selected, is it any good, and what is to be done next?"

    def look(self, shown: Shown) -> Section:
        m, metrics = shown.manifest, shown.metrics
        further = [_AS_CODE.sub(r"\1`\2`", note) for note in further_notes(m, metrics)]
        notes = [why_note(m), *further, *warning_notes(m["warnings"]), *_next(shown)]
        return Section(headline(m, metrics), _cards(shown), tuple(notes))


def headline(manifest: dict[str, Any], metrics: dict[str, Any]) -> str:
    """The outcome in a sentence."""
    bad = no_use_notes(manifest, metrics)
    if bad:
        return bad[0]
    metric, chosen = manifest["metric"], metrics["selected"]
    gone = share_gone(chosen["validation_mean"], metrics["null_model"][metric], metric)
    removed = f"removes {percent(gone)} of the null model's error" if gone is not None and gone > 0 else "beats the null model"
    kept = size_note(manifest, metrics)
    said = f"{str(chosen['penalty']).capitalize()} ({kept})" if is_beyond(chosen) else f"{model_name(chosen)} with {kept}"
    gap, train = metrics["gap"][metric], metrics["train"][metric]
    relative = None if gap is None or not train else gap / abs(train)
    side = "worse" if relative is not None and relative > 0 else "better"
    fit = "" if relative is None else f"; validation is {percent(abs(relative))} {side} than train"
    return f"{said} {removed}{fit}."


def model_name(chosen: dict[str, Any]) -> str:
    """The selected linear model as a sentence begins with it."""
    if chosen.get("stage"):
        told = staged_model(chosen)
        return f"{'An' if told[0] in 'aeiou' else 'A'} {told}"
    if chosen["penalty"] == "elasticnet":
        return f"An elastic net (l1_ratio {number(chosen['l1_ratio'])})"
    return {"none": "The model without penalty", "ridge": "A ridge model", "lasso": "A lasso"}.get(
        chosen["penalty"], f"A model of kind {chosen['penalty']}"
    )


def _cards(shown: Shown) -> tuple[Card, ...]:
    m, metrics, metric = shown.manifest, shown.metrics, shown.metric
    chosen = metrics["selected"]
    null = metrics["null_model"][metric]
    cards = [
        Card(f"validation {metric}", _value(chosen["validation_mean"], chosen["validation_se"]), f"null model {_value(null)}"),
        Card("gap to train", _value(metrics["gap"][metric]), f"train {_value(metrics['train'][metric])}"),
        Card("features kept", f"{count(metrics['n_nonzero'])}", f"of {count(metrics['n_features'])}"),
    ]
    if is_beyond(chosen):
        cards[-1:] = [
            Card(size_name(chosen["complexity_of"]), number(metrics["complexity"])),
            Card("columns in use", f"{count(metrics['n_nonzero'])}", f"of {count(m['dataset']['n_inputs'])}"),
        ]
    if chosen["lambda"] is not None:
        cards.append(
            Card(
                axis_name(chosen.get("axis")),
                number(chosen["lambda"]),
                f"{chosen['sklearn_parameter']} = {_value(chosen['sklearn_value'])}",
            )
        )
    if metrics.get("holdout"):
        error = (metrics.get("holdout_error") or {}).get(metric)
        n = count(m["dataset"]["n_holdout"], "row")
        cards.insert(1, Card(f"holdout {metric}", _value(metrics["holdout"][metric], error), f"{n}, looked at once"))
    return tuple(cards)


def _value(value: float | None, error: float | None = None) -> str:
    return "undefined" if value is None else number(value) + ("" if error is None else f" ± {number(error)}")


def _next(shown: Shown) -> list[str]:
    run = shown.reference
    if shown.manifest["command"] == "fit":
        return [f"Next: `regcli predict {run} NEW.csv` for predictions, `regcli compare {run} OTHER` against another run."]
    return [f"Next: a sweep keeps no model; `regcli fit` with the same configuration does. `regcli show {run}` prints tables."]
