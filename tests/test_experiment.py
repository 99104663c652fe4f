"""An experiment from top to bottom, without a command around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from regcli.config import config_from_data, load_config
from regcli.errors import RegcliError, RunError
from regcli.experiment import Stages, conduct, lay_out

CONFIG = """
version: 1
dataset: {kind: make_regression, n_samples: 40, n_features: 3, noise: 1.0}
penalty: [ridge, lasso]
lambdas: {count: 4}
cv: {n_splits: 3}
holdout: {fraction: 0.2}
"""


@pytest.fixture
def config(tmp_path):
    (tmp_path / "c.yaml").write_text(CONFIG, encoding="utf-8")
    return load_config(tmp_path / "c.yaml")


def test_what_is_laid_out_comes_with_what_its_stages_took(config, tmp_path):
    told = []
    stages = Stages(lambda *progress: told.append(progress))
    prepared = lay_out(config, stages)
    assert [path.penalty for path in prepared.paths] == ["ridge", "lasso"]
    assert list(stages.seconds) == ["loading", "planning"]
    assert all(value >= 0 for value in stages.seconds.values())
    assert told == [(0, 0, "reading the data"), (0, 0, "planning")]
    assert [path.name for path in tmp_path.iterdir()] == ["c.yaml"]


def test_a_missing_file_is_named_with_what_to_check(tmp_path):
    (tmp_path / "c.yaml").write_text("version: 1\ndataset: {kind: csv, path: no.csv, target: y}\npenalty: ridge\n", "utf-8")
    stages = Stages()
    with pytest.raises(RegcliError, match=r"no\.csv"):
        lay_out(load_config(tmp_path / "c.yaml"), stages)
    assert stages.seconds == {}
    given = {"dataset": {"kind": "csv", "path": "no.csv", "target": "y"}, "penalty": "ridge"}
    with pytest.raises(RegcliError) as caught:
        lay_out(config_from_data(given, "flags", Path()), Stages())
    assert "Check the path." in str(caught.value.hint)


@pytest.mark.parametrize("command", ["fit", "sweep"])
def test_an_experiment_ends_as_a_run_that_is_done(config, tmp_path, command):
    told = []
    run = conduct(config, command, tmp_path / "runs", Stages(lambda *progress: told.append(progress)))
    assert (run.manifest["status"], run.manifest["command"]) == ("done", command)
    assert ("model.skops" in run.manifest["files"]) == (command == "fit")
    assert (run.metrics["holdout"] is None) == (command == "sweep")
    assert {"loading", "planning", "cross-validation", "selection", "writing", "total"} <= set(run.manifest["seconds"])
    done, total, _ = told[-1]
    assert done == total == 4 * 4 * 2


def test_a_place_that_takes_no_runs_is_refused_before_anything_is_read(config, tmp_path, monkeypatch):
    (tmp_path / "runs").write_text("a file", encoding="utf-8")
    monkeypatch.setattr("regcli.experiment.lay_out", lambda *_: pytest.fail("it went on"))
    with pytest.raises(RunError, match="runs is a file"):
        conduct(config, "fit", tmp_path / "runs", Stages())


def test_the_seconds_of_a_stage_that_fails_are_not_told():
    stages = Stages()
    with pytest.raises(ZeroDivisionError), stages.stage("loading", "reading"):
        raise ZeroDivisionError
    with stages.stage("planning", "planning"):
        pass
    assert list(stages.seconds) == ["planning"]
