"""Terminals narrow and dumb, streams without Greek letters, progress, completion: what commands do to their surroundings."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from regcli_in_process import call

from regcli.cli import progress

regcli = str(Path(sys.executable).with_name("regcli"))
RUNS = Path(__file__).parents[1] / "golden" / "compare" / "runs"
A, B = "20261121T090000Z-reference-000000", "20261121T090000Z-worse-000000"


@pytest.fixture
def runs(folder):
    for name, source in ((A, "reference"), (B, "worse")):
        shutil.copytree(RUNS / source, folder / "runs" / name)
    return folder / "runs"


def on_terminal(columns, *arguments, **env):
    """What a command writes to a terminal of this width."""
    fcntl, pty, struct, termios = (pytest.importorskip(name) for name in ("fcntl", "pty", "struct", "termios"))
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    around = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "NO_COLOR", "PYTHONIOENCODING"}}
    around |= {"TERM": "xterm", "LANG": "C.UTF-8"} | env
    process = subprocess.Popen([regcli, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=around)
    os.close(theirs)
    written = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux says so where the other side has closed
            break
        if not part:
            break
        written += part
    os.close(ours)
    assert process.wait(timeout=60) == 0
    return written.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [40, 120])
def test_a_comparison_fits_its_terminal_and_no_number_is_cut(runs, columns):
    text = re.sub(r"\x1b\[[\d;]*m", "", on_terminal(columns, "compare", A, B))
    assert max(map(len, text.splitlines())) <= columns
    row = next(line for line in text.splitlines() if line.startswith("  valid") and " 4057 " in line)
    assert "✗ worse" in row
    assert ("p = " in row) == (columns == 120)
    assert ("room: change, %, note" in " ".join(text.split())) == (columns == 40)


@pytest.mark.parametrize(("columns", "first"), [(50, "run status"), (60, "run status validation"), (100, "run status dataset")])
def test_a_list_of_runs_keeps_what_tells_them_apart(runs, columns, first):
    text = re.sub(r"\x1b\[[\d;]*m", "", on_terminal(columns, "ls"))
    assert max(map(len, text.splitlines())) <= columns
    assert " ".join(text.splitlines()[0].split()).startswith(first)


def test_colours_are_for_terminals_that_want_them(runs):
    assert "\x1b[31m  validation mse" in on_terminal(100, "compare", A, B)
    assert "\x1b[31m" not in on_terminal(100, "compare", A, B, NO_COLOR="1")
    assert "\x1b" not in call("compare", A, B).out


@pytest.mark.parametrize("env", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_a_stream_that_knows_only_ascii(runs, env):
    done = subprocess.run([regcli, "compare", A, B], capture_output=True, env=os.environ | env, check=False)
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode("ascii")
    assert "x worse" in text
    assert "lambda" in text
    assert "?" not in text
    done = subprocess.run([regcli, "compare", A, B, "--format", "github"], capture_output=True, env=os.environ | env, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode("ascii").startswith("<!-- regcli-compare")


def test_a_pipe_gets_whole_lines(runs):
    text = call("compare", A, B).out
    assert "p = " in next(line for line in text.splitlines() if line.startswith("  validation mse "))
    assert f"B: runs/{B}" in text.splitlines()


def test_verbose_tells_the_stages_with_their_seconds(folder):
    done = call("fit", "quick.yaml", "--verbose")
    stages = re.findall(r"^INFO ([a-z -]+): \d+\.\d\d s$", done.err, re.MULTILINE)
    assert stages[:5] == ["loading", "planning", "cross-validation", "selection", "refit and test"]  # then the audits
    assert stages[-2:] == ["writing", "report"]
    contradiction = call("fit", "quick.yaml", "--verbose", "--quiet")
    assert contradiction.code == 2
    assert "--quiet contradicts --verbose" in contradiction.err


def test_a_missing_file_is_named_before_anything_heavy_is_imported(folder):
    config = "version: 1\ndataset: {kind: csv, path: none.csv, target: y}\npenalty: lasso\n"
    (folder / "c.yaml").write_text(config, encoding="utf-8")
    code = "import sys\nfrom regcli.cli.main import main\ntry:\n    main()\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    for words in (["c.yaml"], ["nowhere.yaml"], ["--data", "none.csv", "--target", "y"]):
        program = [sys.executable, "-c", code, "fit", *words]
        done = subprocess.run(program, capture_output=True, text=True, check=False, cwd=folder)
        assert "there is no such file" in done.stderr
        assert sorted((HEAVY | {"pyarrow"}) & set(done.stderr.split())) == []


def test_quiet_has_no_progress():
    with progress.progress_on_stderr(quiet=True) as show:
        assert show is None


def test_a_terminal_has_a_bar_that_goes_away(folder):
    text = on_terminal(100, "fit", str(folder / "quick.yaml"), "--runs", str(folder / "runs"))
    assert "starting" not in text
    assert "Selected:" in text


def completed(words, cwd):
    env = os.environ | {"_REGCLI_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    done = subprocess.run([regcli], capture_output=True, text=True, env=env, cwd=cwd, check=False)
    return done.stdout.split()


def test_the_shell_completes_runs_and_baselines(runs, folder):
    call("baseline", "set", "main", A, "-q")
    assert completed("regcli compare ", folder) == ["latest", B, A, "baseline:main"]
    assert completed("regcli show ba", folder) == ["baseline:main"]
    assert completed("regcli predict 2026", folder) == [B, A]
    assert completed("regcli baseline rm ", folder) == ["main"]
    assert completed("regcli show --runs elsewhere ", folder) == ["latest"]


HEAVY = {"joblib", "pandas", "scipy", "sklearn", "skops"}


@pytest.mark.parametrize(
    ("command", "spared"),
    [
        (["--help"], HEAVY | {"numpy", "pyarrow", "yaml"}),
        (["ls"], HEAVY | {"pyarrow", "yaml"}),
        (["ls", "--json"], HEAVY | {"pyarrow", "rich", "yaml"}),
        (["baseline", "ls"], HEAVY | {"pyarrow", "yaml"}),
        (["show", A], HEAVY | {"yaml"}),
        (["show", A, "--table", "coefficients"], HEAVY | {"yaml"}),
        (["schema"], HEAVY | {"pyarrow"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_imports_only_what_it_needs(runs, command, spared):
    code = "import sys\nfrom regcli.cli.main import main\ntry:\n    main()\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=True)
    assert sorted(spared & set(done.stderr.split())) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_output_that_finds_no_room_is_no_bug(folder):
    with Path("/dev/full").open("w") as full:
        for command in (["schema"], ["ls"], ["fit", "quick.yaml", "-q"]):
            done = subprocess.run([regcli, *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=folder)
            assert done.returncode == 2, done.stderr
            assert done.stderr.startswith("error: the output cannot be written: ")
            assert done.stderr.count("\n") == 1


def test_streams_that_are_closed_are_nowhere(folder):
    for redirection in (">&-", "2>&-", ">&- 2>&-"):
        done = subprocess.run(f"'{regcli}' ls {redirection}", shell=True, capture_output=True, text=True, check=False, cwd=folder)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""


@pytest.mark.parametrize("words", [("ls", "--format", "xml"), ("show", "x", "--table", "foo"), ("fit", "--task", "foo")])
def test_a_wrong_choice_is_told_with_the_choices(folder, words):
    done = call(*words)
    assert done.code == 2
    assert f"'{words[-1]}' is not known. Allowed: " in done.err
    assert "Value error" not in done.err


def test_what_libraries_warn_of_is_for_the_log():
    program = "import warnings; from regcli.cli import main; main.app = lambda **_: warnings.warn('of no concern'); main.main()"
    done = subprocess.run([sys.executable, "-W", "always", "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""


@pytest.mark.parametrize(("given", "says"), [("<&-", "it is closed"), ("0> out.txt", "it cannot be read: Bad file descriptor")])
def test_a_standard_input_that_gives_nothing_is_told(runs, given, says):
    typed = f"'{regcli}' predict {A} - {given}"
    done = subprocess.run(typed, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert done.stderr == f"error: standard input: {says}. Pipe a CSV file with a header into it.\n"
