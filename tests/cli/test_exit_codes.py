"""Every documented exit code, provoked through the installed command."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from regcli.run import open_run

REGCLI = str(Path(sys.executable).with_name("regcli"))
RUNS = Path(__file__).parents[1] / "golden" / "compare" / "runs"
BUG = "import regcli.config; regcli.config.load_config = lambda *_: 1 / 0; from regcli.cli.main import main; main()"


def regcli(*arguments, program=(REGCLI,), **more):
    done = subprocess.run([*program, *arguments], capture_output=True, encoding="utf-8", check=False, timeout=60, **more)
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize(
    ("code", "arguments", "last_line"),
    [
        (0, ("fit", "quick.yaml", "-q"), ""),
        (1, ("compare", "a", "b", "--fail-if", "validation.mse.change > 2%"), "error: gate 'validation.mse.change > 2%' fails"),
        (2, ("fit", "quick.yaml", "--set", "penalty=laso"), "error: --set penalty=laso"),
        (2, ("predict",), "Error: Missing argument"),
        (3, ("fit", "quick.yaml", "--set", "dataset={kind: csv, path: none.csv, target: y}"), "error: none.csv"),
        (4, ("fit", "quick.yaml", "--set", "penalty=lasso", "--set", "model.tol=1e-300"), "error: none of the 6 grid points"),
        (5, ("show", "nowhere"), "error: nowhere: there is no such run"),
    ],
)
def test_each_code_has_its_cause(folder, code, arguments, last_line):
    for name, source in (("a", "reference"), ("b", "worse")):
        shutil.copytree(RUNS / source, folder / name)
    done = regcli(*arguments, cwd=folder)
    assert done.returncode == code, done.stderr
    assert [*done.stderr.splitlines(), ""][-2 if done.stderr else -1].startswith(last_line)


def test_seventy_is_a_bug_told_in_one_line(folder, tmp_path):
    done = regcli("fit", "quick.yaml", program=(sys.executable, "-c", BUG), cwd=folder, env={"TMPDIR": str(tmp_path)})
    assert done.returncode == 70
    assert done.stderr.startswith("error: a bug in regcli (ZeroDivisionError): the traceback is in ")
    assert done.stderr.count("\n") == 1
    assert "ZeroDivisionError" in Path(done.stderr.split(" is in ")[1].strip()).read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_an_interrupt_keeps_what_is_finished_and_says_so(folder):
    # Repeats without end in sight: by the time the log tells of the plan, folds are being walked while thousands wait.
    more = ("--set", "cv={kind: kfold, n_splits: 2, repeats: 4000}", "--set", "execution.jobs=1")
    command = [REGCLI, "fit", "quick.yaml", *more]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        end = time.monotonic() + 30
        while not list(folder.glob("runs/2*/config.resolved.yaml")) and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    (last,) = err.splitlines()
    assert last.startswith("error: interrupted")
    run = open_run("latest", folder / "runs")
    assert str(run.path.name) in last
    assert run.status == "interrupted"
    assert (run.path / "config.resolved.yaml").exists()
    if "finished folds" in last:
        assert (run.path / "folds.csv").exists()
