"""What commands have in common: settings, the configuration that is written, where runs go."""

from __future__ import annotations

from regcli_in_process import call, run_of


def test_settings_change_the_configuration_and_stand_in_the_resolved_one(folder):
    run = run_of(call("fit", "quick.yaml", "-q", "--set", "penalty=lasso", "--set", "cv.n_splits=4"))
    resolved = (folder / run / "config.resolved.yaml").read_text(encoding="utf-8")
    assert "n_splits: 4" in resolved
    assert "ridge" not in resolved
    given = (folder / run / "config.yaml").read_text(encoding="utf-8")
    assert given == (folder / "quick.yaml").read_text(encoding="utf-8")


def test_the_resolved_configuration_makes_the_same_run(folder):
    first = run_of(call("fit", "quick.yaml", "-q"))
    second = run_of(call("fit", f"{first}/config.resolved.yaml", "-q"))
    for name in ("sweep.csv", "coefficients.csv", "config.resolved.yaml", "predictions.csv", "model.skops"):
        assert (folder / first / name).read_bytes() == (folder / second / name).read_bytes(), name


def test_runs_go_where_they_are_told(folder, monkeypatch):
    assert run_of(call("fit", "quick.yaml", "-q", "--set", "output.dir=configured")).startswith("configured/")
    monkeypatch.setenv("REGCLI_RUNS", "environment")
    assert run_of(call("fit", "quick.yaml", "-q", "--set", "output.dir=configured")).startswith("environment/")
    assert run_of(call("fit", "quick.yaml", "-q", "--runs", "option")).startswith("option/")
