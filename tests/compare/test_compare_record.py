"""A comparison as one plain object: what JSON can hold, and nothing lost."""

from __future__ import annotations

import json

import pytest
from golden_runs import RUNS

from regcli.compare import compare, parse
from regcli.compare.record import empty_record, record
from regcli.run import open_run


def test_a_record_is_json_and_says_what_the_comparison_says():
    runs = [open_run(str(RUNS / name), RUNS) for name in ("reference", "worse")]
    found = compare(*runs, [parse("validation.mse.change > 0")])
    told = record(found)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert (told["verdict"], told["failed"], len(told["rows"])) == (found.verdict, True, len(found.rows))
    rows = {row["name"]: row for row in told["rows"]}
    mse = rows["validation.mse"]
    assert mse["change"] == pytest.approx(mse["b"] - mse["a"])
    assert mse["change_percent"] == pytest.approx(100 * mse["change"] / mse["a"])
    assert isinstance(rows["dataset.n_train"]["a"], int)
    assert (told["gates"][0]["name"], told["gates"][0]["failed"]) == ("validation.mse.change", True)


def test_where_there_is_nothing_to_compare_with_the_form_is_the_same():
    runs = [open_run(str(RUNS / "reference"), RUNS)] * 2
    assert empty_record("a", "b", "why").keys() == record(compare(*runs)).keys()
    assert empty_record("a", "b", "why")["verdict"] == "why"
