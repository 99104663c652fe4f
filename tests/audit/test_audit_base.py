import pytest
from in_memory import dataset, fitted

from regcli.audit import AUDITS, audit
from regcli.audit.stability import Stability
from regcli.outcome import Interrupted


def test_what_an_audit_finds_stands_under_its_name_and_what_it_took_under_what_it_does():
    outcome = audit(fitted(dataset()), lambda *_: None)
    assert "stability" in outcome.audits
    assert {question.what for question in AUDITS if question.name in outcome.audits} <= set(outcome.seconds)


def test_an_interrupt_leaves_what_the_search_has_found(monkeypatch):
    outcome = fitted(dataset())

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Stability, "look", interrupted)
    with pytest.raises(Interrupted) as caught:
        audit(outcome, lambda *_: None)
    assert caught.value.finished == outcome.paths
