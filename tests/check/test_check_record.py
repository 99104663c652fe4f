"""A checklist as one plain object."""

from __future__ import annotations

import json

import pytest
from judged import evidence

from regcli.audit.checklist import judge
from regcli.check import Checklist, codes
from regcli.check.record import record
from regcli.errors import UsageError
from regcli.gates import check as hold
from regcli.gates import parse
from regcli.outcome import Looks, Surroundings


def checklist(*gates, mute=(), **changes):
    rows = judge(evidence(**changes), mute)
    return Checklist("runs/x", rows, {"n_nonzero": 3.0}, tuple(hold([parse(text) for text in gates], {"n_nonzero": 3.0}, {})))


SPENT = {"n_holdout": 9, "metrics": {"holdout": 1.0}, "around": Surroundings(Looks(2, ("a",)), 1)}


def test_the_verdict_begins_with_what_stops_a_shipment():
    failing = record(checklist("n_nonzero > 2", mute=["RC006"], **SPENT))
    assert failing["failed"]
    assert failing["verdict"].startswith("This run should not ship: 1 row of the checklist fails (RC003), 1 of 1 gate fails; ")
    fine = record(checklist("n_nonzero > 5", mute=["RC003", "RC006"], **SPENT))
    assert not fine["failed"]
    assert fine["verdict"].startswith("Nothing stands in the way of shipping this run; ")


def test_a_row_tells_what_why_and_how_to_mute_it():
    found = record(checklist(**SPENT))
    (row,) = [row for row in found["rows"] if row["code"] == "RC003"]
    assert row["verdict"] == "fails"
    assert row["found"].startswith("look 2 at these held-out rows, after a")
    assert row["mute"] == "check: {mute: [RC003]}"
    assert row["page"] == "docs/checks.md#rc003"
    assert row["numbers"] == {"check.looks.n": 2.0}
    json.dumps(found, allow_nan=False)


def test_codes_are_told_one_by_one_or_together():
    assert codes(["RC001,rc002", "RC011"]) == ["RC001", "RC002", "RC011"]
    with pytest.raises(UsageError, match="there is no row 'RC999' in the checklist"):
        codes(["RC999"])
