"""The printed lines, run as they stand."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest

from regcli import engine
from regcli.config import config_from_data
from regcli.data import load, split
from regcli.errors import RunError
from regcli.experiment import ready
from regcli.report.loading import loading_lines, require_loading_lines
from regcli.run import open_run, predict_rows, write_outcome, writing

LEVELS = ["01", "1", "10", "2"]
ROWS = [
    f"{i % 7}.{i % 3},{LEVELS[i % 4]},{'true' if i % 2 else 'false'},{'yes' if i % 5 else 'no'},{i % 11 + i % 4 * 2}.5"
    for i in range(60)
]
DATA = "size,zip,flat,smoker,price\n" + "\n".join(ROWS) + "\n"


def fitted(folder, **blocks):
    """A run of the rows above, as the command line makes it."""
    (folder / "train.csv").write_text(DATA, encoding="utf-8")
    settings = {
        "name": "l", "dataset": {"kind": "csv", "path": "train.csv", "target": "price"}, "penalty": "ridge",
        "lambdas": {"count": 3}, "cv": {"kind": "kfold", "n_splits": 3},
    } | blocks  # fmt: skip
    if "estimators" in blocks:
        del settings["penalty"]
    config = config_from_data(settings, "test", folder)
    dataset = load(config)
    plan = ready(config, dataset, split(dataset, config))
    with writing(folder / "runs", plan, "fit") as run:
        write_outcome(run, engine.run(plan, save_model=True))
    return open_run(str(run.path), folder)


def executed(run):
    """What the lines print."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile("\n".join(loading_lines(run)), "<printed>", "exec"), {})
    return out.getvalue()


@pytest.mark.parametrize(
    "blocks",
    [
        {},
        {"preprocess": {"missing": {"strategy": "median", "indicator": True}}},
        {"dataset": {"kind": "csv", "path": "train.csv", "target": "price", "columns": {"include": ["size", "flat"]}}},
        {"preprocess": {"target": "log1p"}},
        {"preprocess": {"polynomial": {"degree": 2}, "categorical": {"min_frequency": 2, "drop": "if_binary"}}},
        {"dataset": {"kind": "csv", "path": "train.csv", "target": "smoker"}, "cv": {"kind": "stratified", "n_splits": 3}},
        {"estimators": {"kind": "boosting", "values": [3], "min_samples_leaf": 2}},
    ],
    ids=["levels", "gaps", "numbers", "logarithms", "products", "classes", "boosting"],
)
def test_the_lines_predict_what_predict_does(tmp_path, monkeypatch, blocks):
    monkeypatch.chdir(tmp_path)
    run = fitted(tmp_path, **blocks)
    assert len(loading_lines(run)) <= 5
    gaps = "4.1,,true,,1\n,10,false,yes,2\n" if "missing" in blocks.get("preprocess", {}) else ""
    (tmp_path / "NEW.csv").write_text("price,zip,size,smoker,flat,extra\n", encoding="utf-8")
    header, *rows = (DATA + gaps).splitlines()
    order = [header.split(",").index(name) for name in ("price", "zip", "size", "smoker", "flat")]
    lines = [",".join([*(row.split(",")[j] for j in order), "x"]) for row in rows]
    (tmp_path / "NEW.csv").write_text("\n".join(["price,zip,size,smoker,flat,extra", *lines, ""]), encoding="utf-8")
    want = predict_rows(run, tmp_path / "NEW.csv").table["prediction"].to_pylist()
    with np.printoptions(threshold=10**6, floatmode="unique"):
        said = executed(run).replace("[", " ").replace("]", " ").replace("'", " ").split()
    assert said == want if isinstance(want[0], str) else [float(v) for v in said] == pytest.approx(want, rel=1e-12)


@pytest.mark.parametrize(
    "blocks", [{}, {"estimators": "tree"}, {"estimators": {"kind": "forest", "n_estimators": 3, "seeds": 1}}], ids=repr
)
def test_svmlight(tmp_path, monkeypatch, blocks):
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{i % 5 - 1} 1:{i % 7} {'3:0.5 ' if i % 2 else ''}4:{i % 3}\n" for i in range(40))
    (tmp_path / "train.svmlight").write_text(rows, encoding="utf-8")
    run = fitted(tmp_path, dataset={"kind": "svmlight", "path": "train.svmlight"}, task="regression", **blocks)
    (tmp_path / "NEW.svmlight").write_text("0 1:2\n0 3:1\n", encoding="utf-8")
    want = predict_rows(run, tmp_path / "NEW.svmlight").table["prediction"].to_pylist()
    assert [float(v) for v in executed(run).strip("[]\n").split()] == pytest.approx(want, rel=1e-6)


def test_lags_cannot_be_read_from_a_file(tmp_path):
    lines = "".join(f"{t},{t % 5}.5,{t % 7}\n" for t in range(40))
    (tmp_path / "series.csv").write_text("t,a,y\n" + lines, encoding="utf-8")
    dataset = {"kind": "csv", "path": "series.csv", "target": "y", "time": "t"}
    cv = {"kind": "time_series", "n_splits": 3}
    run = fitted(tmp_path, dataset=dataset, preprocess={"lags": {"columns": ["y"], "lags": [1]}}, cv=cv, task="regression")
    assert loading_lines(run) == []
    with pytest.raises(RunError, match="the model takes what no file holds: 'y_lag1'"):
        require_loading_lines(run)


def test_files_written_otherwise_are_read_as_the_training_file_was(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    towns = ["Köln", "Ulm", "Mainz"]
    lines = [f"{towns[i % 3]};{i % 7},{i % 5};{'?' if i % 9 == 4 else i % 4};{i % 11 + i % 3 * 2},5" for i in range(60)]
    text = "\n".join(["stadt;größe;zahl;preis", *lines, ""]).encode("latin-1")
    for name in ("wide.csv", "NEW.csv"):
        (tmp_path / name).write_bytes(text)
    dataset = {"kind": "csv", "path": "wide.csv", "target": "preis", "read": {"na": ["?"]}}
    run = fitted(tmp_path, dataset=dataset, preprocess={"missing": "mean"})
    want = predict_rows(run, tmp_path / "NEW.csv").table["prediction"].to_pylist()
    with np.printoptions(threshold=10**6, floatmode="unique"):
        assert [float(v) for v in executed(run).strip("[]\n").split()] == pytest.approx(want, rel=1e-12)


def test_dates_are_read_as_the_training_files_were(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = "".join(f"{1 + i % 28}.{1 + i % 12}.2024,{'xyz'[i % 3]},{i % 12}\n" for i in range(60))
    for name in ("days.csv", "NEW.csv"):
        (tmp_path / name).write_text("day,level,y\n" + lines, encoding="utf-8")
    dataset = {"kind": "csv", "path": "days.csv", "target": "y"}
    run = fitted(tmp_path, dataset=dataset, preprocess={"dates": {"parts": ["month"]}}, task="regression")
    want = predict_rows(run, tmp_path / "NEW.csv").table["prediction"].to_pylist()
    with np.printoptions(threshold=10**6, floatmode="unique"):
        assert [float(v) for v in executed(run).strip("[]\n").split()] == pytest.approx(want, rel=1e-12)
