"""`regcli check`: exit codes, gates, muting; and that nothing but a holdout's own figures depends on its rows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from regcli.cli.main import app

RNG = np.random.default_rng(5)
N = 120


def table(poison=None):
    """Rows of which every fifth is held out; with `poison` these hold it in place of their numbers."""
    x = RNG.__class__(np.random.PCG64(11)).normal(size=(N, 4))
    y = x @ [2.0, -1.0, 0.5, 0.0] + np.random.default_rng(12).normal(size=N)
    lines = ["a,b,c,d,part,y"]
    for i in range(N):
        held = i % 5 == 0
        cells = [f"{v:.6f}" for v in (*x[i], y[i])]
        if held and poison is not None:
            cells = [poison] * 5
        lines.append(",".join([*cells[:4], "new" if held else "old", cells[4]]))
    return "\n".join(lines) + "\n"


CONFIG = """\
version: 1
name: small
dataset: {kind: csv, path: d.csv, target: y}
penalty: [ridge, lasso]
lambdas: {count: 8}
holdout: {column: part, test_value: new}
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REGCLI_RUNS", raising=False)
    Path("c.yaml").write_text(CONFIG, encoding="utf-8")
    Path("d.csv").write_text(table(), encoding="utf-8")
    return tmp_path


def regcli(*words):
    return CliRunner().invoke(app, words, prog_name="regcli")


def test_a_first_look_holds_and_a_second_one_fails_unless_planned_or_muted(place):
    assert regcli("fit", "c.yaml").exit_code == 0
    first = regcli("check", "latest")
    assert first.exit_code == 0, first.output
    assert "the first look at these held-out rows" in first.stdout
    shown = regcli("fit", "c.yaml", "--set", "select.rule=min").stderr
    assert "This was look 2 at these held-out rows, after " in shown
    assert "1 fails: that the holdout was evaluated once (RC003)" in shown
    second = regcli("check", "latest")
    assert second.exit_code == 1
    assert "error: RC003 fails: look 2 at these held-out rows" in second.stderr
    assert regcli("check", "latest", "--mute", "RC003").exit_code == 0
    assert regcli("check", "latest~1").exit_code == 0
    regcli("fit", "c.yaml", "--set", "check.allow_looks=3")
    assert regcli("check", "latest").exit_code == 0
    regcli("fit", "c.yaml", "--set", "check.mute=[RC003]")
    assert "RC003  – muted" in regcli("check", "latest").stdout


def test_a_run_made_again_has_the_same_metrics_to_the_byte_though_it_is_another_look(place):
    first, second = (Path(regcli("fit", "c.yaml").stdout.strip()) for _ in range(2))
    assert (first / "metrics.json").read_bytes() == (second / "metrics.json").read_bytes()
    compared = regcli("compare", str(first), str(second), "--fail-if", "check.looks.n.change > 0")
    assert compared.exit_code == 1
    assert (
        "A was look 1 at its held-out rows and B was look 2 at its held-out rows: scores on a holdout flatter" in compared.stdout
    )


def test_every_row_can_be_a_gate(place):
    regcli("fit", "c.yaml")
    assert regcli("check", "latest", "--fail-if", "check.baseline.level > 0").exit_code == 1
    assert regcli("check", "latest", "--fail-if", "check.null.t < 2", "--fail-if", "validation.mse > 1000").exit_code == 0
    Path("gates.yaml").write_text("- check.gap.points > 10%\n- check.n_fail > 0\n", encoding="utf-8")
    assert regcli("check", "latest", "--gate", "gates.yaml").exit_code == 0
    wrong = regcli("check", "latest", "--fail-if", "check.gap.pionts > 1")
    assert wrong.exit_code == 2
    assert "did you mean 'check.gap.points'?" in wrong.stderr
    assert regcli("check", "latest", "--mute", "RC999").exit_code == 2
    regcli("baseline", "set", "main", "latest")
    assert regcli("check", "latest", "--fail-if", "check.baseline.level > 0").exit_code == 0


def test_forms_are_one_document_each(place):
    regcli("fit", "c.yaml")
    found = json.loads(regcli("check", "latest", "--json").stdout)
    assert {"run", "verdict", "failed", "rows", "gates", "numbers"} == set(found)
    assert found["numbers"]["check.looks.n"] == 1
    assert found["rows"][0].keys() >= {"code", "verdict", "found", "rule", "why", "remedy", "mute", "page", "numbers"}
    assert regcli("check", "latest", "--format", "csv").stdout.startswith("code,name,verdict,title,found,number,value\n")
    assert regcli("check", "latest", "--format", "md").stdout.count("| RC0") == len(found["rows"])
    assert regcli("check", "latest", "--format", "github").stdout.startswith("<!-- regcli-check: small -->")
    regcli("check", "latest", "--junit", "junit.xml")
    assert "RC003" in Path("junit.xml").read_text(encoding="utf-8")


def test_a_sweep_is_judged_without_its_holdout(place):
    regcli("sweep", "c.yaml")
    found = json.loads(regcli("check", "latest", "--json").stdout)
    assert {row["name"]: row["verdict"] for row in found["rows"]}["looks"] == "absent"
    assert not Path("runs/holdouts.jsonl").exists()


@pytest.mark.parametrize("poison", ["1e12", "-7.25e30"])
def test_nothing_but_the_figures_of_a_holdout_depends_on_its_rows(place, poison):
    def run(command):
        path = Path(regcli(command, "c.yaml").stdout.strip())
        files = {name: (path / name).read_bytes() for name in ("sweep.csv", "folds.csv", "coefficients.csv", "path.parquet")}
        return files, json.loads((path / "metrics.json").read_text(encoding="utf-8"))

    clean = {command: run(command) for command in ("sweep", "fit")}
    Path("d.csv").write_text(table(poison), encoding="utf-8")
    for command, (files, metrics) in clean.items():
        poisoned_files, poisoned = run(command)
        assert poisoned_files == files
        changed = {name for name in metrics if poisoned[name] != metrics[name]}
        assert changed <= {"holdout", "holdout_error", "holdout_null", "check"}
        blocks = {name for name in metrics["check"] if poisoned["check"][name] != metrics["check"][name]}
        assert blocks <= {"holdout", "n_fail", "n_look", "verdicts"}
        assert bool(changed) == (command == "fit")


def test_a_holdout_without_a_number_in_it_changes_no_sweep(place):
    regcli(
        "sweep",
        "c.yaml",
        "--set",
        "preprocess.missing=mean",
        "--set",
        "dataset.types={a: number, b: number, c: number, d: number}",
    )
    clean = {p.name: p.read_bytes() for p in Path("runs/latest").glob("*.csv")}
    text = table("").splitlines()
    y = [line.rsplit(",", 1)[1] for line in table().splitlines()]
    Path("d.csv").write_text(
        "\n".join(f"{line.rsplit(',', 1)[0]},{v}" for line, v in zip(text, y, strict=True)) + "\n", encoding="utf-8"
    )
    done = regcli(
        "sweep",
        "c.yaml",
        "--set",
        "preprocess.missing=mean",
        "--set",
        "dataset.types={a: number, b: number, c: number, d: number}",
    )
    assert done.exit_code == 0, done.output
    assert {p.name: p.read_bytes() for p in Path("runs/latest").glob("*.csv")} == clean


def test_a_run_that_is_not_done_cannot_be_judged(place):
    assert regcli("check", "latest").exit_code == 5
