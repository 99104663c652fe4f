"""The ship checklist as tables and lines; everything is made from its record, the object that programs get."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from regcli.checks import CHECKS, Verdict
from regcli.report.comparison import gates_table, worst_last
from regcli.report.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regcli.report.table import Tone

SIGNS = {
    Verdict.HOLDS: "✓ holds", Verdict.LOOK: "→ look", Verdict.FAILS: "✗ fails", Verdict.ABSENT: "– does not apply",
    Verdict.UNKNOWN: "? not known", Verdict.MUTED: "– muted",
}  # fmt: skip
_TONES: dict[str, Tone] = {
    Verdict.HOLDS: "good", Verdict.FAILS: "bad", Verdict.ABSENT: "quiet", Verdict.UNKNOWN: "quiet", Verdict.MUTED: "quiet",
}  # fmt: skip
COLUMNS = (
    Column("code", "code"),
    Column("verdict", "", fold=8),
    Column("title", "what holds of a model to be trusted", 1, fold=24),
    Column("found", "found", fold=28),
)


def checklist_tables(record: dict[str, Any]) -> list[Table]:
    """Every row, the gates, what to do about the rows that do not hold, and last the verdict."""
    rows = record["rows"]
    cells = tuple((row["code"], SIGNS[row["verdict"]], row["title"], row["found"]) for row in rows)
    tones = {i: _TONES[row["verdict"]] for i, row in enumerate(rows) if row["verdict"] in _TONES}
    gates = [gates_table(record["gates"])] if record["gates"] else []
    todo = [line for row in rows if row["verdict"] in {Verdict.FAILS, Verdict.LOOK} for line in todo_lines(row)]
    return [
        Table(f"Checklist of {record['run']}", COLUMNS, cells, tones=tones),
        *gates,
        *([Table("To do", (), (), tuple(todo))] if todo else []),
        Table(record["verdict"], (), ()),
    ]


def todo_lines(row: dict[str, Any]) -> list[str]:
    """What to do about a row that does not hold."""
    return [
        f"{row['code']} {SIGNS[row['verdict']]}: {row['found']}.",
        f"  Rule: {row['rule']}",
        f"  Why: {row['why']}",
        f"  What helps: {row['remedy']}",
        f"  Not here: `--mute {row['code']}`, or `{row['mute']}` in the configuration ({row['page']}).",
    ]


def records_table(record: dict[str, Any]) -> Table:
    """The rows with every digit, one line a number, for programs."""
    keys = ("code", "name", "verdict", "title", "found", "number", "value")
    lines = [
        (*(row[key] for key in keys[:5]), number, value)
        for row in record["rows"]
        for number, value in (row["numbers"] or {"": None}).items()
    ]
    return Table("", tuple(Column(key, key) for key in keys), tuple(lines))


def checklist_line(told: Mapping[str, Any], run: str) -> list[str]:
    """How the checklist of a run ends, in one line; none for a run of an earlier regcli."""
    verdicts = (told.get("check") or {}).get("verdicts")
    if not isinstance(verdicts, dict):
        return []
    titles = {check.code: check.title for check in CHECKS}
    parts = []
    for verdict, one, more, what in (
        (Verdict.FAILS, "fails", "fail", "that"),
        (Verdict.LOOK, "to look at", "to look at", "whether"),
    ):
        named = [code for code, each in sorted(verdicts.items()) if each == verdict]
        if named:
            rows = ", ".join(f"{what} {titles[code]} ({code})" if code in titles else code for code in named)
            parts.append(f"{len(named)} {one if len(named) == 1 else more}: {rows}")
    held = Counter(verdicts.values())[Verdict.HOLDS]
    parts.append(f"{held} {'holds' if held == 1 else 'hold'}")
    return [f"Checklist: {'; '.join(parts)}. All of it: `regcli check {run}`."]


def has_failed(told: Mapping[str, Any]) -> bool:
    """Whether a row of the checklist of a run fails."""
    verdicts = (told.get("check") or {}).get("verdicts")
    return isinstance(verdicts, dict) and Verdict.FAILS in verdicts.values()


def reasons(record: dict[str, Any]) -> list[str]:
    """Why it fails: gates, then rows."""
    rows = [row for row in record["rows"] if row["verdict"] == Verdict.FAILS]
    return [*worst_last(record["gates"]), *(f"{row['code']} fails: {row['found']}" for row in rows)]


def page() -> str:
    """Every row of the table of checks, as Markdown; the code is the heading, so that links find it."""
    heads = ["| row | what holds | numbers |", "|---|---|---|"]
    lines = [f"| [{check.code}](#{check.code.lower()}) | {check.title} | `check.{check.name}` |" for check in CHECKS]
    parts = ["\n".join([*heads, *lines])]
    for check in CHECKS:
        numbers = "\n".join(f"- `check.{check.name}.{each.key}`: {each.text}" for each in check.numbers)
        parts += [
            f"## {check.code}",
            f"**{check.title}.**",
            f"*Rule.* {check.rule}",
            f"*Why.* {check.why}",
            f"*What helps.* {check.remedy}",
            f"*Not here.* `check: {{mute: [{check.code}]}}`, or `--mute {check.code}`.",
            numbers,
        ]
    return "\n\n".join(parts)
