"""Tables as text: digits, alignment, narrow terminals, plain pipes."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import pytest

from regcli.numerals import number
from regcli.report.render import render
from regcli.report.table import Column, Table

TABLE = Table(
    "Things",
    (Column("name", "name"), Column("lam", "λ"), Column("note", "a long note", 2), Column("n", "n", 1)),
    (("a [b]", 0.1234567, "x" * 30, 3), ("c|d", np.float64("nan"), "y", None)),
    ("A note ± one.",),
    frozenset({0}),
)


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def rendered(form, stream=None):
    stream = stream or io.StringIO()
    render([TABLE], form, stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("value", "text"),
    [(3060.996, "3061"), (0.0123456, "0.01235"), (0.1, "0.1"), (1.0, "1"), (12345.6, "12346"), (999999.4, "999999"),
     (1234567.8, "1.235e+06"), (0.99999, "1.000"), (0.00001234, "1.234e-05"), (-2.50001, "-2.500"), (0.0, "0"),
     (float("nan"), "–"), (float("inf"), "inf"), (float("-inf"), "-inf"), (50000.0, "50000"), (9.9996, "10.00")],
)  # fmt: skip
def test_numbers_have_four_digits(value, text):
    assert number(value) == text


def test_columns_are_aligned_in_a_pipe():
    _, head, rule, *rows, note = rendered("table").splitlines()
    assert head.index("λ") == rows[0].index("0.1235") + 5
    assert rule.startswith("  ────")
    assert "x" * 30 in rows[0]
    assert "a [b]" in rows[0]
    assert note == "A note ± one."


def test_a_pipe_gets_no_colours():
    assert "\x1b" not in rendered("table")


def test_a_narrow_terminal_loses_the_least_important_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("TERM", "xterm")
    text = rendered("table", Terminal())
    assert "xxx" not in text
    assert "0.1235" in text
    assert "(not shown for want of room: a long note)" in " ".join(re.sub(r"\x1b\[[\d;]*m", "", text).split())


def test_no_color_is_honoured(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[1;32m" in rendered("table", Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    assert "32m" not in rendered("table", Terminal())


def test_programs_get_every_digit():
    assert json.loads(rendered("json")) == [
        {"name": "a [b]", "lam": 0.1234567, "note": "x" * 30, "n": 3}, {"name": "c|d", "lam": None, "note": "y", "n": None},
    ]  # fmt: skip
    assert list(csv.reader(io.StringIO(rendered("csv")))) == [
        ["name", "lam", "note", "n"], ["a [b]", "0.1234567", "x" * 30, "3"], ["c|d", "", "y", ""],
    ]  # fmt: skip


def test_markdown_escapes_bars_and_marks_the_row():
    lines = rendered("md").splitlines()
    assert lines[2:4] == ["| name | λ | a long note | n |", "|---|--:|---|--:|"]
    assert lines[4].startswith("| **a [b]** | **0.1235** |")
    assert lines[5].startswith("| c\\|d | – |")
    assert lines[-1] == "- A note ± one."


def test_a_stream_that_knows_only_ascii():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    render([TABLE], "table", stream)
    stream.flush()
    text = raw.getvalue().decode("ascii")
    assert "lambda" in text
    assert "A note +/- one." in text
    assert "----" in text


def narrow(table, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    render([table], "table", stream)
    return re.sub(r"\x1b\[[\d;]*m", "", stream.getvalue()).splitlines()


def test_texts_are_folded_before_a_column_is_left_out(monkeypatch):
    columns = (Column("name", "name", fold=12), Column("value", "value", 1), Column("other", "other", 2))
    table = Table("", columns, (("a name of many words", 12.5, 3.25), ("short", 1.0, 2.0)))
    head, _, first, second, third = narrow(table, 29, monkeypatch)
    assert head.split() == ["name", "value", "other"]
    assert first.split() == ["a", "name", "of", "12.5", "3.25"]
    assert second.split() == ["many", "words"]
    assert len(first) <= 29
    assert third.split() == ["short", "1", "2"]
    lines = narrow(table, 22, monkeypatch)
    assert lines[0].split() == ["name", "value"]
    assert "(not shown for want" in lines[-2]


def test_numbers_are_whole_on_the_narrowest_terminal(monkeypatch):
    columns = (Column("name", "name", fold=12), Column("value", "value"))
    lines = narrow(Table("", columns, (("unbreakable_name_of_a_feature", 0.123456),)), 10, monkeypatch)
    assert "0.1235" in lines[2]


def test_rows_have_tones_on_terminals_alone(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    table = Table("", (Column("a", "a"),), (("head",), ("up",), ("down",), ("still",)),
                  tones={0: "heading", 1: "good", 2: "bad", 3: "quiet"})  # fmt: skip
    stream = Terminal()
    render([table], "table", stream)
    for code, text in (("1", "head"), ("32", "up"), ("31", "down"), ("2", "still")):
        assert f"\x1b[{code}m  {text}\x1b[0m" in stream.getvalue()
    plain = io.StringIO()
    render([table], "md", plain)
    assert "| **head** |" in plain.getvalue()


def test_an_empty_table_is_its_note():
    stream = io.StringIO()
    render([Table("", (Column("a", "a"),), (), ("Nothing here.",))], "table", stream)
    assert stream.getvalue() == "Nothing here.\n"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(3060.996, 6, "3061.00"), (353.0, 2, "353"), (0.0123456, 2, "0.012"), (12.0, 1, "12"), (-0.0, 4, "0"), (0.5, 1, "0.5"),
     (1234567.8, 8, "1234567.8"), (0.123456789, 17, "0.123456789")],
)  # fmt: skip
def test_as_many_digits_as_wanted(value, digits, text):
    assert number(value, digits) == text
