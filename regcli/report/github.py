"""A comparison, or a checklist, for GitHub: a Markdown summary that fits, and workflow commands that annotate the failures."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from regcli.report.comparison import found, rows_in_view, rows_table
from regcli.report.render import markdown_text, render
from regcli.wording import harmless

if TYPE_CHECKING:
    from collections.abc import Callable

Rows = list[dict[str, Any]]

# A comment holds 65,536 characters and a step's summary a mebibyte.
MOST_BYTES = 60_000
MOST_ERRORS = 10
_MOST_GATES = 100
# What stands around a table: its <details>, the line that tells what is missing.
_AROUND = 300


def github_summary(record: dict[str, Any], name: str, digits: int = 4) -> str:
    """Markdown of less than 60 kB: marker, verdict, gates, what changed, and the rest folded away.

    Parameters
    ----------
    record : dict
        Of a comparison.
    name : str
        What the marker in the first line says, so that an earlier comment of the same name can be found and replaced.
    digits : int
        Significant digits.
    """
    changed = rows_in_view(record, "changed")
    names = {row["name"] for row in changed}
    rest = [row for row in record["rows"] if row["name"] not in names]

    def table(rows: Rows) -> str:
        sink = io.StringIO()
        render([rows_table(rows, digits, whole_texts=True)], "md", sink)
        return sink.getvalue().rstrip("\n")

    parts = [
        f"<!-- regcli-compare: {harmless(name).replace('>', '&gt;')} -->",
        f"### {_icon(record)} {markdown_text(record['verdict'])}",
        f"A: {_code(record['a'])} · B: {_code(record['b'])}",
    ]
    if record["remarks"]:
        parts.append("\n".join(f"- {markdown_text(remark)}" for remark in record["remarks"]))
    if record["gates"]:
        parts.append(_gates(record["gates"], digits))
    if changed:
        parts.append(_within(changed, MOST_BYTES - _size(parts) - _AROUND, table))
    if rest:
        body = _within(rest, MOST_BYTES - _size(parts) - _AROUND, table)
        parts += [f"<details><summary>{len(rest)} more rows</summary>", body, "</details>"]
    return "\n\n".join(parts) + "\n"


def github_errors(record: dict[str, Any]) -> list[str]:
    """One ``::error`` line for each failed gate, ten at most: the last one then says how many more there are."""
    failed = [gate for gate in record["gates"] if gate["failed"]]
    shown = failed if len(failed) <= MOST_ERRORS else failed[: MOST_ERRORS - 1]
    lines = [_command(f"regcli: {gate['gate']}", f"{gate['reason']}. {record['verdict']}") for gate in shown]
    if len(shown) < len(failed):
        lines.append(_command("regcli", f"{len(failed) - len(shown)} more gates fail: the summary lists them"))
    return lines


def checklist_summary(record: dict[str, Any], name: str, digits: int = 4) -> str:
    """Markdown of a checklist: marker, verdict, gates, the rows that do not hold, and the rest folded away."""
    loud = [row for row in record["rows"] if row["verdict"] in {"fails", "look"}]
    quiet = [row for row in record["rows"] if row not in loud]
    parts = [
        f"<!-- regcli-check: {harmless(name).replace('>', '&gt;')} -->",
        f"### {'❌' if record['failed'] else '✅'} {markdown_text(record['verdict'])}",
        f"Run: {_code(record['run'])}",
    ]
    if record["gates"]:
        parts.append(_gates(record["gates"], digits))
    parts += [
        f"**{row['code']}** {'❌' if row['verdict'] == 'fails' else '👀'} {markdown_text(row['found'])}. {row['remedy']}"
        for row in loud
    ]
    lines = ["| | | found |", "|---|---|---|"]
    lines += [f"| {row['code']} | {_cell(markdown_text(row['title']))} | {_cell(markdown_text(row['found']))} |" for row in quiet]
    parts += [f"<details><summary>{len(quiet)} more rows</summary>", "\n".join(lines), "</details>"]
    return "\n\n".join(parts) + "\n"


def checklist_errors(record: dict[str, Any]) -> list[str]:
    """One ``::error`` line for each row and each gate that fails, and one ``::warning`` for each row to look at."""
    rows = [(row["verdict"], _command(f"regcli: {row['code']}", f"{row['found']}. {row['remedy']}")) for row in record["rows"]]
    errors = [line for verdict, line in rows if verdict == "fails"] + github_errors(record)
    return [*errors, *(line.replace("::error", "::warning", 1) for verdict, line in rows if verdict == "look")]


def _command(title: str, message: str) -> str:
    """A workflow command; the runner undoes the escapes. It may stand in a comment of HTML, which it must not end."""
    title, message = (re.sub("--(!?)>", r"--\1&gt;", harmless(text)).replace("%", "%25") for text in (title, message))
    return f"::error title={title.replace(':', '%3A').replace(',', '%2C')}::{message}"


def _icon(record: dict[str, Any]) -> str:
    if not record["rows"]:
        return "⏭️"
    if record["gates"]:
        return "❌" if record["failed"] else "✅"
    return "📊"


def _gates(gates: Rows, digits: int) -> str:
    order = sorted(gates, key=lambda gate: not gate["failed"])
    lines = ["| | gate | found |", "|---|---|--:|"]
    for gate in order[:_MOST_GATES]:
        lines += [f"| {'❌' if gate['failed'] else '✅'} | {_cell(_code(gate['gate']))} | {found(gate, digits)} |"]
    if len(order) > _MOST_GATES:
        lines += ["", f"{len(order) - _MOST_GATES} more gates are not listed."]
    return "\n".join(lines)


def _within(rows: Rows, room: int, table: Callable[[Rows], str]) -> str:
    """The table of as many rows as there is room for, and how many are missing."""
    whole = table(rows)
    if len(whole.encode()) <= room:
        return whole
    low, high = 0, len(rows)
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if len(table(rows[:middle]).encode()) <= room else (low, middle)
    note = f"{len(rows) - low} of {len(rows)} rows are left out for want of room: `regcli compare A B --all` shows them."
    return f"{table(rows[:low])}\n\n{note}" if low else note


def _size(parts: list[str]) -> int:
    return len("\n\n".join(parts).encode())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _code(text: str) -> str:
    """Text in backticks, one more than it holds in a row."""
    plain = harmless(text)
    longest = max(map(len, re.findall("`+", plain)), default=0)
    fence, space = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{space}{plain}{space}{fence}"
