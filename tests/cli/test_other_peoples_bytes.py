"""Names and cells that would act on a screen: nothing of them reaches one, in any command and format."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from regcli_in_process import call

NASTY = (
    "\x1b[31mred", "\x9b2Jclear", "bell\x07", "two\nlines", "carriage\rreturn", "\u202egnp.exe", "iso\u2066late",
    "zero\u200bwidth", "::error::forged", "##[error]forged", "a|b", "<img src=x>", "`code`", "tab\there", "del\x7f",
    "line\u2028end", "*bold*", "100%0A", "--><i>",
)  # fmt: skip
# Everything that acts, but the line ends which structure the output.
ACTS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e\u2066\u200b]")
COMMAND = re.compile(r"^\s*::(?!error title=)|##\[", re.MULTILINE)


def table_of(seed):
    """Rows with a text column of nasty levels and numbers under nasty names."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(90, len(NASTY)))
    level = rng.integers(0, 6, 90)
    y = X @ rng.normal(size=len(NASTY)) + level + rng.normal(size=90)
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow([*NASTY, "level\x1b", "y\u202e"])
    writer.writerows([*map(repr, map(float, x)), NASTY[c], repr(float(t))] for x, c, t in zip(X, level, y, strict=True))
    return sink.getvalue()


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two runs on such tables, and what the commands said."""
    folder = tmp_path_factory.mktemp("nasty")
    done = []
    for seed in (0, 1):
        (folder / f"{seed}.csv").write_text(table_of(seed), encoding="utf-8", newline="")
        config = {
            "version": 1, "name": "nasty", "dataset": {"kind": "csv", "path": f"{seed}.csv", "target": "y\u202e"},
            "penalty": "lasso", "lambdas": {"count": 8}, "cv": {"n_splits": 3},
        }  # fmt: skip
        (folder / f"{seed}.yaml").write_text(json.dumps(config), encoding="utf-8")
        done.append(call("fit", folder / f"{seed}.yaml", "--runs", folder / "runs"))
        assert done[-1].code == 0, done[-1].err
    return folder, [Path(d.out.strip()) for d in done], [d.err for d in done]


def harmless_all(*texts):
    for text in texts:
        assert not ACTS.search(text), repr(ACTS.search(text))
        assert not COMMAND.search(text), repr(COMMAND.search(text))


def test_what_fit_says_and_logs(runs):
    _, paths, said = runs
    harmless_all(*said, *((path / "log.txt").read_text(encoding="utf-8") for path in paths))
    shown = call("show", paths[0], "--table", "coefficients").out
    assert "\\x1b[31mred" in shown
    assert "level\\x1b=two\\nlines" in shown


@pytest.mark.parametrize("form", ["table", "md", "json"])
@pytest.mark.parametrize("table", [None, "coefficients", "metrics", "sweep", "folds"])
def test_show(runs, form, table):
    _, (path, _), _ = runs
    done = call("show", path, "--format", form, *(["--table", table] if table else []))
    assert done.code == 0, done.err
    if form != "json":
        harmless_all(done.out)
    else:
        assert not ACTS.search(done.out)
    if table == "coefficients" and form == "json":
        assert set(NASTY) <= {row["feature"] for row in json.loads(done.out)}


@pytest.mark.parametrize("form", ["table", "md", "github"])
def test_compare(runs, form, tmp_path):
    _, (a, b), _ = runs
    gate = "validation.mse.change > -1000%"
    done = call("compare", a, b, "--all", "--format", form, "--junit", tmp_path / "j.xml", "--fail-if", gate)
    assert done.code == 1, done.err
    harmless_all(done.out, done.err)
    if form != "table":
        page = re.sub("<!--.*?--!?>", "", done.out, flags=re.DOTALL)
        assert "<img" not in page
        assert "<i>" not in page
    ET.parse(tmp_path / "j.xml")


@pytest.mark.parametrize("form", ["table", "md"])
def test_validate_and_messages(runs, form):
    folder, _, _ = runs
    done = call("validate", folder / "0.yaml", "--format", form)
    assert done.code == 0, done.err
    harmless_all(done.out, done.err)
    done = call("validate", folder / "0.yaml", "--set", "dataset.target=y")
    assert done.code == 3
    harmless_all(done.err)
    done = call("validate", folder / "0.yaml", "--set", "dataset.group=\x1b[31mred\nerror: forged", "--set", "\x1b=1")
    assert done.code != 0
    harmless_all(done.err)


def test_columns_of_a_markdown_table_stay_columns(runs):
    _, (path, _), _ = runs
    out = call("show", path, "--table", "coefficients", "--format", "md").out
    lines = [line for line in out.splitlines() if line.startswith("|")]
    bars = {len(re.findall(r"(?<!\\)\|", line)) for line in lines}
    assert len(bars) == 1


def test_on_a_terminal_csv_is_for_people_and_in_a_pipe_for_programs():
    from regcli.report.render import render
    from regcli.report.table import Column, Table

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    table = Table("", (Column("a\x1b", "a"),), (("\x1b[2J",), (1.5,)))
    screen, pipe = Terminal(), io.StringIO()
    render([table], "csv", screen)
    render([table], "csv", pipe)
    assert screen.getvalue() == "a\\x1b\n\\x1b[2J\n1.5\n"
    assert pipe.getvalue() == "a\x1b\n\x1b[2J\n1.5\n"
