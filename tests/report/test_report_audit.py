from types import SimpleNamespace

import numpy as np

from regcli.report.audit import asked_for, audit_tables, figures_table, most_important


def test_figures_that_a_run_has_stand_under_their_section():
    assert audit_tables({}) == []
    (table,) = audit_tables({"stability": {"phi": 0.5}})
    assert table.title == "Stability over folds"
    assert table.rows[0][0] == "stability.phi"
    assert table.rows[0][2] == 0.5


def test_a_summary_has_what_was_asked_for_and_the_table_of_figures_everything():
    metrics = {"stability": {"phi": 0.5, "n_recommended": 3, "n_always": 2}, "importance": {"largest_share": 0.4}}
    assert [table.title for table in asked_for(metrics)] == ["Stability selection"]
    names = [row[0] for row in figures_table(metrics).rows]
    assert names == ["stability.phi", "stability.n_always", "stability.n_recommended", "importance.largest_share"]


def test_the_most_important_columns_come_first_and_worthless_ones_are_left_out():
    columns = {
        "source": np.array(["a", "b", "c"], dtype=object),
        "permutation": np.array([0.5, 2.0, 0.0]),
        "permutation_se": np.array([0.1, 0.2, 0.0]),
    }
    run = SimpleNamespace(
        manifest={"files": {"importance.csv": ""}, "metric": "mse"},
        importance=lambda: columns,
        metrics={"importance": {"metric": "mse"}},
    )
    (table,) = most_important(run)
    assert table.rows == (("b", 2.0, 0.2), ("a", 0.5, 0.1))
    assert table.title == "Most important columns (2 of 2)"
    columns["permutation"] = np.zeros(3)
    assert most_important(run) == []
    assert most_important(SimpleNamespace(manifest={"files": {}})) == []
