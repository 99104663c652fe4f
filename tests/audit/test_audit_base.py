from in_memory import dataset, fitted

from regcli.audit import AUDITS, audit


def test_what_an_audit_finds_stands_under_its_name_and_what_it_took_under_what_it_does():
    outcome = audit(fitted(dataset()), lambda *_: None)
    assert "stability" in outcome.audits
    assert {question.what for question in AUDITS if question.name in outcome.audits} <= set(outcome.seconds)
