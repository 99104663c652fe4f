"""A comparison, or a checklist, as a JUnit report, for the test panels of CI services."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from regcli.wording import harmless

if TYPE_CHECKING:
    from junitparser import TestCase, TestSuite

SUITE, CHECKLIST = "regcli compare", "regcli check"


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
    from junitparser import Skipped, TestCase, TestSuite

    comparable = TestCase("comparable", SUITE, 0)
    comparable.system_out = "\n".join(map(harmless, (record["verdict"], f"A: {record['a']}", f"B: {record['b']}")))
    if not record["rows"]:
        comparable.result = [Skipped(harmless(record["verdict"]))]
    suite = TestSuite(SUITE)
    suite.add_testcase(comparable)
    for gate in record["gates"]:
        suite.add_testcase(_gate_case(gate, SUITE, record["verdict"]))
    return _written(SUITE, suite)


def checklist_report(record: dict[str, Any]) -> bytes:
    """One suite: a test case for every row of a checklist, and one for every gate; what says nothing of the run is skipped.

    Returns
    -------
    xml : bytes
    """
    from junitparser import Failure, Skipped, TestCase, TestSuite

    suite = TestSuite(CHECKLIST)
    for row in record["rows"]:
        case = TestCase(f"{row['code']} {row['title']}", CHECKLIST, 0)
        case.system_out = harmless(row["found"])
        if row["verdict"] == "fails":
            failure = Failure(harmless(row["found"]), "check")
            failure.text = "\n".join(map(harmless, (row["found"], row["rule"], row["why"], row["remedy"])))
            case.result = [failure]
        elif row["verdict"] in {"absent", "unknown", "muted"}:
            case.result = [Skipped(harmless(f"{row['verdict']}: {row['found']}"))]
        suite.add_testcase(case)
    for gate in record["gates"]:
        suite.add_testcase(_gate_case(gate, CHECKLIST, record["verdict"]))
    return _written(CHECKLIST, suite)


def _gate_case(gate: dict[str, Any], suite: str, verdict: str) -> TestCase:
    from junitparser import Failure, TestCase

    case = TestCase(harmless(gate["gate"]), suite, 0)
    if gate["failed"]:
        failure = Failure(harmless(gate["reason"]), "gate")
        failure.text = "\n".join(map(harmless, (gate["reason"], f"given by {gate['where']}", verdict)))
        case.result = [failure]
    return case


def _written(name: str, suite: TestSuite) -> bytes:
    from junitparser import JUnitXml

    report = JUnitXml(name)
    report.add_testsuite(suite)
    report.update_statistics()  # type: ignore[no-untyped-call]
    sink = io.BytesIO()
    report.write(sink, pretty=True)
    return sink.getvalue()
