"""A run against itself as a table."""

from __future__ import annotations

from regcli.report.halves import halves_table


def test_shares_are_per_cent_and_counts_stay_counts():
    found = {"metric": "mse", "halvings": 200, "usual": 0.0234, "rare": 0.1, "beyond_se": 31, "worse": 4, "better": 5}
    table = halves_table([found, found | {"metric": "r2"}], "runs/x")
    assert [column.key for column in table.columns] == list(found)
    assert table.rows[0] == ("mse", 200, "2.34%", "10%", 31, 4, 5)
    assert table.rows[1][0] == "r2"
    assert table.title.startswith("runs/x against itself")
