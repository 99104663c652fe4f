from regcli.report.audit import audit_tables


def test_figures_that_a_run_has_stand_under_their_section():
    assert audit_tables({}) == []
    (table,) = audit_tables({"stability": {"phi": 0.5}})
    assert table.title == "Stability over folds"
    assert table.rows[0][0] == "stability.phi"
    assert table.rows[0][2] == 0.5
