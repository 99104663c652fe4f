"""Every documented exit code, provoked through the installed command."""

from __future__ import annotations

import contextlib
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from signals import as_in_a_shell, in_the_background

from regcli.run import open_run

PROGRAM = str(Path(sys.executable).with_name("regcli"))
RUNS = Path(__file__).parents[1] / "golden" / "compare" / "runs"
BUG = "import regcli.config; regcli.config.load_config = lambda *_: 1 / 0; from regcli.cli.main import main; main()"


def regcli(*arguments, program=(PROGRAM,), **more):
    done = subprocess.run([*program, *arguments], capture_output=True, encoding="utf-8", check=False, timeout=60, **more)
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize(
    ("code", "arguments", "last_line"),
    [
        (0, ("fit", "quick.yaml", "-q"), ""),
        (1, ("compare", "a", "b", "--fail-if", "validation.mse.change > 2%"), "error: gate 'validation.mse.change > 2%' fails"),
        (2, ("fit", "quick.yaml", "--set", "penalty=laso"), "error: --set penalty=laso"),
        (2, ("predict",), "error: regcli predict: RUN is missing"),
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


# Ridge is done in no time; what follows has no end in sight.
RATIOS = ", ".join(f"{i / 100}" for i in range(1, 100))
LONG = f"{{kind: elasticnet, l1_ratio: [{RATIOS}], lambdas: {{count: 10000, stop: never}}}}"
SET = (f"penalty=[ridge, {LONG}]", "dataset.n_features=30", "dataset.n_samples=200", "execution.jobs=1")
ENDLESS = ("fit", "quick.yaml", *(word for setting in SET for word in ("--set", setting)))


@contextlib.contextmanager
def under_way(folder, signals, *more, kept=4):
    """A run that would take for ever, once so many pieces of its first path have been written down."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([PROGRAM, *ENDLESS, *more], cwd=folder, preexec_fn=signals, **pipes) as process:  # noqa: PLW1509
        end = time.monotonic() + 120
        while (
            len(list(folder.glob("runs/2*/pieces/*-ridge-0-*.npz"))) < kept and time.monotonic() < end and process.poll() is None
        ):
            time.sleep(0.05)
        yield process
        process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "engine"), [("SIGINT", "auto"), ("SIGTERM", "reference"), ("SIGHUP", "auto")])
def test_an_interrupt_keeps_what_is_finished_and_says_so(folder, number, engine):
    with under_way(folder, as_in_a_shell, "--set", f"execution.engine={engine}", kept=4 if engine == "auto" else 1) as process:
        process.send_signal(getattr(signal, number))
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    last, remedy = [line for line in err.splitlines() if " fits (" not in line]
    run = open_run("latest", folder / "runs")
    assert remedy == f"try: regcli resume runs/{run.path.name}"
    head, kept = last.split(" keeps what is finished: ")
    assert head == f"error: interrupted: runs/{run.path.name}"
    assert (run.status, run.manifest["reason"]) == ("interrupted", f"interrupted by the user: {kept}")
    paths, folds = map(int, re.fullmatch(r"(\d+) of 100 paths on all training rows, (\d+) of 300 on folds", kept).groups())
    assert 1 <= paths < 100
    # the one engine fits a path on all sets, the other every path on all training rows first
    assert folds == (3 * paths if engine == "auto" else 0)
    assert run.path_coefficients()["penalty"][0] == "ridge"
    assert (run.path / "config.resolved.yaml").exists()
    if engine == "auto":
        table = run.folds()
        assert set(table["fold"][table["penalty"] == "ridge"]) == {"0", "1", "2"}


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_kill_loses_no_finished_piece(folder):
    with under_way(folder, as_in_a_shell) as process:
        process.kill()
        process.communicate(timeout=60)
    run = open_run("latest", folder / "runs")
    assert run.status == "running"
    assert len(list((run.path / "pieces").glob("*-linear-0-ridge-0-*.npz"))) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_in_the_background_only_a_request_to_end_interrupts(folder):
    with under_way(folder, in_the_background) as process:
        process.send_signal(signal.SIGINT)
        time.sleep(1.0)
        assert process.poll() is None, "the shell said that Ctrl-C is not meant for this one"
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert open_run("latest", folder / "runs").status == "interrupted"
