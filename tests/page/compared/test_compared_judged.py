"""Whether B may take the place of A."""

from __future__ import annotations

from dataclasses import replace

from regcli.page.compared.judged import Judged


def test_the_verdict_comes_first(compared, regression, other):
    section = Judged().look(compared)
    assert section.lead == compared.record["verdict"]
    assert [row[1] for row in section.tables[-1].rows] == [regression.manifest["id"], other.manifest["id"]]


def test_gates_stand_with_it(compared):
    gate = {"gate": "m > 1", "value": 2.0, "unit": "", "failed": True, "where": "--fail-if"}
    gated = replace(compared, record={**compared.record, "gates": [gate]})
    assert Judged().look(gated).tables[0].rows[0][2] == "✗ fails"
