"""Findings and recommendations as tables."""

from __future__ import annotations

import io

from regcli.advice import Advice
from regcli.advice.finding import Finding, leave_out
from regcli.advice.recommend import Choice
from regcli.report.advice import advice_record, advice_tables, findings_table
from regcli.report.render import render

SEEN = {"source": "d.csv", "target": "y", "task": "regression", "rows": 1200, "features": 3, "held_out": 300}
FOUND = Finding(
    "copy_of_target", "leakage", ("c",), "R²", 0.9991, "at least 0.98", "It is a copy.", "Leave it out.", leave_out("c")
)
REFUSED = Finding("refused", "data", (), "", float("nan"), "", "Cells are missing.")
ADVICE = Advice(SEEN, (FOUND, REFUSED), (Choice("penalty", {"kind": "elasticnet", "l1_ratio": [0.3]}, "Because."),), None)


def text(tables):
    stream = io.StringIO()
    render(tables, "table", stream)
    return stream.getvalue()


def test_each_number_stands_beside_its_rule():
    said = text(advice_tables(ADVICE, "Next."))
    assert "1,200 training rows, 3 features, regression; 300 rows held out were not looked at." in said
    assert "No sign" not in said
    line = next(line for line in said.splitlines() if "copy_of_target" in line)
    assert line.split() == ["copy_of_target", "R²", "0.9991", "at", "least", "0.98"]
    assert "{kind: elasticnet, l1_ratio: [0.3]}" in said
    assert said.index("What fit would refuse") < said.index("Signs of leakage") < said.index("Recommended")
    assert said.rstrip().endswith("Next.")


def test_where_nothing_leaks_that_is_said():
    assert "No sign of leakage." in text(advice_tables(Advice(SEEN, (REFUSED,), (), None), ""))


def test_programs_have_everything():
    record = advice_record(ADVICE, "version: 1\n")
    assert record["findings"][0]["remedy"] == {"dataset.columns.exclude": ["c"]}
    assert record["recommended"] == [{"key": "penalty", "value": {"kind": "elasticnet", "l1_ratio": [0.3]}, "why": "Because."}]
    assert record["config"] == "version: 1\n"
    assert findings_table(ADVICE).records()[0]["found"] == 0.9991
