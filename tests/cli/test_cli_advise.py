"""`regcli advise`: what is said, in which form, and a configuration that runs."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from regcli_in_process import call

from regcli.config import load_config


@pytest.fixture
def leaky(folder):
    random = np.random.default_rng(0)
    lines = ["nr,x1,x2,fee,y"]
    for i in range(120):
        a, b = random.normal(size=2)
        y = a - b + random.normal()
        lines.append(f"{i + 1},{a:.6f},{'' if i == 7 else f'{b:.6f}'},{3 * y + 1:.6f},{y:.6f}")
    (folder / "leaky.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_what_is_found_and_recommended_is_told_and_runs(leaky):
    done = call("advise", "--data", "leaky.csv", "--target", "y", "-o", "advised.yaml")
    assert done.code == 0, done.err
    assert "'fee' is a copy of the target: y ≈ 0.3333 · fee − 0.3333" in done.out
    assert "'nr' counts the rows" in done.out
    assert "1 cell is missing" in done.out
    assert "Next: `regcli fit advised.yaml` runs it." in done.out
    config = load_config(leaky / "advised.yaml")
    assert config.dataset.columns.exclude == ("fee", "nr")
    assert config.preprocess.missing.strategy == "median"
    assert config.cv.repeats == 5
    assert call("validate", "advised.yaml").code == 0


def test_forms_for_programs(leaky):
    words = ("advise", "--data", "leaky.csv", "--target", "y")
    record = json.loads(call(*words, "--json").out)
    assert {"copy_of_target", "identifier"} <= {finding["code"] for finding in record["findings"]}
    (leaky / "again.yaml").write_text(record["config"], encoding="utf-8")
    assert call("validate", "again.yaml").code == 0


def test_findings_as_a_table_for_programs_and_pages(folder):
    rows = list(csv.DictReader(io.StringIO(call("advise", "quick.yaml", "--format", "csv").out)))
    assert all(row["code"] and row["text"] for row in rows)
    assert call("advise", "quick.yaml", "--format", "md").out.startswith("**Advice on make_regression**")


def test_a_configuration_keeps_what_it_says(folder):
    done = call("advise", "quick.yaml", "--set", "lambdas.count=7", "-o", "sub.yaml")
    assert done.code == 0, done.err
    assert "No sign of leakage." in done.out
    config = load_config(folder / "sub.yaml")
    assert config.lambdas.count == 7
    assert config.holdout.fraction == 0.2


def test_rows_that_are_held_out_may_hold_anything(folder):
    random = np.random.default_rng(1)
    X, place = random.normal(size=(200, 3)), np.arange(200)
    y = X[:, 0] + random.normal(size=200)
    said = []
    for poison in (False, True):
        held = place % 4 == 0
        cells = np.where(held[:, None] & poison, 1e6, X)
        target = np.where(held & poison, -1e6, y)
        lines = [f"{a},{b},{c},{t},{'out' if h else 'in'}" for (a, b, c), t, h in zip(cells, target, held, strict=True)]
        (folder / "d.csv").write_text("\n".join(["a,b,c,y,part", *lines]), encoding="utf-8")
        words = ("--data", "d.csv", "--target", "y", "--set", "holdout={column: part, test_value: out}")
        said.append(call("advise", *words).out)
    assert said[0] == said[1] != ""


def test_what_cannot_be_mended_is_an_error(folder):
    (folder / "flat.csv").write_text("x,y\n1,2.5\n2,2.5\n3,2.5\n", encoding="utf-8")
    done = call("advise", "--data", "flat.csv", "--target", "y")
    assert done.code == 3
    assert "nothing is left to be explained" in done.err
    assert call("advise", "--data", "nowhere.csv", "--target", "y").code == 3
