"""Comparisons as tables and as summaries for GitHub, from records made by hand."""

from __future__ import annotations

import pytest
from comparison_records import gate, record, row

from regcli.report.comparison import found, rows_in_view, rows_table, verdict_table, worst_last
from regcli.report.github import github_summary
from regcli.report.tables import metrics_table


def test_views():
    rows = [row("w", "worse"), row("n", "within noise"), row("s", "same"), row("m", "worse", minor=True),
            row("c", "same", "Configuration"), row("d", "changed", "Configuration")]  # fmt: skip
    names = {view: [r["name"] for r in rows_in_view(record(rows), view)] for view in ("default", "changed", "all")}
    assert names == {"default": ["w", "n", "s", "d"], "changed": ["w", "d"], "all": ["w", "n", "s", "m", "c", "d"]}


def test_sections_are_headings_and_marks_are_tones():
    table = rows_table([row("a", "worse"), row("b", "same"), row("c", "changed", "Model"), row("d", "better", "Model")])
    assert [line[0] for line in table.rows] == ["Scores", "a", "b", "Model", "c", "d"]
    assert table.tones == {0: "heading", 1: "bad", 2: "quiet", 3: "heading", 5: "good"}
    assert [line[5] for line in table.rows] == ["", "✗ worse", "= same", "", "→ changed", "✓ better"]


def test_a_change_has_its_sign_and_an_absent_side_a_dash():
    table = rows_table([row("a", "better", b=0.5, change=-0.5, change_percent=-50.0), row("b", "new", a=None, change=None)])
    assert table.rows[1][1:5] == ("1", "0.5", "-0.5", "-50%")
    assert table.rows[2][1] == "–"


def test_what_could_have_been_told_has_a_column_of_its_own_where_all_is_shown():
    rows = [row("a", "within noise", detectable=0.123456, detectable_percent=12.3)]
    assert "could tell" not in [column.title for column in rows_table(rows).columns]
    table = rows_table(rows, detectable=True)
    assert dict(zip([column.title for column in table.columns], table.rows[1], strict=True))["could tell"] == "0.1235"


def test_both_runs_and_the_mark_survive_on_a_narrow_terminal():
    rows = [row("gap mse / |train|", "not comparable", a=-0.003895, b=0.04384, note="a long note of the reasons"),
            row("dataset.columns.exclude", "changed", "Configuration", a="[]", b="[s5, age, and more]", change=None),
            row("x", "within noise", a=1.2345678e-10, b=None)]  # fmt: skip
    table = rows_table(rows)
    kept = [column for column in table.columns if column.rank == 0]
    assert [column.title for column in kept] == ["", "A", "B", "mark"]
    assert sum(2 + column.fold for column in kept) <= 60 - 4
    # digits are never folded
    widest = max(len(cell) for line in (table.rows[1], table.rows[5]) for cell in line[1:3])
    assert all(column.fold >= widest for column in kept[1:3])


def test_remarks_stand_below_the_verdict():
    told = record([row("a", "same")], remarks=("Mind the <gap>.",))
    assert verdict_table(told).notes[0] == "Mind the <gap>."
    assert "\n- Mind the " in github_summary(told, "x")


def test_long_texts_are_cut_in_the_middle_unless_there_is_room():
    long = row("c", "changed", a="x" * 20 + "y" * 20, b="short", change=None, change_percent=None)
    assert rows_table([long]).rows[1][1] == "x" * 10 + "…" + "y" * 9
    assert rows_table([long], whole_texts=True).rows[1][1] == "x" * 20 + "y" * 20


@pytest.mark.parametrize(
    ("value", "unit", "shown"), [(2.0, "", "2"), (2.5, "%", "2.5%"), (0.025, "share", "2.5%"), (None, "%", "undefined")]
)
def test_what_a_gate_found_stands_in_the_unit_of_its_limit(value, unit, shown):
    assert found(gate(value=value, unit=unit)) == shown


def test_the_worst_reason_is_last_and_of_equals_the_first_given():
    gates = [gate("a", excess=0.5), gate("b", excess=1.0), gate("c", excess=1.0), gate("d", failed=False)]
    assert worst_last(gates) == ["gate 'a' fails", "gate 'c' fails", "gate 'b' fails"]


def test_a_metric_that_is_zero_but_for_rounding_is_zero():
    part = {"mse": 2.0, "r2": 0.5}
    metrics = {key: dict(part) for key in ("train", "validation", "gap", "refit", "null_model")} | {"holdout": None}
    metrics["null_model"]["r2"] = -3e-17
    metrics["gap"]["mse"] = 1e-9
    rows = {row[0]: row for row in metrics_table(metrics, {"metrics": ["mse"]}).rows}
    assert rows["r2"][5] == 0.0
    assert rows["mse"][4] == 1e-9
