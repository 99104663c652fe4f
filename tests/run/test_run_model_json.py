"""model.json, scored by hand from what it says of itself, beside what `predict` says."""

from __future__ import annotations

import csv
import json
import math

import numpy as np
import pytest
from small_runs import fitted, write

from regcli.run import predict_rows

TOWNS = ["Oslo", "Rome", "Rome", "Lima", "Oslo", "Rome", "Bern", "Rome", "Oslo"]


def line(i, *, gap=False):
    size = "" if gap and i % 6 == 1 else f"{i % 7}.{i % 4}"
    town = "" if gap and i % 11 == 2 else TOWNS[i % 9]
    smoker, flat = "yes" if i % 3 else "no", "true" if i % 2 else "false"
    return f"{size},{town},{smoker},{flat},{i * 7 % 10 + i % 3 * 2}.5,{'abc'[i * 5 % 7 % 3]}"


NEW = ["100,Rome,yes,true", "0,Kyiv,never,false", "-3.25,Bern,no,true", "2.5,Lima,YES,false", "1,Oslo,no,false"]
GAPS = [",Rome,yes,true", "1.5,,no,false", ",,never,true"]


def score(model, row):
    """What the file's own description says: an intercept, and for each input a coefficient times a value, or a level's entry."""
    eta = np.atleast_1d(np.array(model["intercept"], dtype=float))
    for entry in model["inputs"]:
        cell = row[entry["column"]] or None
        missing = cell is None
        cell = entry["fill"] if missing else cell
        if "levels" in entry:
            eta = eta + entry["levels"].get(cell, entry["unseen"])
        else:
            value = {"true": 1.0, "false": 0.0}.get(cell) if entry["kind"] == "boolean" and not missing else float(cell)
            eta = eta + np.multiply(entry["coefficient"], value) + (entry.get("missing", 0.0) if missing else 0.0)
    if model["link"] == "identity":
        return float(eta[0])
    if model["link"] == "logit":
        p = 1 / (1 + math.exp(-eta[0]))
        return [1 - p, p]
    e = np.exp(eta - eta.max())
    return (e / e.sum()).tolist()


@pytest.mark.parametrize("target", ["price", "smoker", "letter"])
@pytest.mark.parametrize(
    "preprocess",
    [
        {},
        {"categorical": {"drop": None}},
        {"categorical": {"drop": "if_binary"}},
        {"categorical": {"drop": "first"}, "scale": "robust"},
        {"categorical": {"min_frequency": 8, "drop": "if_binary"}, "scale": "minmax"},
        {"categorical": {"min_frequency": 8, "drop": "first"}},
        {"missing": {"strategy": "median", "indicator": True}, "categorical": {"drop": "if_binary"}},
    ],
    ids=["default", "all", "if_binary", "first", "rare", "rare first", "gaps"],
)
def test_plain_numbers_say_what_the_model_says(tmp_path, target, preprocess):
    header = ["size", "town", "smoker", "flat", "price", "letter"]
    gap = "missing" in preprocess
    lines = [line(i, gap=gap) for i in range(90)]
    (tmp_path / "train.csv").write_text("\n".join([",".join(header), *lines, ""]), encoding="utf-8")
    columns = {"include": [name for name in header[:4] if name != target]}
    config = {
        "name": "m", "dataset": {"kind": "csv", "path": str(tmp_path / "train.csv"), "target": target, "columns": columns},
        "preprocess": preprocess, "penalty": "ridge", "lambdas": {"count": 3, "max": 1, "min": 0.01},
        "select": {"rule": "min"}, "cv": {"kind": "kfold", "n_splits": 3},
    }  # fmt: skip
    run = write(tmp_path / "runs", fitted(config))
    text = "\n".join([",".join(header[:4]), *NEW, *(GAPS if gap else ()), ""])
    (tmp_path / "new.csv").write_text(text, encoding="utf-8")
    model = json.loads((run.path / "model.json").read_text(encoding="utf-8"))
    found = predict_rows(run, tmp_path / "new.csv").table.to_pydict()
    for i, row in enumerate(csv.DictReader(text.splitlines())):
        want = [found[f"p_{label}"][i] for label in model["classes"]] if "classes" in model else found["prediction"][i]
        assert score(model, row) == pytest.approx(want, rel=1e-9, abs=1e-12)
