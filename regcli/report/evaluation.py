"""What `evaluate` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from regcli.metrics import METRICS
from regcli.numerals import count, number, percent
from regcli.report.table import Column, Table

if TYPE_CHECKING:
    from regcli.run.evaluate import Evaluation, MetricScore

COLUMNS = (
    Column("metric", "metric"),
    Column("better", "better is", 4),
    Column("value", "new rows"),
    Column("error", "± SE", 1),
    Column("null", "null model", 1),
    Column("share_gone", "error gone", 2),
    Column("validation", "validation", 1),
    Column("validation_error", "± SE", 3),
    Column("worsening", "worse by", 2),
    Column("mark", "against validation"),
)


def evaluation_table(found: Evaluation, *, for_people: bool = True) -> Table:
    """One row a metric, and the outcome in sentences; shares as per cent for people, as numbers for programs."""
    rows = tuple(
        (
            *(score.metric, METRICS[score.metric].better, score.value, score.error, score.null),
            percent(score.share_gone) if for_people and score.share_gone is not None else score.share_gone,
            *(score.validation, score.validation_error, score.worsening, score.mark),
        )
        for score in found.scores
    )
    weights = ", weighted" if found.weighted else ""
    of = f", of {found.of}" if found.of else ""
    title = f"{found.run} on {found.source}: {count(found.n_rows, 'row')}{weights}{of}"
    notes = ("worse by: than the mean over validation folds, in the metric's own unit; above 0 is worse.", *_sentences(found))
    tones = {i: "bad" for i, score in enumerate(found.scores) if score.mark == "worse"}
    return Table(title, COLUMNS, rows, notes, frozenset({0}), tones)  # type: ignore[arg-type]


def evaluation_record(found: Evaluation) -> dict[str, Any]:
    """The same as one object for programs."""
    scores = {score.metric: {k: v for k, v in asdict(score).items() if k != "metric"} for score in found.scores}
    return {
        "run": str(found.run),
        "data": found.source,
        "n_rows": found.n_rows,
        "weighted": found.weighted,
        "metric": found.scores[0].metric,
        "mark": found.scores[0].mark,
        "metrics": scores,
        "warnings": list(found.warnings),
    }


def _sentences(found: Evaluation) -> list[str]:
    score = found.scores[0]
    if score.value is None:
        return [f"{score.metric} is undefined on these rows."]
    spread = "" if score.error is None else f" ± {number(score.error)}"
    against = "" if score.null is None else f"; the null model has {number(score.null)}"
    if score.share_gone is not None:
        gone = f"{percent(score.share_gone)} of its error is gone" if score.share_gone > 0 else "nothing is gained over it"
        against += f", so {gone}"
    return [f"{score.metric} {number(score.value)}{spread} on the new rows{against}.", _verdict(score)]


def _verdict(score: MetricScore) -> str:
    """Whether the new rows are worse than the validation promised."""
    if score.validation is None:
        return "The run has no validation figure to hold it against."
    promised = number(score.validation) + ("" if score.validation_error is None else f" ± {number(score.validation_error)}")
    if score.mark is None:
        return f"The validation had {promised}; without both standard errors nothing can be said of the difference."
    return {
        "worse": f"Worse than the validation's {promised}, by more than noise: the rows differ from the training rows, "
        "or the validation was too hopeful.",
        "better": f"Better than the validation's {promised}, by more than noise.",
        "within noise": f"Within noise of the validation's {promised}.",
    }[score.mark]
