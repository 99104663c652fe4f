"""A target fitted on a log scale, from the command to the prediction."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest
from regcli_in_process import call

CONFIG = """\
version: 1
task: regression
dataset: {kind: csv, path: d.csv, target: price}
preprocess: {target: log}
penalty: ridge
lambdas: {values: [0.01]}
cv: {n_splits: 3}
"""


@pytest.fixture
def prices(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [f"{i},{math.exp(0.05 * i + 0.1 * (i % 4)):.6f},{'ab'[i % 2]}" for i in range(40)]
    (tmp_path / "d.csv").write_text("x,price,kind\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "c.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def test_scores_are_of_the_logarithm_and_predictions_of_the_price(prices):
    done = call("fit", "c.yaml")
    assert done.code == 0, done.err
    run = prices / done.out.strip()
    assert "of log(price)" in done.err
    assert json.loads((run / "manifest.json").read_text(encoding="utf-8"))["target_scale"] == "log"
    fitted = list(csv.DictReader(io.StringIO((run / "predictions.csv").read_text(encoding="utf-8"))))
    assert float(fitted[0]["y"]) == pytest.approx(0.05 * int(fitted[0]["row"]) + 0.1 * (int(fitted[0]["row"]) % 4), abs=1e-5)
    assert "predictions.csv are of log(price)" in done.err
    judged = call("evaluate", str(run), "d.csv", "--json")
    assert judged.code == 0, judged.err
    metrics = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
    assert json.loads(judged.out)["metrics"]["mse"]["value"] == pytest.approx(metrics["refit"]["mse"], rel=1e-9)
    made = call("predict", str(run), "d.csv")
    assert made.code == 0, made.err
    predicted = [float(row["prediction"]) for row in csv.DictReader(io.StringIO(made.out))]
    model = json.loads((run / "model.json").read_text(encoding="utf-8"))
    assert model["link"] == "log"
    number, level = model["inputs"]
    by_hand = [math.exp(model["intercept"] + number["coefficient"] * i + level["levels"]["ab"[i % 2]]) for i in range(40)]
    assert predicted == pytest.approx(by_hand, rel=1e-9)


def test_runs_on_different_scales_are_not_compared(prices):
    one = call("fit", "c.yaml", "-q").out.strip()
    other = call("fit", "c.yaml", "-q", "--set", "preprocess.target=none").out.strip()
    done = call("compare", one, other)
    assert done.code == 5
    assert "scale of the target" in done.err


def test_a_price_of_nothing_has_no_logarithm(prices):
    text = (prices / "d.csv").read_text(encoding="utf-8").replace("\n0,1.000000", "\n0,0")
    (prices / "d.csv").write_text(text, encoding="utf-8")
    done = call("fit", "c.yaml")
    assert done.code == 3
    assert "'price' is 0 in row 0" in done.err
    assert "preprocess.target: log1p" in " ".join(done.err.split()) or "preprocess.target=log1p" in done.err
    assert call("fit", "c.yaml", "--set", "preprocess.target=log1p", "-q").code == 0


def test_classes_have_no_logarithm(prices):
    done = call("fit", "c.yaml", "--set", "dataset.target=kind", "--set", "task=classification")
    assert done.code == 2
    assert "preprocess.target: log has no meaning for classification" in " ".join(done.err.split())
    assert "c.yaml:4:" in done.err
