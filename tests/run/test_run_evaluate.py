"""A model on new labelled rows."""

from __future__ import annotations

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest
from small_runs import fitted, write

from regcli.data.answers import Question, answers
from regcli.data.notation import Notation
from regcli.data.target import column_target
from regcli.errors import DataError, RunError
from regcli.report.evaluation import evaluation_record, evaluation_table
from regcli.run import evaluate_run, open_run, predict_rows, score_rows
from regcli.run.evaluate import _difference

RNG = np.random.default_rng(3)


def rows(n, *, shift=0.0, labels=("no", "yes")):
    x = RNG.standard_normal((n, 2))
    y = x @ [2.0, -1.0] + RNG.standard_normal(n) + shift
    kind = np.array(labels)[(y > 0).astype(int)]
    w = RNG.integers(1, 4, n)
    lines = [f"{a!r},{b!r},{v!r},{k},{s}" for (a, b), v, k, s in zip(x.tolist(), y.tolist(), kind, w.tolist(), strict=True)]
    return "\n".join(["a,b,y,kind,w", *lines, ""])


@pytest.fixture
def numbers(tmp_path):
    (tmp_path / "train.csv").write_text(rows(120), encoding="utf-8")
    dataset = {"kind": "csv", "path": str(tmp_path / "train.csv"), "target": "y", "columns": {"include": ["a", "b"]}}
    return {"name": "n", "dataset": dataset, "penalty": "ridge", "lambdas": {"count": 4}, "cv": {"kind": "kfold", "n_splits": 4}}


@pytest.fixture
def kinds(numbers):
    return numbers | {"dataset": numbers["dataset"] | {"target": "kind"}, "cv": {"kind": "stratified", "n_splits": 4}}


def test_every_metric_is_scikit_learns_with_its_error_and_the_null_models(tmp_path, numbers):
    from sklearn import metrics

    run = write(tmp_path / "runs", fitted(numbers | {"dataset": numbers["dataset"] | {"weight": "w"}}))
    (tmp_path / "new.csv").write_text(rows(70), encoding="utf-8")
    found = evaluate_run(run, tmp_path / "new.csv")
    said = np.array(predict_rows(run, tmp_path / "new.csv").table["prediction"])
    table = np.genfromtxt(tmp_path / "new.csv", delimiter=",", names=True, dtype=None, encoding="utf-8")
    train = np.genfromtxt(tmp_path / "train.csv", delimiter=",", names=True, dtype=None, encoding="utf-8")
    y, w = table["y"], table["w"].astype(float)
    scores = {score.metric: score for score in found.scores}
    assert next(iter(scores)) == "mse"
    assert found.weighted
    assert found.n_rows == 70
    assert scores["mse"].value == pytest.approx(metrics.mean_squared_error(y, said, sample_weight=w))
    assert scores["r2"].value == pytest.approx(metrics.r2_score(y, said, sample_weight=w))
    null = np.average(train["y"], weights=train["w"])
    assert scores["mse"].null == pytest.approx(np.average((y - null) ** 2, weights=w))
    assert scores["mse"].share_gone == pytest.approx(1 - scores["mse"].value / scores["mse"].null)
    loss = (y - said) ** 2
    error = np.sqrt(70 / 69 * np.sum((w * (loss - scores["mse"].value)) ** 2)) / w.sum()
    assert scores["mse"].error == pytest.approx(error)
    assert scores["mse"].validation == run.metrics["validation"]["mse"]
    assert scores["mse"].worsening == pytest.approx(scores["mse"].value - scores["mse"].validation)
    assert scores["r2"].worsening == pytest.approx(scores["r2"].validation - scores["r2"].value)


def test_rows_that_are_worse_than_the_validation_are_called_so(tmp_path, numbers):
    run = write(tmp_path / "runs", fitted(numbers))
    for shift, mark, words in ((0.0, "within noise", "Within noise"), (4.0, "worse", "by more than noise")):
        (tmp_path / "new.csv").write_text(rows(80, shift=shift), encoding="utf-8")
        found = evaluate_run(run, tmp_path / "new.csv")
        assert found.scores[0].mark == mark
        assert words in evaluation_table(found).notes[-1]
        assert evaluation_record(found)["mark"] == mark


def test_labels_are_scored_and_undefined_metrics_left_open(tmp_path, kinds):
    run = write(tmp_path / "runs", fitted(kinds))
    (tmp_path / "new.csv").write_text(rows(60), encoding="utf-8")
    found = evaluate_run(run, tmp_path / "new.csv")
    predictions = predict_rows(run, tmp_path / "new.csv", keep=["kind"]).table.to_pydict()
    scores = {score.metric: score for score in found.scores}
    hits = [a == b for a, b in zip(predictions["prediction"], predictions["kind"], strict=True)]
    assert scores["accuracy"].value == pytest.approx(np.mean(hits))
    losses = [-np.log(predictions[f"p_{kind}"][i]) for i, kind in enumerate(predictions["kind"])]
    assert scores["log_loss"].value == pytest.approx(np.mean(losses))
    assert scores["roc_auc"].null == 0.5
    assert scores["roc_auc"].share_gone is None
    (tmp_path / "two.csv").write_text("a,b,kind\n1,0,yes\n0,1,no\n", encoding="utf-8")
    few = {score.metric: score for score in evaluate_run(run, tmp_path / "two.csv").scores}
    assert few["average_precision"].error is None


def test_a_handful_of_rows_is_not_called_better(tmp_path, numbers):
    run = write(tmp_path / "runs", fitted(numbers))
    c = dict(zip(run.coefficients()["feature"], run.coefficients()["coefficient"], strict=True))
    said = [c["(intercept)"] + c["a"] * a + c["b"] * b for a, b in ((1, 2), (2, 1))]
    (tmp_path / "new.csv").write_text(f"a,b,y\n1,2,{said[0] + 0.5}\n2,1,{said[1] - 0.51}\n", encoding="utf-8")
    found = evaluate_run(run, tmp_path / "new.csv")
    assert found.scores[0].value < 0.3 * found.scores[0].validation
    assert found.scores[0].mark == "within noise"


def test_the_training_file_is_recognised(tmp_path, numbers):
    run = write(tmp_path / "runs", fitted(numbers))
    assert "fitted on this very file" in evaluate_run(run, tmp_path / "train.csv").warnings[0]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("a,b\n1,2\n", "dataset.target 'kind' is not a column"),
        ("a,b,Kind\n1,2,yes\n", "did you mean 'Kind'"),
        ("a,b,kind\n1,2,YES\n1,2,no\n", "'YES'; the first in line 2. It knows 'no', 'yes'. Spell them as in training"),
        ("a,b,kind\n1,2,maybe\n1,2,no\n", "Leave such rows out"),
        ("a,b,kind\n1,2,yes\n1,3,yes\n", "'yes' in all 2 rows"),
        ("a,b,kind\n1,2,\n", "has no value at all"),
        ("b,kind\n1,yes\n", "'a' is not a column"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_scored(tmp_path, kinds, content, says):
    run = write(tmp_path / "runs", fitted(kinds))
    (tmp_path / "new.csv").write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        evaluate_run(run, tmp_path / "new.csv")
    assert says in f"{caught.value.message} {caught.value.hint}"


def test_weights_are_needed_where_the_model_had_them(tmp_path, numbers):
    run = write(tmp_path / "runs", fitted(numbers | {"dataset": numbers["dataset"] | {"weight": "w"}}))
    (tmp_path / "new.csv").write_text("a,b,y\n1,2,3\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"dataset\.weight 'w' is not a column"):
        evaluate_run(run, tmp_path / "new.csv")
    (tmp_path / "new.csv").write_text("a,b,y,w\n1,2,3,0\n", encoding="utf-8")
    with pytest.raises(DataError, match="is 0 in all rows"):
        evaluate_run(run, tmp_path / "new.csv")


def test_rows_without_an_outcome_are_left_out_and_counted(tmp_path, numbers):
    run = write(tmp_path / "runs", fitted(numbers))
    (tmp_path / "new.csv").write_text("a,b,y\n1,2,3\n1,2,\n2,2,1\n", encoding="utf-8")
    judged = score_rows(run, tmp_path / "new.csv")
    assert judged.row.tolist() == [0, 2]
    assert judged.warnings == ("1 row without a value of the target 'y' left out.",)


def test_a_run_that_does_not_keep_the_null_model_has_it_from_its_rows(tmp_path, kinds):
    run = write(tmp_path / "runs", fitted(kinds | {"cv": {"kind": "stratified", "n_splits": 3, "repeats": 2}}))
    (tmp_path / "new.csv").write_text(rows(40), encoding="utf-8")
    want = [score.null for score in evaluate_run(run, tmp_path / "new.csv").scores]
    metrics = run.metrics
    del metrics["null_prediction"]
    (run.path / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    manifest = run.manifest
    del manifest["files"]["metrics.json"]
    (run.path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    again = evaluate_run(open_run(str(run.path), tmp_path), tmp_path / "new.csv")
    assert [score.null for score in again.scores] == pytest.approx(want, rel=1e-12)


def test_a_sweep_has_no_model_to_judge(tmp_path, numbers):
    run = write(tmp_path / "runs", fitted(numbers, save_model=False), "sweep")
    with pytest.raises(RunError, match="keeps no model"):
        evaluate_run(run, tmp_path / "train.csv")


def test_a_series_is_judged_one_step_ahead(tmp_path):
    values = [math.sin(t / 5) + (t * 7 % 11) / 30 for t in range(60)]
    lines = [f"{t},{v!r}" for t, v in enumerate(values)]
    (tmp_path / "train.csv").write_text("\n".join(["day,load", *lines[:45], ""]), encoding="utf-8")
    config = {
        "name": "load", "dataset": {"kind": "csv", "path": str(tmp_path / "train.csv"), "target": "load", "time": "day"},
        "preprocess": {"lags": {"columns": ["load"], "lags": [1, 2]}}, "penalty": "ridge", "lambdas": {"count": 3},
        "cv": {"kind": "time_series", "n_splits": 3},
    }  # fmt: skip
    run = write(tmp_path / "runs", fitted(config))
    (tmp_path / "new.csv").write_text("\n".join(["day,load", *lines[40:], "60,", ""]), encoding="utf-8")
    judged = score_rows(run, tmp_path / "new.csv")
    assert judged.row.tolist() == list(range(2, 20))
    c = dict(zip(run.coefficients()["feature"], run.coefficients()["coefficient"], strict=True))
    want = [c["(intercept)"] + c["load_lag1"] * values[t - 1] + c["load_lag2"] * values[t - 2] for t in range(42, 60)]
    assert judged.scored.mean == pytest.approx(want)


@pytest.mark.parametrize(("cells", "codes"), [(["1", "0", "1.0"], [1, 0, 1]), (["01", "0", None], [1, 0, None])])
def test_labels_that_are_numbers_are_compared_by_value(cells, codes):
    import pyarrow as pa

    source = SimpleNamespace(name="new.csv", place=str, notation=Notation())
    goal = column_target(pa.chunked_array([cells]), "y", source)
    found = answers(goal, Question("y", "classification", ("0", "1"), None))
    assert [None if np.isnan(v) else v for v in found] == codes


def test_a_model_of_logarithms_predicts_y_and_is_scored_on_its_scale(tmp_path, numbers):
    lines = (tmp_path / "train.csv").read_text(encoding="utf-8").splitlines()
    rows_up = [line.split(",") for line in lines[1:]]
    text = "\n".join(["a,b,y", *(f"{a},{b},{math.exp(float(y))!r}" for a, b, y, *_ in rows_up), ""])
    (tmp_path / "train.csv").write_text(text, encoding="utf-8")
    run = write(tmp_path / "runs", fitted(numbers | {"preprocess": {"target": "log"}}))
    (tmp_path / "new.csv").write_text("a,b,y\n1,2,3\n-1,0.5,0.25\n0,0,1\n", encoding="utf-8")
    said = np.array(predict_rows(run, tmp_path / "new.csv").table["prediction"])
    assert (said > 0).all()
    c = dict(zip(run.coefficients()["feature"], run.coefficients()["coefficient"], strict=True))
    assert math.log(said[0]) == pytest.approx(c["(intercept)"] + c["a"] + 2 * c["b"])
    found = evaluate_run(run, tmp_path / "new.csv")
    assert found.scores[0].value == pytest.approx(np.mean((np.log([3, 0.25, 1]) - np.log(said)) ** 2))
    (tmp_path / "new.csv").write_text("a,b,y\n1,2,3\n1,2,0\n", encoding="utf-8")
    with pytest.raises(DataError, match="which is 0 in row 1"):
        evaluate_run(run, tmp_path / "new.csv")


@pytest.mark.parametrize(("value", "worse"), [(0.3, 0.0), (0.1 + 0.2, 0.0), (0.4, 0.1), (0.0, -0.3)])
def test_rounding_is_no_difference(value, worse):
    assert _difference(0.3, value, "mse") == pytest.approx(worse, abs=1e-15)
    assert (_difference(0.3, value, "mse") == 0) == (worse == 0)


def test_the_file_is_called_as_it_was_given(tmp_path, numbers):
    run = write(tmp_path / "runs", fitted(numbers))
    (tmp_path / "new.csv").write_text(rows(70), encoding="utf-8")
    assert evaluate_run(run, tmp_path / "new.csv").source == str(tmp_path / "new.csv")
