"""A comparison as a JUnit report, for the test panels of CI services."""

from __future__ import annotations

import io
from typing import Any

SUITE = "regcli compare"


def junit_report(record: dict[str, Any]) -> bytes:
    """One suite: a test case ``comparable``, and one for every gate.

    Parameters
    ----------
    record : dict
        Of a comparison. Without rows there was nothing to compare with: ``comparable`` is skipped.

    Returns
    -------
    xml : bytes
    """
    from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

    comparable = TestCase("comparable", SUITE, 0)
    comparable.system_out = f"{record['verdict']}\nA: {record['a']}\nB: {record['b']}"
    if not record["rows"]:
        comparable.result = [Skipped(record["verdict"])]
    suite = TestSuite(SUITE)
    suite.add_testcase(comparable)
    for gate in record["gates"]:
        case = TestCase(gate["gate"], SUITE, 0)
        if gate["failed"]:
            failure = Failure(gate["reason"], "gate")
            failure.text = f"{gate['reason']}\ngiven by {gate['where']}\n{record['verdict']}"
            case.result = [failure]
        suite.add_testcase(case)
    report = JUnitXml(SUITE)
    report.add_testsuite(suite)
    report.update_statistics()  # type: ignore[no-untyped-call]
    sink = io.BytesIO()
    report.write(sink, pretty=True)
    return sink.getvalue()
