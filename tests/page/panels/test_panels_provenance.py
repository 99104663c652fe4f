"""Where the numbers come from."""

from __future__ import annotations

from regcli.page.panels.provenance import Provenance


def test_it_names_data_program_and_machine(shown):
    facts, solvers, stages = Provenance().look(shown).tables
    said = dict(facts.rows)
    assert said["data, SHA-256"] == shown.manifest["dataset"]["sha256"]
    assert said["Python"] == shown.manifest["versions"]["python"]
    assert len(solvers.rows) == len(shown.paths)
    assert "cross-validation" in dict(stages.rows)
