"""Remedies as keys and as words."""

from __future__ import annotations

from regcli.advice.finding import exclusion, leave_out
from regcli.config.yaml12 import parse


def test_what_the_words_say_is_what_the_keys_do():
    node, findings = parse(exclusion("a b", "c").removeprefix("dataset.columns: "), "words")
    assert not findings
    assert list(node.data()["exclude"]) == leave_out("a b", "c")["dataset.columns.exclude"] == ["a b", "c"]
