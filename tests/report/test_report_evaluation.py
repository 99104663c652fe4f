"""What `evaluate` prints, from a result made by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from regcli.report.evaluation import evaluation_record, evaluation_table
from regcli.run.evaluate import Evaluation, MetricScore


def score(**fields):
    known = dict.fromkeys(MetricScore.__dataclass_fields__)
    return MetricScore(**known | {"metric": "mse", "value": 2.0, "error": 0.1, "null": 4.0, "share_gone": 0.5} | fields)


def evaluation(*scores):
    known = dict.fromkeys(Evaluation.__dataclass_fields__)
    told = {"run": Path("runs/x"), "source": "new.csv", "n_rows": 1234, "weighted": False, "scores": scores, "warnings": ("w",)}
    return Evaluation(**known | told)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "The run has no validation figure to hold it against."),
        ({"validation": 1.5}, "without both standard errors nothing can be said of the difference"),
        (
            {"validation": 1.5, "validation_error": 0.1, "mark": "worse"},
            "Worse than the validation's 1.5 ± 0.1, by more than noise",
        ),
        ({"validation": 1.5, "validation_error": 0.1, "mark": "within noise"}, "Within noise of the validation's 1.5 ± 0.1."),
        ({"value": None}, "mse is undefined on these rows."),
        ({"share_gone": -0.1}, "nothing is gained over it"),
    ],
)
def test_the_outcome_in_a_sentence(fields, says):
    assert says in " ".join(evaluation_table(evaluation(score(**fields))).notes)


def test_shares_are_per_cent_for_people_and_numbers_for_programs():
    found = evaluation(score(), score(metric="r2", mark="worse"))
    people, programs = evaluation_table(found), evaluation_table(found, for_people=False)
    assert people.title == "runs/x on new.csv: 1,234 rows"
    assert (people.rows[0][5], programs.rows[0][5]) == ("50%", 0.5)
    assert people.tones == {1: "bad"}
    assert "weighted" in evaluation_table(replace(found, weighted=True)).title
    record = evaluation_record(found)
    assert (record["metric"], record["n_rows"], record["warnings"]) == ("mse", 1234, ["w"])
    assert record["metrics"]["mse"]["share_gone"] == 0.5
