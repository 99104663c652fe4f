"""Every row of the comparison."""

from __future__ import annotations

from itertools import groupby

from regcli.page.compared import rows
from regcli.page.compared.rows import Rows


def test_every_row_is_there(compared):
    table = Rows().look(compared).tables[0]
    headings = len(list(groupby(row["section"] for row in compared.record["rows"])))
    assert len(table.rows) == len(compared.record["rows"]) + headings


def test_of_very_many_those_that_say_something_stay(compared, monkeypatch):
    monkeypatch.setattr(rows, "MOST", 5)
    section = Rows().look(compared)
    assert "left out" in section.notes[0]
    assert not any("= same" in row for row in section.tables[0].rows)
