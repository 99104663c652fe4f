"""A checklist as one plain object: what programs read, and what tables, summaries and test reports are made from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from regcli.checks import Verdict
from regcli.gates import record as gate_record
from regcli.numerals import count
from regcli.wording import harmless

if TYPE_CHECKING:
    from regcli.audit.checklist import Row
    from regcli.check import Checklist

PAGE = "docs/checks.md"


def record(checklist: Checklist) -> dict[str, Any]:
    """`run`, `verdict`, `failed` (a row or a gate), `rows`, `gates`, and `numbers`, every one that can be gated."""
    return {
        "run": checklist.run,
        "verdict": verdict(checklist),
        "failed": checklist.failed,
        "rows": [_row(row) for row in checklist.rows],
        "gates": [gate_record(gate) for gate in checklist.gates],
        "numbers": checklist.numbers,
    }


def verdict(checklist: Checklist) -> str:
    """One sentence, the worst first."""
    fails, look = (checklist.ending(each) for each in (Verdict.FAILS, Verdict.LOOK))
    parts = (
        [f"{count(len(fails), 'row')} of the checklist {'fails' if len(fails) == 1 else 'fail'} ({_codes(fails)})"]
        if fails
        else []
    )
    failed = sum(gate.failed for gate in checklist.gates)
    if failed:
        parts.append(f"{failed} of {count(len(checklist.gates), 'gate')} {'fails' if failed == 1 else 'fail'}")
    head = "This run should not ship: " + ", ".join(parts) if parts else "Nothing stands in the way of shipping this run"
    tail = f"; {len(look)} to look at ({_codes(look)})" if look else ""
    return f"{head}{tail}; {len(checklist.ending(Verdict.HOLDS))} hold."


def _codes(rows: tuple[Row, ...]) -> str:
    return ", ".join(row.check.code for row in rows)


def _row(row: Row) -> dict[str, Any]:
    check, found = row.check, row.found
    return {
        "code": check.code,
        "name": check.name,
        "title": check.title,
        "verdict": str(row.verdict),
        "found": harmless(found.said),
        "rule": check.rule,
        "why": check.why,
        "remedy": found.remedy or check.remedy,
        "mute": f"check: {{mute: [{check.code}]}}",
        "page": f"{PAGE}#{check.code.lower()}",
        "numbers": {f"check.{check.name}.{each.key}": _finite(found.numbers.get(each.key)) for each in check.numbers},
    }


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
