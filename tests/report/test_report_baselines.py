"""The table of baselines."""

from __future__ import annotations

from pathlib import Path

from regcli.report.baselines import baselines_table
from regcli.run import Baseline


def baseline(name, *, exists):
    fields = dict.fromkeys(Baseline.__dataclass_fields__)
    given = {"name": name, "path": Path("runs") / name, "when": "2026-11-20T21:15:00.123456Z", "experiment": "diabetes"}
    fields |= given | {"metric": "mse", "validation_mean": 2.5} | ({"exists": exists} if "exists" in fields else {})
    return Baseline(**fields)


def test_a_baseline_a_row_with_the_second_it_was_set():
    table = baselines_table(Path("runs"), [baseline("main", exists=True), baseline("old", exists=True)])
    assert [row[0] for row in table.rows] == ["main", "old"]
    assert table.rows[0][1:6] == ("runs/main", "2026-11-20 21:15:00", "diabetes", "mse", 2.5)
    assert len(table.columns) == len(table.rows[0])


def test_where_there_is_none_it_says_how_to_make_one():
    table = baselines_table(Path("here"), [])
    assert table.rows == ()
    assert "No baselines in here: `regcli baseline set NAME RUN`" in table.notes[0]
