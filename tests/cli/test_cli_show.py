"""`regcli show`: one run and its tables."""

from __future__ import annotations

import csv
import io
import json
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
