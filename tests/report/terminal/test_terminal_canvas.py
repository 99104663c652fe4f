"""Dots and words on a grid of characters."""

from __future__ import annotations

import io

import pytest

from regcli.report.terminal.canvas import Canvas, is_plain


def text(canvas):
    return ["".join(part for part, _ in line) for line in canvas.lines()]


def test_a_braille_sign_holds_eight_dots():
    canvas = Canvas(2, 1, plain=False)
    for y in range(4):
        canvas.dot(0, y, "red", "*")
    canvas.dot(3, 3, "red", "*")
    assert text(canvas) == ["⡇⢀"]


def test_lines_join_their_points_and_dotted_ones_leave_some_out():
    canvas = Canvas(5, 3, plain=True)
    canvas.line([canvas.place(0, 0), canvas.place(0.5, 1), canvas.place(1, 0)], "", "*")
    assert text(canvas) == ["  *  ", " * * ", "*   *"]
    canvas = Canvas(5, 1, plain=True)
    canvas.line([(0, 0), (4, 0)], "", ".", every=2)
    assert text(canvas) == [". . ."]


def test_what_lies_outside_is_not_drawn():
    canvas = Canvas(3, 2, plain=True)
    canvas.line([(-5, 0), (9, 0)], "", "*")
    canvas.dot(1, 7, "", "*")
    canvas.write(2, 1, "word", "")
    assert text(canvas) == ["***", "  w"]


def test_neighbours_of_one_style_are_one_piece():
    canvas = Canvas(4, 1, plain=True)
    canvas.write(0, 0, "ab", "red")
    canvas.write(2, 0, "c", "dim")
    assert canvas.lines() == [[("ab", "red"), ("c", "dim"), (" ", "")]]


@pytest.mark.parametrize(
    ("term", "encoding", "plain"),
    [("xterm-256color", "utf-8", False), ("linux", "utf-8", True), ("dumb", "utf-8", True), ("xterm", "latin-1", True)],
)
def test_braille_is_for_those_who_have_it(monkeypatch, term, encoding, plain):
    monkeypatch.setenv("TERM", term)
    assert is_plain(io.TextIOWrapper(io.BytesIO(), encoding=encoding)) == plain
