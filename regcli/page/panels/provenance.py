"""Where the numbers come from: data, folds, program, machine, solvers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.data.wording import brief
from regcli.numerals import number
from regcli.page.panel import Panel, Section
from regcli.report.table import Column, Table

if TYPE_CHECKING:
    from regcli.page.shown import Shown


class Provenance(Panel["Shown"]):
    """Enough to tell whether another run is about the same."""

    name = "provenance"
    title = "Provenance"
    question = "Which data, folds, program and machine do these numbers come from?"

    def look(self, shown: Shown) -> Section:
        return Section(tables=(_facts(shown.manifest), *_solvers(shown.manifest), _stages(shown.manifest)), folded=True)


def _facts(m: dict[str, Any]) -> Table:
    git = m.get("git") or {}
    versions = m["versions"]
    others = ", ".join(f"{name} {version}" for name, version in versions.items() if name not in {"python", "regcli"} and version)
    host = m.get("host") or {}
    rows = [
        ("run", m["id"]),
        ("started", _when(m["started"])),
        ("finished", _when(m["finished"])),
        ("data", brief(m["dataset"]["source"])),
        ("data, SHA-256", m["dataset"]["sha256"]),
        ("folds, SHA-256", m["folds"]["sha256"]),
        ("configuration, SHA-256", (m.get("config") or {}).get("sha256")),
        ("seed", m.get("seed")),
        ("git commit", f"{git['commit']}{' with changes' if git.get('dirty') else ''}" if git.get("commit") else None),
        ("regcli", versions.get("regcli")),
        ("Python", versions.get("python")),
        ("libraries", others),
        ("machine", ", ".join(str(host[key]) for key in ("cpu", "machine", "system") if host.get(key)) or None),
    ]
    shown = tuple(row for row in rows if row[1] is not None)
    return Table("", (Column("what", "what"), Column("value", "value", right=False)), shown)


def _when(moment: str | None) -> str | None:
    return None if moment is None else moment.split(".")[0].replace("T", " ") + " UTC"


def _solvers(m: dict[str, Any]) -> tuple[Table, ...]:
    columns: tuple[Column, ...] = (
        Column("penalty", "penalty"), Column("l1_ratio", "l1_ratio"), Column("stage", "stage"), Column("gamma", "γ"),
        Column("n_walked", "points"), Column("solver", "solver"), Column("reason", "why"),
    )  # fmt: skip
    if not any(path.get("stage") for path in m.get("paths", [])):
        columns = tuple(column for column in columns if column.key not in {"stage", "gamma"})
    rows = tuple(tuple(path.get(column.key) for column in columns) for path in m.get("paths", []))
    return (Table("Solvers", columns, rows),) if rows else ()


def _stages(m: dict[str, Any]) -> Table:
    rows = tuple((stage, f"{number(seconds, 3)} s") for stage, seconds in m.get("seconds", {}).items())
    return Table("Time", (Column("stage", "stage"), Column("seconds", "took", right=True)), rows)
