"""The checklist for people, for test panels and for GitHub."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from judged import evidence

from regcli.audit.checklist import judge, numbers
from regcli.check import Checklist
from regcli.check.record import record
from regcli.outcome import Looks, Surroundings
from regcli.report.checklist import SIGNS, checklist_line, checklist_tables, has_failed, reasons, records_table
from regcli.report.github import checklist_errors, checklist_summary
from regcli.report.junit import checklist_report

SPENT = {"n_holdout": 9, "metrics": {"holdout": 1.0}, "around": Surroundings(Looks(2, ("a|b",)), 0)}


@pytest.fixture(scope="module")
def rows():
    return judge(evidence(**SPENT), {"RC006"})


@pytest.fixture(scope="module")
def found(rows):
    return record(Checklist("runs/x", rows, {}))


def test_every_row_has_a_line_and_what_does_not_hold_says_what_helps(found):
    table, todo, verdict = checklist_tables(found)
    assert [row[0] for row in table.rows] == [row["code"] for row in found["rows"]]
    assert {row[1] for row in table.rows} <= set(SIGNS.values())
    assert verdict.title == found["verdict"]
    text = "\n".join(todo.notes)
    assert "RC003 ✗ fails: look 2" in text
    assert "RC014 → look" in text
    assert "RC006" not in text
    assert "`--mute RC003`, or `check: {mute: [RC003]}`" in text


def test_programs_get_every_number_under_its_name(found):
    lines = {row["number"]: row["value"] for row in records_table(found).records()}
    assert lines["check.looks.n"] == 2.0
    assert "check.gap.share" in lines


def test_one_line_tells_how_a_run_ends(rows):
    block = numbers(rows)
    (line,) = checklist_line({"check": block}, "runs/x")
    n = sum(verdict == "holds" for verdict in block["verdicts"].values())
    assert line.startswith("Checklist: 1 fails: that the holdout was evaluated once (RC003); 2 to look at: whether a baseline is")
    assert line.endswith(f"; {n} hold. All of it: `regcli check runs/x`.")
    assert has_failed({"check": block})
    assert not has_failed({})
    assert checklist_line({}, "runs/x") == []


def test_the_reason_is_that_of_the_row(found):
    (reason,) = reasons(found)
    assert reason.startswith("RC003 fails: look 2 at these held-out rows")


def test_a_test_panel_sees_failures_and_what_was_skipped(found):
    root = ET.fromstring(checklist_report(found))
    suite = root.find("testsuite")
    assert suite.get("failures") == "1"
    cases = {case.get("name").split()[0]: case for case in suite.findall("testcase")}
    assert cases["RC003"].find("failure") is not None
    assert cases["RC006"].find("skipped").get("message").startswith("muted")
    assert cases["RC011"].find("failure") is None


def test_github_is_told_errors_and_warnings(found):
    lines = checklist_errors(found)
    assert lines[0].startswith("::error title=regcli%3A RC003::look 2")
    assert any(line.startswith("::warning title=regcli%3A RC014::") for line in lines)
    page = checklist_summary(found, "small")
    assert page.startswith("<!-- regcli-check: small -->\n\n### ❌ This run should not ship")
    assert "a\\|b" in page
