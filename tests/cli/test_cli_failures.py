"""How commands end when something is wrong: code, message, and what is left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from regcli_in_process import call

from regcli.run import open_run


def regcli(*arguments, **more):
    command = [sys.executable, "-c", "from regcli.cli.main import main; main()", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", **more)


@pytest.mark.parametrize(
    ("config", "code", "message"),
    [
        ("version: 1\ndataset: {kind: csv, path: no.csv, target: y}\npenalty: ridge\n", 3, "no.csv"),
        ("version: 1\ndataset: {kind: make_regression}\npenalty: laso\n", 2, "bad.yaml:3:"),
        ("version: 1\ndataset: {kind: make_regression, n_samples: 3}\npenalty: ridge\ncv: {n_splits: 5}\n", 3, "rows"),
        ("", 2, "empty"),
    ],
)
def test_a_mistake_is_one_paragraph_and_leaves_no_run(folder, config, code, message):
    (folder / "bad.yaml").write_text(config, encoding="utf-8")
    for command in ("fit", "sweep", "validate"):
        done = call(command, "bad.yaml")
        assert done.code == code, done.err
        assert message in done.err
        assert done.err.startswith("error: ")
        assert done.err.count("\n") == 1
        assert done.out == ""
        assert "Traceback" not in done.err
    assert not (folder / "runs").exists()


@pytest.mark.parametrize(
    "arguments",
    [("predict",), ("fit", "a", "b"), ("fite",), ("ls", "--no"), ("show", "x", "--table", "y"), ("ls", "--format", "x")],
)
def test_usage_errors_are_two(folder, arguments):
    done = call(*arguments)
    assert done.code == 2
    assert done.err.startswith(f"error: regcli{'' if arguments[0] == 'fite' else f' {arguments[0]}'}: ")


def test_two_formats_contradict_each_other(folder):
    assert call("ls", "--json", "--format", "csv").code == 2


def test_where_nothing_converges_the_run_is_kept_as_failed(folder):
    done = call("fit", "quick.yaml", "--set", "penalty=lasso", "--set", "model.tol=1e-300", "--set", "model.max_iter=1")
    assert done.code == 4, done.err
    assert "error: " in done.err
    run = open_run("latest", Path("runs"))
    assert run.status == "failed"
    assert "converge" in run.manifest["reason"]
    assert not (run.path / "sweep.csv").exists()
    shown = call("show", "latest")
    assert shown.code == 0
    assert "failed" in shown.out
    assert call("show", "latest", "--table", "sweep").code == 5


def test_a_bug_within_a_run_is_one_line_and_seventy(folder, monkeypatch):
    monkeypatch.setattr("regcli.engine.run", lambda *_, **__: 1 / 0)
    done = call("fit", "quick.yaml")
    assert done.code == 70
    assert done.err.count("\n") == 1
    assert "bug in regcli" in done.err
    log = Path(done.err.split(" is in ")[1].strip())
    assert log.name == "log.txt"
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
    assert open_run("latest", Path("runs")).status == "failed"


def test_a_bug_before_there_is_a_run_has_a_file_of_its_own(folder, monkeypatch, tmp_path):
    monkeypatch.setattr("regcli.config.load_config", lambda *_: 1 / 0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    done = call("fit", "quick.yaml")
    assert done.code == 70
    log = Path(done.err.split(" is in ")[1].strip())
    assert log.name.startswith("regcli-bug-")
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
    assert not (folder / "runs").exists()


def test_an_interrupt_is_told_in_the_manifest(folder, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("regcli.engine.run", interrupt)
    done = call("fit", "quick.yaml")
    assert done.code == 130
    run = open_run("latest", Path("runs"))
    assert done.err == f"error: interrupted: nothing was finished yet; {run.path} keeps the configuration and the log\n"
    assert run.status == "interrupted"


def test_a_closed_pipe_is_no_error(folder):
    call("fit", "quick.yaml", "-q", "--set", "cv.n_splits=20", "--set", "lambdas.count=100")
    with regcli("show", "latest", "--table", "folds", cwd=folder) as process:
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        process.wait(timeout=30)
    assert err == ""
    assert process.returncode == 0


def test_a_stream_without_greek_letters_still_gets_its_table(folder):
    call("fit", "quick.yaml", "-q")
    done = call("show", "latest", encoding="ascii")
    assert done.code == 0, done.err
    assert "lambda" in done.out
    assert "+/- SE" in done.out
    assert "?" not in done.out


def test_help_imports_nothing_heavy():
    code = "import sys, regcli.cli.main; print(*sorted(m for m in sys.modules if '.' not in m))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "pandas", "scipy", "sklearn", "pydantic", "yaml", "pyarrow", "rich", "joblib", "skops"} & set(out)
