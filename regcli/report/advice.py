"""What a look at the data has found, as tables and as one object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.numerals import count
from regcli.report.table import Column, Table

if TYPE_CHECKING:
    from regcli.advice import Advice, Finding

TITLES = {
    "data": "What fit would refuse, and what was set for it",
    "leakage": "Signs of leakage",
    "rows": "Rows",
    "columns": "Columns",
    "target": "Target",
    "model": "Shape",
}


def advice_tables(advice: Advice, then: str) -> list[Table]:
    """Findings by topic, each number beside its rule, then what is recommended.

    Parameters
    ----------
    advice : Advice
    then : str
        What to do next, as a sentence.
    """
    seen = advice.looked_at
    held = f"; {count(seen['held_out'], 'row')} held out were not looked at" if seen["held_out"] else ""
    first = f"{count(seen['rows'], 'training row')}, {count(seen['features'], 'feature')}, {seen['task']}{held}."
    if not any(finding.topic == "leakage" for finding in advice.findings):
        first += " No sign of leakage."
    tables = [Table(f"Advice on {seen['source']}", (), (), (first,))]
    for topic, title in TITLES.items():
        found = [finding for finding in advice.findings if finding.topic == topic]
        if found:
            tables.append(_table(title, found))
    columns = (Column("key", "key"), Column("value", "value"))
    rows = tuple((choice.key, _flow(choice.value)) for choice in advice.choices)
    whys = tuple(f"  - {choice.key}: {choice.why}" for choice in advice.choices)
    return [*tables, Table("Recommended", columns, rows, (*whys, then))]


def findings_table(advice: Advice) -> Table:
    """All findings in one table, for programs."""
    keys = ("code", "topic", "columns", "measure", "found", "rule", "text", "hint")
    rows = tuple((f.code, f.topic, ", ".join(f.columns), f.measure, f.found, f.rule, f.text, f.hint) for f in advice.findings)
    return Table("", tuple(Column(key, key) for key in keys), rows)


def advice_record(advice: Advice, config: str) -> dict[str, Any]:
    """The same as one object; `config` is the text of the recommended configuration."""
    fields = ("code", "topic", "columns", "measure", "found", "rule", "text", "hint", "remedy")
    return {
        "data": advice.looked_at,
        "findings": [{field: getattr(finding, field) for field in fields} for finding in advice.findings],
        "recommended": [{"key": c.key, "value": c.value, "why": c.why} for c in advice.choices],
        "config": config,
    }


def _table(title: str, findings: list[Finding]) -> Table:
    texts = tuple(f"  - {finding.text} {finding.hint}".rstrip() for finding in findings)
    measured = [finding for finding in findings if finding.measure]
    if not measured:
        return Table(title, (), (), texts)
    columns = (
        Column("code", "finding"),
        Column("measure", "measure"),
        Column("found", "found", right=True),
        Column("rule", "rule"),
    )
    return Table(title, columns, tuple((f.code, f.measure, f.found, f.rule) for f in measured), texts)


def _flow(value: Any) -> str:  # noqa: ANN401
    """A value on one line, as YAML has it."""
    from regcli.config.yaml12 import flow

    return flow(value)
