"""Every command: what it prints where, and what it leaves behind."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys

import pytest
from regcli_in_process import call

COMMANDS = ("init", "fit", "sweep", "validate", "compare", "ls", "show", "predict", "evaluate", "schema", "baseline")


def run_of(done):
    assert done.code == 0, done.err
    return done.out.strip()


def test_fit_prints_the_run_alone_and_its_tables_beside(folder):
    done = call("fit", "quick.yaml")
    assert done.out == f"{run_of(done)}\n"
    assert done.out.startswith("runs/")
    assert (folder / run_of(done) / "model.skops").exists()
    for word in ("ridge", "lasso", "scikit-learn", "Selected:", "Why:", "evaluated once by this run", "null model", "Next:"):
        assert word in done.err
    assert sum(line.startswith("  *  ") for line in done.err.splitlines()) == 1


def test_quiet_leaves_the_run_alone(folder):
    done = call("fit", "quick.yaml", "--quiet")
    assert done.err == ""
    assert (folder / run_of(done)).is_dir()


def test_fit_as_json_is_one_object(folder):
    done = call("fit", "quick.yaml", "--json")
    content = json.loads(done.out)
    assert {"run", "selected", "metrics"} <= set(content)
    metrics = json.loads((folder / content["run"] / "metrics.json").read_text(encoding="utf-8"))
    assert content["metrics"] == metrics
    assert content["selected"] == metrics["selected"]


@pytest.mark.parametrize("form", ["csv", "md"])
def test_other_forms_print_the_paths(folder, form):
    done = call("fit", "quick.yaml", "-q", "--format", form)
    assert done.code == 0
    assert "lasso" in done.out
    assert "runs/" not in done.out


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
    monkeypatch.setenv("regcli_RUNS", "environment")
    assert run_of(call("fit", "quick.yaml", "-q", "--set", "output.dir=configured")).startswith("environment/")
    assert run_of(call("fit", "quick.yaml", "-q", "--runs", "option")).startswith("option/")


def test_sweep_keeps_no_model_and_leaves_the_holdout_alone(folder):
    done = call("sweep", "quick.yaml", "--penalty", "l1")
    run = folder / run_of(done)
    assert not (run / "model.skops").exists()
    assert json.loads((run / "metrics.json").read_text(encoding="utf-8"))["holdout"] is None
    with (run / "sweep.csv").open(encoding="utf-8") as file:
        assert {row["penalty"] for row in csv.DictReader(file)} == {"lasso"}
    assert "which `regcli fit` alone evaluates" in done.err


def test_sweep_of_all_penalties_without_a_configuration(folder):
    run = folder / run_of(call("sweep", "--penalty", "all", "-q", "--set", "lambdas.count=4", "--set", "cv.n_splits=3"))
    assert "synthetic" in run.name
    with (run / "sweep.csv").open(encoding="utf-8") as file:
        assert list(dict.fromkeys(r["penalty"] for r in csv.DictReader(file))) == ["none", "ridge", "lasso", "elasticnet"]


def test_sweep_takes_the_configuration_that_lies_here(folder):
    (folder / "quick.yaml").rename(folder / "regcli.yaml")
    assert "-quick-" in run_of(call("sweep", "-q"))


def test_sweep_of_a_file_by_flags(folder):
    rows = "".join(f"{i % 5},{i % 7},{'yes' if i % 3 else 'no'}\n" for i in range(60))
    (folder / "My Data.csv").write_text("a,b,kind\n" + rows, encoding="utf-8")
    flags = ("--data", "My Data.csv", "--target", "kind", "--task", "classification", "--penalty", "ridge,lasso")
    run = run_of(call("sweep", *flags, "-q", "--set", "lambdas.count=4"))
    assert "-my-data-" in run
    assert json.loads((folder / run / "manifest.json").read_text(encoding="utf-8"))["classes"] == ["no", "yes"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("--penalty", "laso"), "'laso' is not known. Did you mean 'lasso'?"), (("--target", "y"), "--data FILE"),
     (("--data", "x.csv"), "--target COLUMN"), (("quick.yaml", "--data", "x.csv"), "not both")],
)  # fmt: skip
def test_flags_of_sweep_that_make_no_sense(folder, arguments, message):
    done = call("sweep", *arguments)
    assert done.code == 2
    assert message in done.err
    assert not (folder / "runs").exists()


def test_validate_shows_the_plan_and_fits_nothing(folder):
    done = call("validate", "quick.yaml")
    assert done.code == 0
    for word in ("rows for training", "40", "Folds: 3 (kfold)", "λ max", "48 fits: 12 grid points", "Nothing has been fitted"):
        assert word in done.out
    assert not (folder / "runs").exists()
    record = json.loads(call("validate", "quick.yaml", "--json").out)
    assert record["n_fits"] == 48
    assert [fold["n_validation"] for fold in record["folds"]] == [14, 13, 13]


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


def test_show_tells_what_fit_told(folder):
    done = call("fit", "quick.yaml")
    assert call("show", "latest").out.startswith(done.err)
    assert json.loads(call("show", "latest", "--json").out)["run"] == run_of(done)


@pytest.mark.parametrize(
    ("table", "column", "n"),
    [
        ("sweep", "kkt", 12),
        ("folds", "fold", 36),
        ("coefficients", "feature", 5),
        ("predictions", "prediction", 50),
        ("assignments", "row", 50),
    ],
)
def test_show_prints_tables_in_full(folder, table, column, n):
    run = run_of(call("fit", "quick.yaml", "-q"))
    rows = list(csv.DictReader(io.StringIO(call("show", run, "--table", table, "--format", "csv").out)))
    assert len(rows) == n
    with (folder / run / f"{table}.csv").open(encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert list(rows[0]) == list(written[0])
    assert [row[column] for row in rows if table != "sweep"] == [row[column] for row in written if table != "sweep"]
    assert call("show", run, "--table", table).code == 0
    assert len(json.loads(call("show", run, "--table", table, "--json").out)) == n


def test_show_prints_the_lines_that_load_the_model(folder):
    run = run_of(call("fit", "quick.yaml", "-q"))
    lines = call("show", run, "--table", "model").out
    assert call("show", run).out.endswith(f"\nThe model in Python, without regcli:\n{lines}")
    assert len(lines.splitlines()) == 4
    assert json.loads(call("show", run, "--table", "model", "--json").out)["lines"] == lines.splitlines()
    (folder / "NEW.csv").write_text("x4,x3,x2,x1\n4,3,2,1\n", encoding="utf-8")
    said = subprocess.run([sys.executable, "-c", lines], cwd=folder, capture_output=True, text=True, check=True).stdout
    want = next(csv.DictReader(io.StringIO(call("predict", run, "NEW.csv").out)))["prediction"]
    assert float(said.strip("[]\n")) == pytest.approx(float(want), rel=1e-7)
    swept = run_of(call("sweep", "quick.yaml", "-q"))
    assert call("show", swept, "--table", "model").code == 5
    assert "The model in Python" not in call("show", swept).out


def test_predict_writes_to_stdout_or_a_file(folder):
    run_of(call("fit", "quick.yaml", "-q"))
    (folder / "new.csv").write_text("x1,x2,x3,x4\n0,0,0,0\n1,2,3,4\n", encoding="utf-8")
    done = call("predict", "latest", "new.csv")
    assert [row["row"] for row in csv.DictReader(io.StringIO(done.out))] == ["0", "1"]
    assert call("predict", "latest", "new.csv", "-o", "out.csv").out == ""
    assert (folder / "out.csv").read_text(encoding="utf-8") == done.out
    assert call("predict", "latest", "new.csv", "-o", "no/where.csv").code == 2
    assert call("predict", "latest", "none.csv").code == 3
    assert call("predict", "nothing", "new.csv").code == 5


def test_predict_reads_a_pipe_keeps_columns_and_writes_other_forms(folder, monkeypatch):
    run_of(call("fit", "quick.yaml", "-q"))
    text = "id,x1,x2,x3,x4\n007,0,0,0,0\n008,1,2,3,4\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    done = call("predict", "latest", "-", "--keep", "id")
    assert [row["id"] for row in csv.DictReader(io.StringIO(done.out))] == ["007", "008"]
    (folder / "new.csv").write_text(text, encoding="utf-8")
    as_json = json.loads(call("predict", "latest", "new.csv", "--keep", "id", "--json").out)
    assert [list(row) for row in as_json] == [["row", "prediction", "id"]] * 2
    assert call("predict", "latest", "new.csv", "-o", "out.json").out == ""
    assert json.loads((folder / "out.json").read_text(encoding="utf-8"))[1]["row"] == 1
    assert call("predict", "latest", "new.csv", "-o", "out.parquet").code == 0
    assert (folder / "out.parquet").read_bytes()[:4] == b"PAR1"
    for wrong in (("-o", "out.xlsx"), ("--threshold", "0.5"), ("--json", "--format", "csv")):
        assert call("predict", "latest", "new.csv", *wrong).code == 2
    assert call("predict", "latest", "new.csv", "--keep", "none").code == 3


def test_evaluate_prints_scores_in_every_form(folder):
    run = run_of(call("fit", "quick.yaml", "-q"))
    lines = "".join(f"{i % 5},{i % 3},{i % 7},{i % 2},{i * 37 % 101}\n" for i in range(30))
    (folder / "new.csv").write_text("x1,x2,x3,x4,y\n" + lines, encoding="utf-8")
    done = call("evaluate", "latest", "new.csv")
    assert done.code == 0
    for word in ("30 rows", "null model", "mse", "worse by", "Worse than the validation's"):
        assert word in done.out
    content = json.loads(call("evaluate", run, "new.csv", "--json").out)
    assert content["n_rows"] == 30
    rows = list(csv.DictReader(io.StringIO(call("evaluate", run, "new.csv", "--format", "csv").out)))
    assert float(rows[0]["value"]) == content["metrics"]["mse"]["value"]
    assert call("evaluate", run, "new.csv", "--format", "md").out.count("|") > 50
    (folder / "old.csv").write_text("x1,x2,x3,x4\n1,1,1,1\n", encoding="utf-8")
    assert call("evaluate", run, "old.csv").code == 3


def test_schema_is_json(folder):
    assert "penalty" in json.loads(call("schema").out)["properties"]


def test_help_lists_what_works_and_shows_an_example(folder):
    text = call("--help").out
    listed = [line.split()[0] for line in text.split("Commands:")[1].splitlines() if line.strip()]
    assert listed == list(COMMANDS)
    for command in COMMANDS:
        assert f"Example: regcli {command}" in call(command, "--help").out
    assert "..." not in text.split("Commands:")[1], "a command's first line is too long for the list"


def test_version(folder):
    assert call("--version").out.startswith("regcli 0.")


@pytest.mark.parametrize("words", [(), ("fit",), ("ls",), ("baseline",), ("baseline", "set")])
def test_help_has_a_short_form(words):
    assert call(*words, "-h").out == call(*words, "--help").out != ""


def test_the_module_is_the_command(folder):
    done = subprocess.run([sys.executable, "-m", "regcli", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == call("--version").out


def test_ls_shows_only_the_last_ones_where_asked_for(folder):
    for _ in range(3):
        call("sweep", "quick.yaml", "-q", "--penalty", "ridge")
    everything = json.loads(call("ls", "--json").out)
    assert json.loads(call("ls", "--last", "2", "--json").out) == everything[:2]
    assert call("ls", "--last", "0").code == 2
