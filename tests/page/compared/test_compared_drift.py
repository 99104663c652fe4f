"""Whether both runs were made on rows of one kind."""

from __future__ import annotations

from dataclasses import replace

from regcli.page.compared.drift import Drift


def row(name, value, mark):
    return {
        "name": f"drift.{name}.mean", "section": "Input drift", "label": f"{name}: mean, in SDs of A", "a": None, "b": None,
        "change": None, "change_percent": None, "value": value, "mark": mark, "note": "", "pair": True,
        "minor": mark != "changed",
        "detectable": None, "detectable_percent": None,
    }  # fmt: skip


def test_the_same_data_have_not_moved(compared):
    section = Drift().look(compared)
    assert section.pictures == ()
    assert section.notes == ("No column moved.",)


def test_columns_that_moved_come_first(compared):
    moved = replace(compared, record={"rows": [row("a: b", 0.1, "within noise"), row("c", -2.0, "changed")]})
    picture = Drift().look(moved).pictures[0]
    assert picture.data["points"] == {"text": ["c", "a: b"], "shift": [-2.0, 0.1], "text_mark": ["moved", "within noise"]}
