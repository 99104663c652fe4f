"""A comparison as one plain object: what programs read, and what tables, summaries and test reports are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.compare.rows import Row, number
from regcli.gates import record as gate_record

if TYPE_CHECKING:
    from regcli.compare.comparison import Comparison


def record(comparison: Comparison) -> dict[str, Any]:
    """`a`, `b`, `verdict`, `remarks`, `failed` (a gate failed), all `rows`, and `gates`.

    Parameters
    ----------
    comparison : Comparison
    """
    return {
        "a": comparison.a,
        "b": comparison.b,
        "verdict": comparison.verdict,
        "remarks": list(comparison.remarks),
        "failed": bool(comparison.failed),
        "rows": [_row(row) for row in comparison.rows],
        "gates": [gate_record(checked) for checked in comparison.gates],
    }


def empty_record(a: str, b: str, why: str) -> dict[str, Any]:
    """The same where there is nothing to compare with."""
    return {"a": a, "b": b, "verdict": why, "remarks": [], "failed": False, "rows": [], "gates": []}


def _row(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "section": row.section,
        "label": row.label,
        "a": _plain(row.a),
        "b": _plain(row.b),
        "change": row.change,
        "change_percent": row.percent,
        "value": number(row.value),
        "mark": str(row.mark),
        "note": row.note,
        "pair": row.pair,
        "minor": row.minor,
        "detectable": row.detectable,
        "detectable_percent": row.detectable_percent,
    }


def _plain(value: float | str | None) -> float | str | None:
    """Counts stay whole; what is no number becomes None."""
    return value if isinstance(value, str | int) else number(value)
