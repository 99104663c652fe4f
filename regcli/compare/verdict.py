"""The verdict: what a careful reader of the table would want to know first, in one sentence; and what to bear in mind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.compare.metrics import SECTION as SCORES
from regcli.compare.model import COEFFICIENTS, MODEL
from regcli.compare.rows import Mark, named
from regcli.figures import value
from regcli.numerals import number, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from regcli.compare.rows import Row
    from regcli.compare.sides import Pair
    from regcli.gates import Checked

# Nothing happened there, or nothing that matters.
QUIET = frozenset({Mark.SAME, Mark.WITHIN_NOISE, Mark.WITHIN_MARGIN})
SHOWN = 3


def verdict(pair: Pair, rows: Mapping[str, Row], gates: Sequence[Checked], digits: int) -> str:
    """The validation score that λ was chosen by decides; other scores, the data, the model and the gates follow.

    Parameters
    ----------
    pair : Pair
    rows : mapping
        By name.
    gates : sequence of Checked
    digits : int
        Significant digits, as in the table.
    """
    main = rows[f"validation.{pair.a.metric}"]
    head = _same_model(main, rows) or _head(main, pair, digits)
    at_best, on = _at_best(main, rows.get(f"best.{pair.a.metric}"), pair.strength, digits), _on(rows, pair, digits)
    parts = [head, *at_best, *on, *_also(pair.a.metric, rows, digits), *_data(pair), *_model(rows)]
    failed = sum(gate.failed for gate in gates)
    if failed:
        parts.append(f"{failed} of {len(gates)} gate{'s' if len(gates) > 1 else ''} fail{'s' if failed == 1 else ''}")
    elif gates:
        parts.append("all gates hold")
    return "; ".join(parts) + "."


def remarks(pair: Pair) -> tuple[str, ...]:
    """What limits the comparison, for people who did not set it up."""
    found = []
    if pair.a.metric != pair.b.metric:
        found.append(f"A was selected by {pair.a.metric}, B by {pair.b.metric}: they are judged by {pair.a.metric}.")
    if len({side.has_coefficients for side in (pair.a, pair.b)}) > 1:
        which = "A" if pair.a.has_coefficients else "B"
        found.append(f"Only the model of {which} has coefficients: there is nothing to compare them with.")
    if pair.same_training_rows and not pair.same_folds:
        found.append(
            "Both runs cross-validated the same rows in different folds: such a comparison has next to no power. "
            "With the same cv block, cv.seed included, the folds can be compared one by one."
        )
    return (*found, *_looks(pair))


def _looks(pair: Pair) -> Iterator[str]:
    """How often the holdout had been evaluated, where scores on it are compared."""
    looks = {name: value(side.run.told, "check.looks.n") for name, side in (("A", pair.a), ("B", pair.b)) if len(side.held_out)}
    told = [f"{name} was look {int(n)} at its held-out rows" for name, n in looks.items() if n is not None]
    if any(n is not None and n > 1 for n in looks.values()):
        yield f"{' and '.join(told)}: scores on a holdout flatter whoever was chosen by them, more with every look."


def _same_model(main: Row, rows: Mapping[str, Row]) -> str:
    """Models whose coefficients nobody has compared may score alike and not be the same."""
    looked_at = [row for row in rows.values() if row.section in {SCORES, MODEL, COEFFICIENTS}]
    quiet = all(row.mark in QUIET for row in looked_at) and any(row.section == COEFFICIENTS for row in looked_at)
    return "B is the same model as A, with the same scores" if quiet and main.mark is Mark.SAME else ""


def _head(main: Row, pair: Pair, digits: int) -> str:
    told = _told(main, digits)
    match main.mark:
        case Mark.WORSE | Mark.BETTER:
            return f"B is {main.mark}: {told} ({main.note})"
        case Mark.SAME:
            return f"B scores as A does: {told}"
        case Mark.WITHIN_MARGIN:
            return f"B is as good as A within the margin of {percent(pair.margin or 0.0)}: {told} ({main.note})"
        case Mark.WITHIN_NOISE:
            least = main.detectable_percent
            could = "" if least is None else f"; {percent(least / 100, 2)} would have been told from noise four times in five"
            return f"B is neither better nor worse than A beyond noise: {told} ({main.note}{could})"
        case _:
            return f"There is no telling whether B is better or worse: {told} ({main.note})"


def _told(row: Row, digits: int) -> str:
    """A score's change in words: as in the table, to the digit."""
    a, b = ("–" if value is None or isinstance(value, str) else number(value, digits) for value in (row.a, row.b))
    if row.mark is Mark.SAME:
        return f"{row.label} {b}, unchanged"
    return f"{row.label} {a} → {b}{_by(row, digits)}"


def _by(row: Row, digits: int) -> str:
    return "" if row.percent is None else f", {percent(row.percent / 100, digits, signed=True)}"


def _at_best(main: Row, best: Row | None, strength: str, digits: int) -> Iterator[str]:
    """The same at the best point of each run, where the rule chose another one."""
    if best is None or best.minor or main.mark is Mark.SAME:
        return
    if best.mark is Mark.SAME:
        yield f"at the best {strength} of each unchanged"
    elif best.percent is not None:
        yield f"at the best {strength} of each {percent(best.percent / 100, digits, signed=True)} ({best.mark})"


def _on(rows: Mapping[str, Row], pair: Pair, digits: int) -> Iterator[str]:
    """What new rows say, where there are any."""
    row = rows.get(f"on.{pair.a.metric}")
    if row is not None:
        mark = "" if row.mark is Mark.SAME else f" ({row.mark}, {row.note})"
        yield f"on {rows['on.n_rows'].note}: {_told(row, digits)}{mark}"


def _also(metric: str, rows: Mapping[str, Row], digits: int) -> Iterator[str]:
    """Other scores that were asked for and changed for certain."""
    told = {f"validation.{metric}", f"best.{metric}"}
    others = [row for row in rows.values() if row.section == SCORES and not row.minor and row.name not in told]
    for mark in (Mark.WORSE, Mark.BETTER):
        found = [row for row in others if row.mark is mark]
        if found:
            more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
            yield f"also {mark}: " + ", ".join(f"{row.label}{_by(row, digits)[1:]}" for row in found[:SHOWN]) + more


def _data(pair: Pair) -> Iterator[str]:
    """Scores of other rows answer another question."""
    if not pair.same_training_rows:
        sizes = [side.manifest["dataset"]["n_train"] for side in (pair.a, pair.b)]
        n = f"{sizes[0]:,} training rows each" if sizes[0] == sizes[1] else f"{sizes[0]:,} → {sizes[1]:,} training rows"
        yield f"trained on other {'rows of the same data' if pair.same_file else 'data'}, {n}"


def _model(rows: Mapping[str, Row]) -> Iterator[str]:
    """What the model looks at, and what changed in it for other reasons."""

    def items(name: str) -> tuple[str, ...]:
        return rows[name].items if name in rows else ()

    for name, text in (("columns.lost", "left out"), ("columns.new", "new columns"), ("coefficients.sign_flips", "sign flips")):
        if items(name):
            yield f"{text}: {named(items(name))}"
    # a feature that was not offered has not been dropped
    for name, text, unoffered in (("support.dropped", "dropped", "features.gone"), ("support.added", "added", "features.new")):
        which = [feature for feature in items(name) if feature not in items(unoffered)]
        if which:
            yield f"{text}: {named(which)}"
    if items("drift.columns"):
        yield f"drifted: {named(items('drift.columns'))}"
