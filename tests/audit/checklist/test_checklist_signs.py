"""Signs of leakage in the training rows, of columns that the model uses."""

import numpy as np
from in_memory import X, Y, dataset, fitted
from judged import evidence

from regcli.audit.checklist import Checklist, judge, signs
from regcli.audit.checklist.signs import Sign, read, signs_of, written
from regcli.checks import Verdict
from regcli.engine import InMemory

COPY = np.column_stack([X, 3 * Y + 1])


def leakage(e):
    return next(row for row in judge(e) if row.check.name == "leakage").found


def test_a_copy_of_the_target_fails_and_stands_in_metrics_json():
    outcome = fitted(dataset(X=COPY))
    (sign,) = [sign for sign in signs_of(outcome) if sign.sure]
    assert "'x4'" in sign.text
    block = Checklist().look(outcome, lambda *_: None, InMemory()).numbers
    assert block["verdicts"]["RC010"] == "fails"
    assert sign in read(block["leakage"])


def test_a_column_that_the_model_does_not_use_is_no_leak():
    outcome = fitted(dataset(X=COPY), lambdas={"values": [1e6]})
    assert outcome.metrics["n_nonzero"] == 0
    assert not any("'x4'" in sign.text for sign in signs_of(outcome))


def test_clean_columns_have_no_sign():
    assert signs_of(fitted(dataset())) == ()


def test_many_cells_are_not_looked_at_by_the_way(monkeypatch):
    monkeypatch.setattr(signs, "MOST_CELLS", 100)
    outcome = fitted(dataset(X=COPY))
    assert signs_of(outcome) is None


def test_what_is_for_people_to_judge_does_not_fail():
    doubtful, sure = (
        Sign("identifier", "Column 'id' looks like one. Leave it out."),
        Sign("sum_of_columns", "y is a + b. Leave out."),
    )
    found = leakage(evidence(signs=(doubtful,)))
    assert (found.verdict, found.said) == (Verdict.LOOK, "Column 'id' looks like one")
    found = leakage(evidence(signs=(doubtful, sure)))
    assert found.verdict is Verdict.FAILS
    assert found.said == "y is a + b, and 1 more sign (`regcli advise` tells them all)"
    assert found.numbers["n_signs"] == 2
    assert read({"signs": written((doubtful, sure))}) == (doubtful, sure)
    assert "n_signs" not in leakage(evidence()).numbers
