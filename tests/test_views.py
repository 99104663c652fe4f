"""What Python programs are handed: tables as they stand in the files, predictions with the rows' own index."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import regcli

CONFIG = {
    "name": "iris",
    "dataset": {"kind": "builtin", "name": "iris"},
    "penalty": "lasso",
    "lambdas": {"count": 4, "min_ratio": 0.01},
    "cv": {"n_splits": 3},
    "holdout": {"fraction": 0.2},
}

pytestmark = pytest.mark.filterwarnings("ignore::regcli.RegcliWarning")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return regcli.fit(CONFIG, runs=tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def rows():
    from sklearn.datasets import load_iris

    bunch = load_iris(as_frame=True)
    frame = bunch.data.assign(target=bunch.target_names[bunch.target])
    return frame.set_axis([f"flower {i}" for i in range(len(frame))])


@pytest.mark.parametrize("name", ["sweep", "folds", "assignments", "coefficients", "predictions"])
def test_tables_are_those_of_the_files(run, name):
    expected = pd.read_csv(run.path / f"{name}.csv")
    table = getattr(run, name)
    assert list(table.columns) == list(expected.columns)
    assert len(table) == len(expected)
    for column in table.select_dtypes("number"):
        np.testing.assert_allclose(table[column], expected[column].astype(float), rtol=1e-14)


def test_of_several_classes_coefficients_and_paths_have_the_class(run):
    assert run.coefficients.columns[0] == "class"
    assert set(run.path_coefficients["class"]) == {"setosa", "versicolor", "virginica"}
    expected = pd.read_parquet(run.path / "path.parquet")
    np.testing.assert_array_equal(run.path_coefficients["coefficient"], expected["coefficient"])


def test_numbers_are_those_of_the_files(run):
    assert run.metrics == json.loads((run.path / "metrics.json").read_bytes())
    assert run.manifest == json.loads((run.path / "manifest.json").read_bytes())
    assert run.selected["lambda"] == run.sweep[run.sweep["selected"]]["lambda"].item()
    assert (run.status, run.warnings) == ("done", tuple(run.manifest["warnings"]))


def test_predictions_have_the_index_of_the_rows_and_are_the_pipelines(run, rows):
    found = run.predict(rows, keep=["petal*"])
    assert found.index.equals(rows.index)
    assert found["petal width (cm)"].equals(rows["petal width (cm)"])
    pipeline = run.model()
    assert found["prediction"].tolist() == pipeline.predict(rows.drop(columns="target")).tolist()
    shares = found[["p_setosa", "p_versicolor", "p_virginica"]]
    np.testing.assert_allclose(shares, pipeline.predict_proba(rows.drop(columns="target")), rtol=1e-12)


def test_rows_left_out_are_left_out_of_the_index_too(tmp_path):
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"a": rng.normal(size=30), "b": rng.normal(size=30)}, index=range(100, 130))
    frame["y"] = frame["a"] + rng.normal(size=30)
    short = {"preprocess.missing": "drop", "lambdas.count": 3, "cv.n_splits": 3}
    run = regcli.fit(data=frame, target="y", settings=short, runs=tmp_path)
    with pytest.warns(regcli.RegcliWarning, match="1 row has a missing cell"):
        found = run.predict(frame.head(3).assign(a=[1.0, np.nan, 2.0]))
    assert found.index.tolist() == [100, 102]
    assert found["row"].tolist() == [0, 2]


def test_rows_may_be_a_file(run, rows, tmp_path):
    rows.to_csv(tmp_path / "new.csv", index=False)
    assert run.predict(tmp_path / "new.csv")["prediction"].tolist() == run.predict(rows)["prediction"].tolist()
    by_file, by_frame = run.evaluate(str(tmp_path / "new.csv")), run.evaluate(rows)
    pd.testing.assert_frame_equal(by_file, by_frame)
    assert by_frame["metric"][0] == "log_loss"
    of_pair = run.evaluate((rows.drop(columns="target"), rows["target"]))
    pd.testing.assert_frame_equal(of_pair, by_frame)


def test_both_models_are_compared_on_rows_in_memory(run, rows):
    found = regcli.compare(run, run, on=rows)
    assert {"on.log_loss", "on.n_rows"} <= set(found.rows["name"])
    assert found.ok


def test_what_is_shown_is_short(run):
    assert repr(run).startswith(f"<Run {run.path}: lasso, λ = ")
    assert "\n" not in repr(run)
    html = run._repr_html_()
    assert html.count("<tr") == 2
    assert "validation_mean" in html
    plan = regcli.validate(CONFIG)
    assert repr(plan) == "<Plan: 16 fits, 4 grid points on 3 folds and all rows>"
    assert "<table" in plan._repr_html_()
    found = regcli.compare(run, run)
    assert found.verdict in repr(found)
    assert "<table" in found._repr_html_()


def test_a_run_without_results_says_so(run, tmp_path):
    import shutil

    copy = shutil.copytree(run.path, tmp_path / "20261121T000000Z-iris-000000")
    manifest = json.loads((copy / "manifest.json").read_bytes())
    (copy / "manifest.json").write_text(json.dumps(manifest | {"status": "interrupted"}), encoding="utf-8")
    opened = regcli.read_run(copy)
    assert repr(opened) == f"<Run {copy}: interrupted>" == opened._repr_html_()[3:-4].replace("&lt;", "<")
    for name in ("sweep", "metrics", "predictions"):
        with pytest.raises(regcli.RunError, match="the run is interrupted"):
            getattr(opened, name)


def test_a_sweep_has_tables_and_no_model(tmp_path, rows):
    swept = regcli.sweep(CONFIG, runs=tmp_path)
    assert len(swept.sweep) == 4
    with pytest.raises(regcli.RunError, match="a sweep keeps no model"):
        swept.model()
    with pytest.raises(regcli.RunError, match="a sweep keeps no model"):
        swept.predict(rows)
