"""What a panel's answer is made of."""

from __future__ import annotations

from regcli.page.panel import Card, Section


def test_a_section_holds_what_it_is_given_and_nothing_else():
    assert Section() == Section("", (), (), (), (), folded=False)
    assert Section(cards=(Card("λ", "0.1"),)).cards[0].note == ""
