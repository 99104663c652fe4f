"""What else was found of the model."""

from __future__ import annotations

from regcli.page.panels.audits import ELSEWHERE, Audits


def test_what_has_a_picture_is_not_told_twice(shown):
    section = Audits().look(shown)
    titles = [] if section is None else [table.title for table in section.tables]
    assert not any(title.startswith(ELSEWHERE) for title in titles)
