"""Progress: a few lines where nobody looks at a terminal, and what is left as exactly as it is known."""

from __future__ import annotations

import pytest

from regcli.cli import progress


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_progress_is_a_few_lines_where_there_is_no_terminal(clock, capsys):
    with progress.progress_on_stderr(quiet=False) as show:
        show(0, 0, "reading the data")
        clock[0] += 100.0
        show(0, 100, "lasso on all folds")
        for done in range(1, 101):
            clock[0] += 60.0
            show(done, 100, "lasso on all folds")
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "lasso on all folds: 1 of 100 fits (1%) after 60 s, about 1 h 39 min left"
    assert 10 < len(lines) < 25


def test_a_first_line_comes_after_ten_seconds_and_the_next_after_thirty(clock, capsys):
    with progress.progress_on_stderr(quiet=False) as show:
        for done in range(100):
            show(done, 100, "paths")
            clock[0] += 1.0
    after = [line.split(" after ")[1].split(",")[0] for line in capsys.readouterr().err.splitlines()]
    assert after == ["10 s", "40 s", "70 s"]


def test_what_is_left_is_what_is_left(clock):
    """At an even pace the estimate is exact, wherever the count began."""
    watch = progress._Clock()
    assert watch.look(40, 100) == (0.0, "")
    clock[0] += 1.0
    assert watch.look(41, 100) == (1.0, ""), "nobody knows yet"
    clock[0] += 9.0
    assert watch.look(50, 100) == (10.0, "about 50 s left")
    clock[0] += 50.0
    assert watch.look(100, 100)[1] == ""
    # what comes next has a pace of its own
    assert watch.look(1, 5) == (0.0, "")
    clock[0] += 9.0
    assert watch.look(2, 5) == (9.0, "about 27 s left")


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (59.6, "60 s"), (100, "2 min"), (5400, "1 h 30 min")])
def test_durations(seconds, words):
    assert progress.duration(seconds) == words


def test_a_short_run_says_nothing_of_its_progress(clock, capsys):
    with progress.progress_on_stderr(quiet=False) as show:
        for done in range(1, 11):
            clock[0] += 0.5
            show(done, 10, "folds")
    assert capsys.readouterr().err == ""


def test_quiet_means_nobody_is_told(capsys):
    with progress.progress_on_stderr(quiet=True) as show:
        assert show is None
    assert capsys.readouterr().err == ""
