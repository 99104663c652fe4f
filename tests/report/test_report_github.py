"""A comparison for GitHub: a summary that fits, and lines that annotate the failures."""

from __future__ import annotations

import pytest
from comparison_records import gate, record, row

from regcli.report.github import MOST_BYTES, github_errors, github_summary


def test_a_summary_stays_below_its_limit_and_says_what_is_missing():
    rows = [row(f"feature_{i}", "changed", note="a note of some length, naming λ") for i in range(3000)]
    rows += [row(f"other_{i}", "same") for i in range(3000)]
    summary = github_summary(record(rows, [gate()] * 300), "x")
    assert 0.9 * MOST_BYTES < len(summary.encode()) < MOST_BYTES
    assert "of 3000 rows are left out for want of room" in summary
    assert summary.count("<details>") == summary.count("</details>") == 1
    assert "200 more gates are not listed" in summary


def test_a_summary_is_not_confused_by_what_it_quotes():
    summary = github_summary(record([row("a|<i>", "worse")], [gate("a|b > 1")]), "x")
    assert "&lt;b> &amp; \\`c\\`" in summary
    assert "a\\|&lt;i>" in summary
    assert "`a\\|b > 1`" in summary


def test_workflow_commands_are_escaped():
    (line,) = github_errors(record(gates=[gate("a,b: c > 2%\r\n")], verdict="50% worse"))
    assert line == "::error title=regcli%3A a%2Cb%3A c > 2%25\\r\\n::gate 'a,b: c > 2%25\\r\\n' fails. 50%25 worse"


def test_ten_errors_at_most_and_the_last_says_how_many_more():
    lines = github_errors(record([row("m", "worse")], [gate(f"m > {i}") for i in range(12)]))
    assert len(lines) == 10
    assert lines[-1] == "::error title=regcli::3 more gates fail: the summary lists them"
    assert github_errors(record(gates=[gate(failed=False)])) == []


@pytest.mark.parametrize(
    ("rows", "gates", "icon"),
    [
        ([], [], "⏭️"),
        ([row("m", "worse")], [], "📊"),
        ([row("m", "same")], [gate()], "❌"),
        ([row("m", "same")], [gate(failed=False)], "✅"),
    ],
)
def test_the_icon_tells_the_outcome(rows, gates, icon):
    assert github_summary(record(rows, gates), "x").splitlines()[2].startswith(f"### {icon} ")
