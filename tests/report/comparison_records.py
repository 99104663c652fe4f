"""Records of comparisons made by hand."""

from __future__ import annotations


def row(name, mark, section="Scores", **more):
    content = {"name": name, "section": section, "label": name, "a": 1.0, "b": 2.0, "change": 1.0, "change_percent": 100.0,
               "value": None, "mark": mark, "note": "", "pair": False, "minor": False,
               "detectable": None, "detectable_percent": None}  # fmt: skip
    return content | more


def gate(text="m > 1", *, failed=True, excess=0.5, name="m", value=2.0, unit=""):
    return {"gate": text, "name": name, "value": value, "unit": unit,
            "failed": failed, "reason": f"gate '{text}' fails", "where": "--fail-if",
            "excess": excess}  # fmt: skip


def record(rows=(), gates=(), verdict="B is worse: <b> & `c`", remarks=()):
    return {"a": "runs/a", "b": "runs/b", "verdict": verdict, "remarks": list(remarks), "failed": any(g["failed"] for g in gates),
            "rows": list(rows), "gates": list(gates)}  # fmt: skip
