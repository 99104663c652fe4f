"""`compare` and `baseline`: gates, formats, references by name, and what goes where."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from regcli_in_process import call

RUNS = Path(__file__).parents[1] / "golden" / "compare" / "runs"
WORSE = ("validation.mse.change > 2%", "n_nonzero.change < -1")


def gates(*texts):
    return [part for text in texts for part in ("--fail-if", text)]


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REGCLI_RUNS", raising=False)
    for name in ("reference", "worse"):
        run_id = json.loads((RUNS / name / "manifest.json").read_text(encoding="utf-8"))["id"]
        shutil.copytree(RUNS / name, tmp_path / "runs" / run_id)
    return tmp_path / "runs"


A, B = "20261121T090000Z-reference-000000", "20261121T090000Z-worse-000000"


def test_without_gates_worse_is_no_failure(runs):
    done = call("compare", A, B)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("B is worse: validation mse ")


def test_the_reason_of_the_worst_failure_is_the_last_line(runs):
    done = call("compare", A, B, *gates("validation.mse.change > 40%", "n_nonzero.change < -1", "support.jaccard < 0"))
    assert done.code == 1
    lines = done.err.splitlines()
    assert [line.split("'")[1] for line in lines] == ["validation.mse.change > 40%", "n_nonzero.change < -1"]
    assert lines[-1] == "error: gate 'n_nonzero.change < -1' fails: n_nonzero.change is -7"
    assert "2 of 3 gates fail" in done.out.splitlines()[0]
    assert call("compare", A, B, *gates(*WORSE), "-q").err.count("\n") == 2


def test_gates_from_a_file(runs):
    Path("gates.yaml").write_text("- validation.mse.change > 2%\n- gap.relative > 50%\n", encoding="utf-8")
    content = json.loads(call("compare", A, B, "--gate", "gates.yaml", "--json").out)
    assert [(gate["gate"], gate["where"], gate["failed"]) for gate in content["gates"]] == [
        ("validation.mse.change > 2%", "gates.yaml:1:3", True), ("gap.relative > 50%", "gates.yaml:2:3", False),
    ]  # fmt: skip
    Path("gates.yaml").write_text("- validation.mse.change is large\n- 3\n", encoding="utf-8")
    done = call("compare", A, B, "--gate", "gates.yaml")
    assert done.code == 2
    assert "gates.yaml:1:3" in done.err
    assert "gates.yaml:2:3" in done.err
    assert call("compare", A, B, "--gate", "none.yaml").code == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (gates("validation.mze.change > 2%"), "did you mean 'validation.mse.change'?"),
        (gates("what"), "a gate reads NAME OP NUMBER[%]"),
        (("--all", "--only-changed"), "Give one of the two"),
        (("--json", "--format", "github"), "Give one of the two"),
        (("--precision", "0"), "it must be at least 1"),
        (("--junit", "no/where.xml"), "Give another one with --junit"),
    ],
)
def test_usage_errors_are_two(runs, options, words):
    done = call("compare", A, B, *options)
    assert (done.code, done.out) == (2, "")
    assert words.lower() in done.err.lower()


def test_json_has_every_row_whatever_is_shown(runs):
    everything = json.loads(call("compare", A, B, "--all", "--json").out)
    assert everything == json.loads(call("compare", A, B, "--only-changed", "--json").out)
    keys = {"name", "section", "label", "a", "b", "change", "change_percent", "value", "mark", "note"}
    assert all(keys <= set(row) for row in everything["rows"])
    assert {"a", "b", "verdict", "remarks", "failed", "rows", "gates"} == set(everything)
    names = [row["name"] for row in everything["rows"]]
    assert len(names) == len(set(names))


def test_every_printed_number_can_be_gated(runs):
    content = json.loads(call("compare", A, B, "--json").out)
    numbers = [row["name"] for row in content["rows"] if not isinstance(row["a"], str) and not isinstance(row["b"], str)]
    changes = [f"{row['name']}.change" for row in content["rows"] if row["change"] is not None]
    held = call("compare", A, B, *gates(*(f"{name} == 12345" for name in [*numbers, *changes])), "--json")
    assert held.code in {0, 1}, held.err
    found = {gate["name"]: gate["value"] for gate in json.loads(held.out)["gates"]}
    for row in content["rows"]:
        if row["change"] is not None:
            assert found[f"{row['name']}.change"] == row["change"]
            assert found[row["name"]] == row["b"]


def test_more_digits(runs):
    assert re.search(r"validation mse\s+\d{4}\s+\d{4}\s", call("compare", A, B).out)
    wide = call("compare", A, B, "--precision", "8").out
    assert re.search(r"validation mse\s+\d{4}\.\d{4}\s+\d{4}\.\d{4}", wide)


def test_a_junit_report_has_a_case_for_each_gate(runs):
    done = call("compare", A, B, *gates(*WORSE, "gap.relative > 50%"), "--junit", "report.xml")
    assert done.code == 1
    suite = ET.parse("report.xml").getroot().find("testsuite")
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("regcli compare", "4", "2")
    cases = {case.get("name"): case.find("failure") for case in suite.findall("testcase")}
    assert cases.pop("comparable") is None
    assert [name for name, failure in cases.items() if failure is not None] == list(WORSE)
    assert "fails: validation.mse.change is +" in cases[WORSE[0]].get("message")
    call("compare", A, B, "--junit", "report.xml")
    assert [case.get("name") for case in ET.parse("report.xml").iter("testcase")] == ["comparable"]


def test_a_summary_for_github(runs):
    done = call("compare", A, B, *gates(*WORSE, "gap.relative > 50%"), "--format", "github")
    lines = done.out.splitlines()
    assert lines[0] == "<!-- regcli-compare: diabetes -->"
    assert sum(line.startswith("| ❌ | ") for line in lines) == 2
    assert sum(line.startswith("| ✅ | ") for line in lines) == 1
    errors = [line for line in lines if line.startswith("::error ")]
    assert len(errors) == 2
    assert errors[0].startswith("::error title=regcli%3A validation.mse.change > 2%25::gate 'validation.mse.change > 2%25' fails")
    assert lines[-1] == "-->"
    assert "<details>" in done.out
    assert done.err.splitlines()[-1].startswith("error: gate ")


def test_ten_errors_at_most(runs):
    many = [f"validation.mse.change > {n}" for n in range(12)]
    errors = [line for line in call("compare", A, B, *gates(*many), "--format", "github").out.splitlines() if line[:2] == "::"]
    assert len(errors) == 10
    assert "3 more gates fail" in errors[-1]


def test_a_summary_in_a_file_leaves_the_errors_to_the_runner(runs):
    code = "from regcli.cli.main import main; main()"
    command = [sys.executable, "-c", code, "compare", A, B, *gates(WORSE[0]), "--format", "github"]
    env = os.environ | {"PYTHONIOENCODING": "utf-8"}
    with Path("summary.md").open("a", encoding="utf-8") as file:
        done = subprocess.run(command, stdout=file, stderr=subprocess.PIPE, text=True, encoding="utf-8", check=False, env=env)
    assert done.returncode == 1
    first, last = done.stderr.splitlines()
    assert first.startswith("::error title=regcli%3A ")
    assert last.startswith("error: gate ")
    summary = Path("summary.md").read_text(encoding="utf-8")
    assert "::error" not in summary
    assert summary.startswith("<!-- regcli-compare: diabetes -->")


def test_a_baseline_is_set_listed_used_and_forgotten(runs):
    assert "No baselines" in call("baseline", "ls").out
    done = call("baseline", "set", "main", A)
    assert (done.code, done.out, done.err) == (0, "", f"baseline:main is runs/{A}\n")
    assert json.loads((runs / "baselines" / "main").read_text(encoding="utf-8"))["run"] == A
    (row,) = json.loads(call("baseline", "ls", "--json").out)
    assert (row["baseline"], row["run"], row["metric"], row["exists"]) == ("main", f"runs/{A}", "mse", True)
    assert json.loads(call("compare", "baseline:main", B, "--json").out)["a"] == f"runs/{A}"
    assert call("show", "baseline:main", "--json").code == 0
    assert call("baseline", "rm", "main").code == 0
    assert call("baseline", "rm", "main").code == 5
    assert (runs / A).is_dir()


def test_setting_a_baseline_again_replaces_it(runs):
    call("baseline", "set", "main", A, "-q")
    assert call("baseline", "set", "main", B, "-q").err == ""
    assert json.loads(call("baseline", "ls", "--json").out)[0]["run"] == f"runs/{B}"


@pytest.mark.parametrize("name", ["", "a b", "../x", ".lock", "a/b", "-x", "é"])
def test_names_that_are_no_names(runs, name):
    done = call("baseline", "set", "--", name, A)
    assert done.code == 2
    assert "no name for a baseline" in done.err
    assert not (runs / "baselines").exists()


def test_a_run_without_results_is_no_baseline(runs):
    shutil.copytree(RUNS / "failed", runs / "20261121T090000Z-failed-000000")
    assert call("baseline", "set", "main", "20261121T090000Z-failed").code == 5
    assert call("baseline", "ls", "--json").out == "[]\n"


def test_where_no_baseline_exists_yet(runs):
    done = call("compare", "baseline:main", B, *gates(*WORSE))
    assert (done.code, done.out) == (5, "")
    assert "regcli baseline set main RUN" in done.err
    assert "--allow-missing-baseline" in done.err


@pytest.mark.parametrize("form", ["table", "json", "csv", "md", "github"])
def test_a_missing_baseline_may_be_allowed(runs, form):
    done = call("compare", "baseline:main", B, *gates(*WORSE), "--allow-missing-baseline", "--format", form, "--junit", "r.xml")
    assert done.code == 0
    assert done.err.startswith("There is nothing to compare with yet: baseline:main is not set in runs")
    if form == "json":
        assert json.loads(done.out)["rows"] == []
    elif form == "csv":
        assert done.out == "name,section,label,a,b,change,change_percent,value,mark,note,detectable\n"
    else:
        assert "nothing to compare with yet" in done.out
    assert ET.parse("r.xml").getroot().find("testsuite").get("skipped") == "1"


def test_only_the_reference_may_be_missing(runs):
    assert call("compare", "baseline:main", "nowhere", "--allow-missing-baseline").code == 5
    assert call("compare", "nowhere", B, "--allow-missing-baseline").code == 5
    assert call("compare", A, "baseline:main", "--allow-missing-baseline").code == 5
    assert call("compare", "baseline:main", B, "--allow-missing-baseline", *gates("x")).code == 2


def test_a_baseline_whose_run_is_gone_or_another(runs):
    call("baseline", "set", "main", A)
    shutil.rmtree(runs / A)
    done = call("compare", "baseline:main", B, "--allow-missing-baseline")
    assert done.code == 5
    assert f"its run runs/{A} is gone" in done.err
    assert json.loads(call("baseline", "ls", "--json").out)[0]["exists"] is False
    shutil.copytree(runs / B, runs / A)
    done = call("compare", "baseline:main", B)
    assert done.code == 5
    assert "now holds the run" in done.err


def test_a_damaged_baseline(runs):
    call("baseline", "set", "main", A)
    (runs / "baselines" / "main").write_text("{", encoding="utf-8")
    done = call("compare", "baseline:main", B)
    assert done.code == 5
    assert "cannot be read" in done.err
    assert call("baseline", "set", "main", A).code == 0


def test_a_copied_run_is_a_reference_too(runs, tmp_path):
    shutil.copytree(RUNS / "reference", tmp_path / "artefact")
    assert call("compare", "artefact", B).code == 0
    assert call("baseline", "set", "ci", "artefact").code == 0
    assert json.loads((runs / "baselines" / "ci").read_text(encoding="utf-8"))["run"] == "../artefact"
    assert json.loads(call("compare", "baseline:ci", B, "--json").out)["a"] == "artefact"


def test_new_rows_are_scored_by_both(folder):
    for penalty in ("lasso", "ridge"):
        assert call("fit", "quick.yaml", "-q", "--set", f"penalty={penalty}").code == 0
    lines = "".join(f"{i % 5},{i % 3},{i % 7},{i % 2},{i * 37 % 101}\n" for i in range(30))
    (folder / "new.csv").write_text("x1,x2,x3,x4,y\n" + lines, encoding="utf-8")
    done = call("compare", "latest~1", "latest", "--on", "new.csv", "--json", *gates("on.mse.change > 1000%"))
    assert done.code == 0
    content = json.loads(done.out)
    row = next(row for row in content["rows"] if row["name"] == "on.mse")
    assert (row["section"], row["label"]) == ("New rows", "mse on new rows")
    assert "on new.csv: mse on new rows" in content["verdict"]
    found = [json.loads(call("evaluate", run, "new.csv", "--json").out) for run in ("latest~1", "latest")]
    assert [row["a"], row["b"]] == [one["metrics"]["mse"]["value"] for one in found]
    assert call("compare", "latest~1", "latest", *gates("on.mse.change > 1%")).code == 2
    assert call("compare", "latest~1", "latest", "--on", "none.csv").code == 3


def test_a_word_is_explained_without_any_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for command in ("compare", "show"):
        done = call(command, "--explain", "validation.mse")
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("validation\n  Mean over folds")
        assert "\nmse\n  Mean squared error" in done.out
    done = call("compare", "--explain", "nonsense")
    assert (done.code, done.out) == (2, "")


def test_a_run_against_itself(runs):
    done = call("compare", "--aa", A, "--json")
    assert (done.code, done.err) == (0, "")
    counted = json.loads(done.out)
    assert [row["metric"] for row in counted] == ["mse", "mae", "r2"]
    assert all(row["worse"] + row["better"] < 0.25 * row["halvings"] < row["beyond_se"] for row in counted)
    assert call("compare", "--aa", A, "--json").out == done.out
    assert call("compare", "--aa", A, B).code == 2
    assert call("compare", "--aa", "nowhere").code == 5


def test_two_runs_are_needed(runs):
    done = call("compare", A)
    assert done.code == 2
    assert "Missing argument 'B'" in done.err


def test_a_margin_by_option_or_among_the_gates(runs):
    def main(*options):
        done = call("compare", A, B, "--json", *options)
        assert done.code == 0, done.err
        content = json.loads(done.out)
        return content["rows"][0]["mark"], content["verdict"]

    assert main()[0] == "worse"
    assert main("--margin", "41%")[0] == "worse"
    mark, verdict = main("--margin", "42%")
    assert mark == "within margin"
    assert verdict.startswith("B is as good as A within the margin of 42%: validation mse 2863 → 4057, +41.69% (p = 0.0083")
    Path("gates.yaml").write_text("- gap.relative > 50%\n- margin: 42%\n", encoding="utf-8")
    assert main("--gate", "gates.yaml")[0] == "within margin"
    assert main("--gate", "gates.yaml", "--margin", "1%")[0] == "worse"
    Path("other.yaml").write_text("- margin: 1%\n", encoding="utf-8")
    done = call("compare", A, B, "--gate", "gates.yaml", "--gate", "other.yaml")
    assert done.code == 2
    assert "42% (gates.yaml:2:3) and 1% (other.yaml:1:3)" in done.err
    for wrong in ("1", "-1%", "x"):
        assert call("compare", A, B, "--margin", wrong).code == 2
    Path("gates.yaml").write_text("- margin: 0.01\n- margin: [1]\n- {margin: 1%, other: 2}\n", encoding="utf-8")
    done = call("compare", A, B, "--gate", "gates.yaml")
    assert done.code == 2
    assert all(f"gates.yaml:{line}:3" in done.err for line in (1, 2, 3))


def test_what_could_have_been_told_can_be_gated(runs):
    content = json.loads(call("compare", A, B, "--json").out)
    main = content["rows"][0]
    assert 0 < main["detectable"] < main["change"]
    held = call("compare", A, B, "--fail-if", "validation.mse.detectable > 25%", "--json")
    (gate,) = json.loads(held.out)["gates"]
    assert gate["value"] == pytest.approx(main["detectable_percent"])
    assert gate["failed"]
    assert "could tell" in call("compare", A, B, "--all").out.split("\n")[4]
