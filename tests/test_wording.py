"""Texts from outside: nothing in them acts on a screen, a log or a CI service, and everything can be seen."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regcli.run.log import RunLog
from regcli.wording import harmless, harmless_json, harmless_lines


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain", "plain"),
        ("Größe · λ – 価格 ✓", "Größe · λ – 価格 ✓"),
        ("no\u00a0break", "no\u00a0break"),
        ("red \x1b[31m", "red \\x1b[31m"),
        ("\x9b31m\x7f\x00", "\\x9b31m\\x7f\\x00"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\u202egnp.exe\u2066", "\\u202egnp.exe\\u2066"),
        ("pay\u200bpal\ufeff", "pay\\u200bpal\\ufeff"),
        ("line\u2028end\u0085", "line\\u2028end\\x85"),
        ("pass\u200dword", "pass\\u200dword"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("\U000e0041", "\\U000e0041"),
        ("\udcff", "\\udcff"),
        ("\ufffe", "\\ufffe"),
        ("::add-mask::x", "\\x3a:add-mask::x"),
        ("  ::error::x", "  \\x3a:error::x"),
        ("a::b", "a::b"),
        ("x ##[error]y", "x \\x23#[error]y"),
        ("##vso[task.x]", "\\x23#vso[task.x]"),
        ("## heading", "## heading"),
    ],
)
def test_what_acts_is_shown_instead(text, seen):
    assert harmless(text) == seen


@given(st.text(st.characters(codec=None)))
def test_one_line_that_any_stream_of_unicode_takes_and_that_is_harmless_already(text):
    seen = harmless(text)
    assert len(seen.splitlines()) <= 1
    assert harmless(seen) == seen
    seen.encode("utf-8")
    assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 for sign in seen)


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5))
def test_json_keeps_its_data(content):
    shown = harmless_json(json.dumps(content, ensure_ascii=False, indent=2))
    assert json.loads(shown) == content
    assert not any(0x7F <= ord(sign) < 0xA0 or sign in "\u202e\u200b\U000e0041" for sign in shown)


def test_lines_that_are_meant_stay():
    assert harmless_lines("a\nb\x1b", margin="  ") == "a\n  b\\x1b"


def test_no_text_can_pass_for_a_record_of_the_log(tmp_path):
    log = RunLog(tmp_path / "log.txt")
    logging.getLogger("regcli.test").info("column %s", "x\n2026-01-01T00:00:00+0000 INFO    forged\x1b[2J")
    log.close()
    first, second = (tmp_path / "log.txt").read_text(encoding="utf-8").splitlines()
    assert first.endswith("column x")
    assert second == "    2026-01-01T00:00:00+0000 INFO    forged\\x1b[2J"
