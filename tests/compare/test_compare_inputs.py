"""Rows of what went in: only what differs is counted, and a column that is gone is told with what became of it."""

from __future__ import annotations

from golden_runs import pair

from regcli.compare.inputs import config_rows, data_rows, version_rows
from regcli.compare.rows import Mark


def by_name(rows):
    return {row.name: row for row in rows}


def test_a_run_beside_itself_differs_in_nothing():
    same = pair("reference", "reference")
    for build in (data_rows, config_rows, version_rows):
        assert {row.mark for row in build(same)} == {Mark.SAME}


def test_columns_that_one_model_alone_looks_at_are_named():
    both = pair("reference", "other-features")
    rows = by_name(data_rows(both))
    lost, new = rows["columns.lost"], rows["columns.new"]
    used = [
        {c["name"] for c in side.manifest["dataset"]["inputs"]} if "inputs" in side.manifest["dataset"] else None
        for side in (both.a, both.b)
    ]
    assert lost.value + new.value > 0
    if None not in used:
        assert set(lost.items) == used[0] - used[1]
        assert set(new.items) == used[1] - used[0]
    for name in lost.items:
        assert rows[f"column.{name}"].mark is Mark.GONE


def test_keys_that_differ_are_counted_and_where_a_run_was_written_is_none():
    rows = by_name(config_rows(pair("reference", "other-features")))
    differing = [row for name, row in rows.items() if name != "config.changes" and row.mark is not Mark.SAME]
    assert rows["config.changes"].value == len(differing) > 0
    assert not any(name.startswith(("config.output", "config.execution")) for name in rows)
