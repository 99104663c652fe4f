"""Names as pictures can show them."""

from __future__ import annotations

from regcli.page.names import labels, shortened


def test_a_short_name_stays():
    assert shortened("age") == "age"
    assert shortened("größe 📏") == "größe 📏"


def test_a_long_name_keeps_both_ends():
    assert shortened("a" * 5000 + "END", 20) == "a" * 13 + "…" + "aaaEND"
    assert len(shortened("x" * 10_000)) == 36


def test_what_acts_is_seen():
    assert shortened("a\u202eb") == "a\\u202eb"


def test_no_two_labels_are_alike():
    found = labels(["x" * 40, "x" * 41, "x", "x", ""])
    assert len(set(found)) == 5
    assert found[2:] == ["x", "x (2)", "(no name)"]
