"""`regcli ls`: the runs here, the newest first."""

from __future__ import annotations

import json

from regcli_in_process import call, run_of


def test_ls_lists_the_newest_first_and_names_damage(folder):
    assert "No runs in runs" in call("ls").out
    first, second = (run_of(call(command, "quick.yaml", "-q")) for command in ("fit", "sweep"))
    (folder / "runs" / "not-a-run").mkdir()
    listed = json.loads(call("ls", "--json").out)
    assert [f"runs/{row['run']}" for row in listed] == [second, first]
    assert [row["command"] for row in listed] == ["sweep", "fit"]
    assert all(row["metric"] == "mse" and row["validation_mean"] > 0 for row in listed)
    (folder / first / "manifest.json").write_text("{", encoding="utf-8")
    assert [row["status"] for row in json.loads(call("ls", "--json").out)] == ["done", "damaged"]


def test_ls_shows_only_the_last_ones_where_asked_for(folder):
    for _ in range(3):
        call("sweep", "quick.yaml", "-q", "--penalty", "ridge")
    everything = json.loads(call("ls", "--json").out)
    assert json.loads(call("ls", "--last", "2", "--json").out) == everything[:2]
    assert call("ls", "--last", "0").code == 2


def test_ls_filters_sorts_and_tells_differences(folder):
    ridge, lasso = (run_of(call("fit", "quick.yaml", "-q", "--penalty", kind)) for kind in ("ridge", "lasso"))
    found = json.loads(call("ls", "--where", "penalty == ridge", "--where", "validation.mse > 0", "--json").out)
    assert [f"runs/{row['run']}" for row in found] == [ridge]
    rows = json.loads(call("ls", "--sort", "validation.mse", "--diff", "--json").out)
    assert {f"runs/{row['run']}": row["penalty.0.kind"] for row in rows} == {ridge: "ridge", lasso: "lasso"}
    assert rows[0]["validation.mse"] <= rows[1]["validation.mse"]
    assert "did you mean 'validation.mse'" in call("ls", "--sort", "validation.mze").err
    assert call("ls", "--where", "nonsense").code == 2
    assert "None of the 2 runs" in call("ls", "--where", "validation.mse < 0").out
