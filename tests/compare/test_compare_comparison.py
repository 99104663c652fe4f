"""A comparison as a whole, as one object, its sentence, its scores and what went in."""

from __future__ import annotations

import json

import pytest
from golden_runs import RUNS, pair

from regcli.compare import compare, parse
from regcli.errors import UsageError
from regcli.run import open_run


@pytest.fixture(scope="module")
def runs():
    return [open_run(str(RUNS / name), RUNS) for name in ("reference", "worse")]


def test_gates_are_held_against_the_rows(runs):
    found = compare(*runs, [parse("validation.mse.change > 0"), parse("validation.mse.change > 1000%")])
    assert [gate.gate.text for gate in found.failed] == ["validation.mse.change > 0"]
    assert "1 of 2 gates fails" in found.verdict
    assert "all gates hold" in compare(*runs, [parse("validation.mse.change > 1000%")]).verdict
    with pytest.raises(UsageError, match="nonsense"):
        compare(*runs, [parse("nonsense > 1")])


def test_rows_have_names_of_their_own(runs):
    names = [row.name for row in compare(*runs).rows]
    assert len(names) == len(set(names))
    assert pair().a.metric == "mse"
    assert json.dumps(names)
