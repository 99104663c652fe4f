"""Two runs as panels look at them."""

from __future__ import annotations


def test_rows_are_asked_for_by_section(compared):
    assert {row["section"] for row in compared.rows("Scores", "Model")} == {"Scores", "Model"}
    assert compared.rows("Nowhere") == []
