"""The ship checklist."""

from __future__ import annotations

from regcli.check import check
from regcli.page.panels.checklist import Checklist
from regcli.page.shown import Shown


def test_every_row_is_there_with_what_helps(shown):
    section, found = Checklist().look(shown), check(shown.run)
    assert [row[0] for row in section.tables[0].rows] == [row.check.code for row in found.rows]
    told = [note.partition(":")[0] for note in section.notes]
    assert told == [row.check.code for row in found.rows if row.verdict in {"look", "fails"}]
    assert str(shown.run.path) not in section.tables[0].title


def test_a_run_of_before_has_none(regression):
    fresh = Shown(regression)
    kept = fresh.metrics.pop("check")
    try:
        assert Checklist().look(fresh) is None
    finally:
        fresh.metrics["check"] = kept
