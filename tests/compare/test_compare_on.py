"""Two models on the same new rows."""

from __future__ import annotations

import numpy as np
import pytest

from regcli import engine
from regcli.compare import compare, parse
from regcli.compare.rows import Mark
from regcli.config import config_from_data
from regcli.data import load, split
from regcli.errors import DataError, UsageError
from regcli.experiment import ready
from regcli.run import open_run, predict_rows, write_outcome, writing

RNG = np.random.default_rng(11)


def table(n, *, gap=False):
    x = RNG.standard_normal((n, 3))
    y = x @ [1.0, 2.0, 0.0] + 0.5 * RNG.standard_normal(n)
    weights = RNG.integers(1, 4, n).tolist()
    lines = [
        f"{a!r},{'' if gap and i == 3 else repr(b)},{c!r},{v!r},{w}"
        for i, ((a, b, c), v, w) in enumerate(zip(x.tolist(), y.tolist(), weights, strict=True))
    ]
    return "\n".join(["a,b,c,y,w", *lines, ""])


def run_of(folder, columns, **dataset):
    settings = {
        "name": "n",
        "dataset": {"kind": "csv", "path": "train.csv", "target": "y", "columns": {"include": columns}} | dataset,
        "preprocess": {"missing": "drop"}, "penalty": "ridge", "lambdas": {"count": 4}, "cv": {"kind": "kfold", "n_splits": 4},
        "select": {"metrics": ["r2", "mae"]},
    }  # fmt: skip
    config = config_from_data(settings, "test", folder)
    data = load(config)
    plan = ready(config, data, split(data, config))
    with writing(folder / "runs", plan, "fit") as run:
        write_outcome(run, engine.run(plan, save_model=True))
    return open_run(str(run.path), folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("on")
    (path / "train.csv").write_text(table(120), encoding="utf-8")
    (path / "new.csv").write_text(table(60, gap=True), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def runs(folder):
    return run_of(folder, ["a", "b", "c"]), run_of(folder, ["a", "c"]), run_of(folder, ["a", "b"])


def rows_of(comparison):
    return {row.name: row for row in comparison.rows}


def test_scores_are_those_of_the_rows_that_both_can_take(folder, runs):
    a, b, _ = runs
    found = compare(a, b, data=folder / "new.csv")
    rows = rows_of(found)
    y = np.genfromtxt(folder / "new.csv", delimiter=",", names=True)["y"]
    both = np.delete(np.arange(60), 3)  # A cannot do without b
    said = [dict(zip(t["row"].to_pylist(), t["prediction"].to_pylist(), strict=True)) for t in (
        predict_rows(run, folder / "new.csv").table for run in (a, b))]  # fmt: skip
    losses = [np.array([(y[i] - s[i]) ** 2 for i in both]) for s in said]
    assert rows["on.n_rows"].value == 59
    assert rows["on.mse"].a == pytest.approx(losses[0].mean())
    assert rows["on.mse"].b == pytest.approx(losses[1].mean())
    assert rows["on.mse"].mark is Mark.WORSE
    assert not rows["on.r2"].minor
    assert rows["on.rmse"].minor
    assert any("1 row" in text and text.startswith("A on") for text in found.remarks)
    assert any("1 row is left out that only one of the models can score" in text for text in found.remarks)
    assert "on new rows" in found.verdict
    assert "the same 59 rows" in found.verdict


def test_rows_are_paired(folder, runs):
    a, _, c = runs
    row = rows_of(compare(a, c, data=folder / "new.csv"))["on.mse"]
    # the models differ by a column of nothing: far less than either's own error on 59 rows
    assert row.mark is Mark.WITHIN_NOISE or row.mark is Mark.BETTER
    assert row.detectable < 0.1 * row.a


def test_the_same_run_twice_is_the_same(folder, runs):
    rows = rows_of(compare(runs[0], runs[0], data=folder / "new.csv"))
    assert {row.mark for name, row in rows.items() if name.startswith("on.")} == {Mark.SAME}


def test_numbers_on_new_rows_can_be_gated(folder, runs):
    a, b, _ = runs
    gates = [parse("on.mse.change > 2%"), parse("on.r2 < -1")]
    assert [gate.failed for gate in compare(a, b, gates, data=folder / "new.csv").gates] == [True, False]
    with pytest.raises(UsageError, match="there are none") as caught:
        compare(a, b, gates)
    assert "--on DATA" in caught.value.hint


def test_weights_are_those_of_the_reference(folder, runs):
    weighted = run_of(folder, ["a", "c"], weight="w")
    found = compare(runs[1], weighted, data=folder / "new.csv")
    row = rows_of(found)["on.mse"]
    y = np.genfromtxt(folder / "new.csv", delimiter=",", names=True)["y"]
    said = np.array(predict_rows(weighted, folder / "new.csv").table["prediction"])
    assert row.b == pytest.approx(np.mean((y - said) ** 2))
    assert any("weighted as A was" in text for text in found.remarks)


def test_what_cannot_be_scored(folder, runs):
    (folder / "bad.csv").write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    with pytest.raises(DataError, match="'y' is not a column"):
        compare(*runs[:2], data=folder / "bad.csv")
    with pytest.raises(UsageError, match="only once"):
        compare(*runs[:2], data=type(folder)("-"))
