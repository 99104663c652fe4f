"""A comparison as a JUnit report, for the test panels of CI services."""

from __future__ import annotations

import io
from typing import Any

from regcli.wording import harmless

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
    comparable.system_out = "\n".join(map(harmless, (record["verdict"], f"A: {record['a']}", f"B: {record['b']}")))
    if not record["rows"]:
        comparable.result = [Skipped(harmless(record["verdict"]))]
    suite = TestSuite(SUITE)
    suite.add_testcase(comparable)
    for gate in record["gates"]:
        case = TestCase(harmless(gate["gate"]), SUITE, 0)
        if gate["failed"]:
            failure = Failure(harmless(gate["reason"]), "gate")
            failure.text = "\n".join(map(harmless, (gate["reason"], f"given by {gate['where']}", record["verdict"])))
            case.result = [failure]
        suite.add_testcase(case)
    report = JUnitXml(SUITE)
    report.add_testsuite(suite)
    report.update_statistics()  # type: ignore[no-untyped-call]
    sink = io.BytesIO()
    report.write(sink, pretty=True)
    return sink.getvalue()
