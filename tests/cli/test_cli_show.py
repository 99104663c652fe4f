"""`regcli show`: one run and its tables."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys

import pytest
from regcli_in_process import call, run_of


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
        ("stability", "feature", 4),
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


def on_terminal(*words, columns=80, **env):
    """What a command writes to a terminal of so many columns."""
    leader, follower = pty.openpty()
    settings = os.environ | {"TERM": "xterm-256color", "COLUMNS": str(columns), "LINES": "30"} | env
    code = "from regcli.cli.main import main; main()"
    process = subprocess.Popen([sys.executable, "-c", code, *words], stdout=follower, stderr=follower, env=settings)
    os.close(follower)
    written = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # it has ended
            break
        if not part:
            break
        written += part
    os.close(leader)
    assert process.wait() == 0, written
    return written.decode().replace("\r\n", "\n")


def test_a_plot_in_a_pipe_is_its_numbers(folder):
    run = run_of(call("fit", "quick.yaml", "-q"))
    with (folder / run / "sweep.csv").open(encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    lines = [line.split("\t") for line in call("show", run, "--plot", "cv").out.splitlines()]
    assert lines[0][:2] == ["lambda", "validation_mean"]
    assert [[float(a), float(b)] for a, b, *_ in lines[1:]] == [
        [float(row["lambda"]), float(row["validation_mean"])] for row in written
    ]
    assert call("show", run, "--plot", "cv", "--json").out.startswith("[")
    assert "| lambda |" in call("show", run, "--plot", "cv", "--format", "md").out
    assert "⠒⠒ validation ± SE" in call("show", run, "--plot", "cv", "--format", "table").out
    assert call("show", run, "--plot", "cv", "--table", "sweep").code == 2


def test_names_cannot_forge_columns_of_a_pipe():
    from regcli.report.render import render_plot
    from regcli.report.table import Column, Table

    sink = io.StringIO()
    render_plot(Table("", (Column("a", "a"), Column("b", "b")), (("x\ty\nz\\t", None),)), "table", sink)
    assert sink.getvalue() == "a\tb\nx\\ty\\nz\\\\t\t\n"


@pytest.mark.parametrize("columns", [60, 120])
def test_a_terminal_draws(folder, columns):
    run = run_of(call("fit", "quick.yaml", "-q"))
    drawn = on_terminal("show", run, "--plot", "gap", columns=columns, NO_COLOR="1")
    assert "non-zeros" in drawn
    assert any(0x2800 < ord(sign) < 0x2900 for sign in drawn)
    assert "\x1b[3" not in drawn  # no colour
    assert "\x1b[3" in on_terminal("show", run, columns=columns)
    plain = on_terminal("show", run, "--plot", "cv", columns=columns, PYTHONIOENCODING="ascii", NO_COLOR="1")
    assert plain.isascii()
    assert "lambda" in plain
    assert "** validation +/- SE" in plain
