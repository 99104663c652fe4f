"""A run's own configuration gives the run again, byte for byte, with one job and with two."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import yaml
from regcli_in_process import call

from regcli.config import load_config

CONFIGS = Path(__file__).parents[2] / "configs"
FILES = (
    "sweep.csv",
    "folds.csv",
    "assignments.csv",
    "coefficients.csv",
    "predictions.csv",
    "metrics.json",
    "path.parquet",
    "model.json",
    "model.skops",
    "config.resolved.yaml",
)
# A series with lags, rare levels and missing cells, sparse text, several classes, repeats.
NAMES = ("series", "rare-levels", "sparse-text", "multinomial", "repeated")


def hashes(run):
    return {name: hashlib.sha256((run / name).read_bytes()).hexdigest() for name in FILES if (run / name).exists()}


def manifest(run):
    return json.loads((run / "manifest.json").read_text(encoding="utf-8"))


def fit(config, runs, *settings):
    done = call("fit", config, "-q", "--runs", runs, *(word for setting in settings for word in ("--set", setting)))
    assert done.code == 0, done.err
    return Path(done.out.strip())


@pytest.mark.parametrize("name", NAMES)
def test_the_resolved_configuration_gives_the_run_again(folder, name):
    # Few grid points: what matters is that nothing is lost on the way.
    first = fit(CONFIGS / f"{name}.yaml", folder / "runs", "lambdas={count: 4}", "execution.jobs=1")
    resolved = first / "config.resolved.yaml"
    again, two = fit(resolved, folder / "runs"), fit(resolved, folder / "runs", "execution.jobs=2")
    assert hashes(again) == hashes(first)
    assert {file for file, digest in hashes(two).items() if digest != hashes(first)[file]} == {resolved.name}
    for key in ("config", "dataset", "folds", "selected"):
        assert manifest(again)[key] == manifest(first)[key]
    path = yaml.safe_load(resolved.read_text(encoding="utf-8"))["dataset"].get("path")
    if path is not None:
        assert not Path(path).is_absolute()
        assert load_config(resolved).dataset.path.samefile(first / path)
