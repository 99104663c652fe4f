"""Predictions of a stored model."""

from __future__ import annotations

import csv
import io
import math
import zipfile

import numpy as np
import pytest
from small_runs import REGRESSION, fitted, write

from regcli.errors import DataError, RunError, UsageError
from regcli.run import predict_rows
from regcli.run.modelfile import encode_model
from regcli.run.predict import load_model

DATA = "size,colour,price\n" + "".join(f"{i % 7}.5,{'red' if i % 3 else 'blue'},{i % 7 * 2 + (i % 3)}.25\n" for i in range(40))


@pytest.fixture
def houses(tmp_path):
    (tmp_path / "houses.csv").write_text(DATA, encoding="utf-8")
    return {
        "name": "houses", "dataset": {"kind": "csv", "path": str(tmp_path / "houses.csv"), "target": "price"},
        "penalty": "ridge", "lambdas": {"count": 4}, "cv": {"kind": "kfold", "n_splits": 3},
    }  # fmt: skip


def table(predictions):
    return list(csv.DictReader(io.StringIO(predictions.encoded("csv").decode())))


def test_values_agree_with_the_coefficients(tmp_path, houses):
    run = write(tmp_path / "runs", fitted(houses))
    predictions = predict_rows(run, tmp_path / "houses.csv")
    c = dict(zip(run.coefficients()["feature"], run.coefficients()["coefficient"], strict=True))
    for got, row in zip(table(predictions), csv.DictReader(io.StringIO(DATA)), strict=True):
        want = c["(intercept)"] + c["size"] * float(row["size"]) + c.get(f"colour={row['colour']}", 0.0)
        assert float(got["prediction"]) == pytest.approx(want, rel=1e-10)


@pytest.mark.parametrize(
    "wanted",
    [
        {"kind": "tree"},
        {"kind": "forest", "n_estimators": 3, "count": 2, "seeds": 1},
        {"kind": "boosting", "values": [5], "min_samples_leaf": 3},
        {"kind": "network", "values": [0.1], "hidden": 4, "max_epochs": 5, "seeds": 1},
    ],
    ids=lambda wanted: wanted["kind"],
)
def test_every_family_reads_its_own_model_of_columns_with_levels(tmp_path, houses, wanted):
    houses["estimators"] = wanted
    del houses["penalty"]
    run = write(tmp_path / "runs", fitted(houses))
    told = [float(row["prediction"]) for row in table(predict_rows(run, tmp_path / "houses.csv"))]
    prices = [float(row["price"]) for row in csv.DictReader(io.StringIO(DATA))]
    assert np.mean(np.subtract(prices, told) ** 2) == pytest.approx(run.metrics["refit"]["mse"], rel=1e-9)


def test_labels_come_with_probabilities(tmp_path, houses):
    houses |= {"dataset": houses["dataset"] | {"target": "colour"}, "penalty": "lasso"}
    run = write(tmp_path / "runs", fitted(houses))
    (tmp_path / "new.csv").write_text("price,other,size\n3.25,x,1.5\n9,y,0.5\n", encoding="utf-8")
    got = table(predict_rows(run, tmp_path / "new.csv"))
    assert list(got[0]) == ["row", "prediction", "p_blue", "p_red"]
    assert [row["row"] for row in got] == ["0", "1"]
    for row in got:
        p = {label: float(row[f"p_{label}"]) for label in ("blue", "red")}
        assert sum(p.values()) == pytest.approx(1)
        assert row["prediction"] == max(p, key=p.get)


def test_a_threshold_decides_between_two_classes(tmp_path, houses):
    run = write(tmp_path / "runs", fitted(houses | {"dataset": houses["dataset"] | {"target": "colour"}}))
    plain = table(predict_rows(run, tmp_path / "houses.csv"))
    p = sorted(float(row["p_red"]) for row in plain)[10]
    for row in table(predict_rows(run, tmp_path / "houses.csv", threshold=p)):
        assert row["prediction"] == ("red" if float(row["p_red"]) >= p else "blue")
    assert {row["prediction"] for row in table(predict_rows(run, tmp_path / "houses.csv", threshold=1))} == {"blue"}
    for wrong in (-0.1, 1.5, float("nan")):
        with pytest.raises(UsageError, match="probability"):
            predict_rows(run, tmp_path / "houses.csv", threshold=wrong)


def test_a_threshold_needs_two_classes(tmp_path, houses, iris_run):
    (tmp_path / "new.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(UsageError, match="predicts numbers"):
        predict_rows(write(tmp_path / "more", fitted(houses)), tmp_path / "houses.csv", threshold=0.5)
    with pytest.raises(UsageError, match="has 3 classes"):
        predict_rows(iris_run, tmp_path / "new.csv", threshold=0.5)


def test_kept_columns_stand_last_and_may_not_hide_others(tmp_path, houses):
    run = write(tmp_path / "runs", fitted(houses))
    (tmp_path / "new.csv").write_text("row,size,colour,id\nx,1.5,red,007\n", encoding="utf-8")
    (got,) = table(predict_rows(run, tmp_path / "new.csv", keep=["id", "colour"]))
    assert list(got) == ["row", "prediction", "id", "colour"]
    assert (got["id"], got["colour"]) == ("007", "red")
    with pytest.raises(UsageError, match="--keep row"):
        predict_rows(run, tmp_path / "new.csv", keep=["row"])


def test_a_series_is_predicted_to_its_end_on_its_own_predictions(tmp_path):
    heat = [20 + 8 * math.sin(t / 9) + (t * 7 % 11) / 5 for t in range(90)]
    load = [50.0]
    for t in range(1, 90):
        load.append(0.6 * load[-1] + 0.8 * heat[t] + t % 3)
    lines = [f"{t},{heat[t]!r},{load[t]!r}" for t in range(90)]
    (tmp_path / "train.csv").write_text("\n".join(["day,heat,load", *lines[:70], ""]), encoding="utf-8")
    config = {
        "name": "load", "dataset": {"kind": "csv", "path": str(tmp_path / "train.csv"), "target": "load", "time": "day"},
        "preprocess": {"lags": {"columns": ["load", "heat"], "lags": [2], "rolling_mean": [3]}},
        "penalty": "ridge", "lambdas": {"count": 3}, "cv": {"kind": "time_series", "n_splits": 3},
    }  # fmt: skip
    run = write(tmp_path / "runs", fitted(config))
    ahead = [f"{t},{heat[t]!r}," for t in range(70, 90)]
    (tmp_path / "new.csv").write_text("\n".join(["day,heat,load", *lines[60:70], *ahead, ""]), encoding="utf-8")
    found = predict_rows(run, tmp_path / "new.csv", keep=["day"])
    got = {int(row["day"]): row for row in table(found)}
    assert list(got[70]) == ["row", "prediction", "from_predictions", "day"]
    assert list(got) == list(range(63, 90))
    assert [day for day in got if got[day]["from_predictions"] == "true"] == list(range(71, 90))
    c = dict(zip(run.coefficients()["feature"], run.coefficients()["coefficient"], strict=True))
    known = load[:70]
    for t in range(63, 90):
        past = known if t >= 70 else load
        want = c["(intercept)"] + c["heat"] * heat[t] + c["load_lag2"] * past[t - 2] + c["load_mean3"] * np.mean(past[t - 3 : t])
        want += c["heat_lag2"] * heat[t - 2] + c["heat_mean3"] * np.mean(heat[t - 3 : t])
        assert float(got[t]["prediction"]) == pytest.approx(want, rel=1e-9)
        if t >= 70:
            known.append(want)
    assert "19 rows stand on the model's own predictions of 'load'" in found.warnings[-1]


def test_missing_columns_are_named(tmp_path, houses):
    run = write(tmp_path / "runs", fitted(houses))
    (tmp_path / "new.csv").write_text("sise,colour\n1,red\n", encoding="utf-8")
    with pytest.raises(DataError, match="size"):
        predict_rows(run, tmp_path / "new.csv")


def test_a_sweep_has_no_model(tmp_path, houses):
    run = write(tmp_path / "runs", fitted(houses, save_model=False), "sweep")
    with pytest.raises(RunError, match="keeps no model"):
        predict_rows(run, tmp_path / "houses.csv")


def test_a_model_with_foreign_types_is_refused(run):
    import skops.io

    (run.path / "model.skops").write_bytes(skops.io.dumps({"a": type(run)}))
    del run.manifest["files"]["model.skops"]
    with pytest.raises(RunError, match="RunReader"):
        load_model(run)


def test_a_damaged_model_is_told(run):
    (run.path / "model.skops").write_bytes(b"PK garbage")
    del run.manifest["files"]["model.skops"]
    with pytest.raises(RunError, match="the model cannot be read"):
        load_model(run)


def test_a_model_of_other_classes_than_the_manifest_tells_is_damage(tmp_path):
    rows = "".join(f"{i % 7},{'yes' if i % 3 else 'no'}\n" for i in range(40))
    (tmp_path / "d.csv").write_text(f"a,y\n{rows}", encoding="utf-8")
    dataset = {"kind": "csv", "path": str(tmp_path / "d.csv"), "target": "y"}
    asked = {"dataset": dataset, "penalty": "ridge", "lambdas": {"count": 3}, "cv": {"n_splits": 3}}
    run = write(tmp_path / "runs", fitted(asked))
    for classes in (["no"], ["no", "maybe"], []):
        run.manifest["classes"] = classes
        with pytest.raises(RunError, match="knows other classes"):
            predict_rows(run, tmp_path / "d.csv")


def test_a_model_does_not_depend_on_memory_addresses(outcome):
    again = fitted(REGRESSION)
    keep = [object() for _ in range(5000)]  # moves what comes after to other addresses
    first, second = encode_model(outcome.portrait.pipeline), encode_model(again.portrait.pipeline)
    assert keep
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert all(info.date_time[0] == 1980 for info in archive.infolist())


def test_a_stored_pipeline_predicts_as_the_fitted_one(run, outcome):
    X = outcome.plan.dataset.features.numeric
    import pandas as pd

    frame = pd.DataFrame(X, columns=list(outcome.plan.dataset.features.names))
    np.testing.assert_array_equal(load_model(run).predict(frame), outcome.portrait.pipeline.made().predict(frame))
