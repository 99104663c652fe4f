"""A comparison as other programs' test panels see it."""

from __future__ import annotations

import pytest
from junitparser import Failure, JUnitXml, Skipped

from regcli.report.junit import junit_report


def record(*, rows=("a row",), gates=(), verdict="B is worse"):
    return {"a": "runs/a", "b": "runs/b", "verdict": verdict, "rows": list(rows), "gates": list(gates)}


def gate(text, *, failed):
    return {"gate": text, "failed": failed, "reason": f"gate '{text}' fails: 3", "where": "gates.yaml:2:3"}


def suite(content):
    (found,) = JUnitXml.fromstring(junit_report(content))
    return found


def test_every_gate_is_a_case_and_those_that_fail_say_why():
    found = suite(record(gates=[gate("m > 1", failed=True), gate("n > 1", failed=False)]))
    comparable, failed, held = found
    assert [case.name for case in found] == ["comparable", "m > 1", "n > 1"]
    assert (comparable.result, held.result) == ([], [])
    assert "runs/b" in comparable.system_out
    (why,) = failed.result
    assert isinstance(why, Failure)
    assert (why.message, why.type) == ("gate 'm > 1' fails: 3", "gate")
    assert "given by gates.yaml:2:3" in why.text
    assert (found.tests, found.failures, found.skipped) == (3, 1, 0)


def test_nothing_to_compare_with_is_skipped_not_failed():
    found = suite(record(rows=(), verdict="there is no baseline yet"))
    (comparable,) = found
    assert isinstance(comparable.result[0], Skipped)
    assert comparable.result[0].message == "there is no baseline yet"
    assert (found.skipped, found.failures) == (1, 0)


@pytest.mark.parametrize("text", ["<b>&\"'", "a\x1b[31mb", "a\x00b", "\u202e"])
def test_whatever_stands_in_a_name_the_report_is_xml(text):
    found = suite(record(gates=[gate(text, failed=True)], verdict=text))
    assert len(found) == 2
    assert "\x1b" not in next(iter(found)).system_out
