"""An experiment from top to bottom, and from Python: the commands' bytes, typed results, a process that stays as it was."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import signal
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_info

import regcli
from regcli.cli.main import app
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
    *_, (done, total, _) = (how for how in told if how[2] != "importance of columns")
    assert done == total == 4 * 4 * 2
    assert told[-1][0] == told[-1][1]


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


ROOT = Path(__file__).parents[1]
QUICK = """\
version: 1
name: quick
dataset: {kind: make_regression, n_samples: 50, n_features: 4, n_informative: 2, noise: 5.0}
penalty: [ridge, lasso]
lambdas: {count: 6, stop: never}
cv: {kind: kfold, n_splits: 3}
holdout: {fraction: 0.2}
"""
# What no two runs have in common.
OWN = {"id", "started", "finished", "seconds", "files", "beside"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REGCLI_RUNS", raising=False)
    (tmp_path / "quick.yaml").write_text(QUICK, encoding="utf-8")
    return tmp_path


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(60, 3)), columns=["a", "b", "c"])
    table["kind"] = np.where(rng.random(60) < 0.5, "u", "v")
    table["y"] = table["a"] - 2 * table["b"] + (table["kind"] == "u") + rng.normal(size=60)
    return table


SHORT = {"lambdas.count": 5, "cv.n_splits": 3}


OF_ITS_OWN = {"log.txt", "manifest.json", "report.html"}  # times, and names made of them


def contents(run):
    """Every file but the log, and of the manifest what runs have in common."""
    found = {file.name: file.read_bytes() for file in Path(run).iterdir() if file.name not in OF_ITS_OWN}
    manifest = json.loads((Path(run) / "manifest.json").read_bytes())
    return found, {key: value for key, value in manifest.items() if key not in OWN}


@pytest.mark.parametrize("command", ["fit", "sweep"])
def test_python_and_the_command_write_the_same_bytes(folder, command):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", regcli.RegcliWarning)
        one = getattr(regcli, command)("quick.yaml", settings={"lambdas.count": 5})
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), pytest.raises(SystemExit, match="0"):
        app([command, "quick.yaml", "-q", "--set", "lambdas.count=5"], prog_name="regcli")
    two = printed.getvalue().strip()
    (files, manifest), (other_files, other_manifest) = contents(one), contents(two)
    assert files == other_files
    assert {"sweep.csv", "metrics.json", "config.yaml"} <= set(files)
    threads = manifest.pop("threads"), other_manifest.pop("threads")  # of the libraries that happen to be loaded
    assert all(threads)
    assert manifest == other_manifest


def test_the_same_configuration_as_path_text_and_dict_is_the_same_run(folder):
    import yaml

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", regcli.RegcliWarning)
        runs = [regcli.fit(given) for given in (Path("quick.yaml"), QUICK, yaml.safe_load(QUICK))]
    first, *others = [contents(run)[0] for run in runs]
    assert first.pop("config.yaml").decode() == QUICK == others[0].pop("config.yaml").decode()
    others[1].pop("config.yaml")
    assert first == others[0] == others[1]


def test_warnings_come_through_warnings_where_the_call_stands(folder):
    with pytest.warns(regcli.RegcliWarning, match="smallest λ of the grid") as caught:
        run = regcli.fit("quick.yaml")
    assert [str(each.message) for each in caught] == list(run.warnings)
    assert {each.filename for each in caught} == {__file__}


@pytest.mark.filterwarnings("ignore::regcli.RegcliWarning")
def test_the_process_stays_as_it_was_and_nothing_is_printed(folder, frame, capfd):
    logger = logging.getLogger("regcli")

    def state():
        pools = [(pool["filepath"], pool["num_threads"]) for pool in threadpool_info()]
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        return (
            pools,
            handlers,
            list(warnings.filters),
            warnings.showwarning,
            list(logger.handlers),
            logger.level,
            logger.propagate,
        )

    regcli.fit("quick.yaml")  # whatever is imported has been
    before = state()
    run = regcli.fit("quick.yaml")
    regcli.fit(data=frame, target="y", settings=SHORT).predict(frame)
    regcli.validate("quick.yaml")
    regcli.compare(run, "latest~2")
    with pytest.raises(regcli.DataError):
        regcli.fit(data=frame, target="nope", settings=SHORT)
    assert state() == before
    assert capfd.readouterr() == ("", "")


@pytest.mark.filterwarnings("ignore::regcli.RegcliWarning")
def test_whoever_listens_to_the_log_hears_what_was_asked_for(folder, caplog):
    regcli.fit("quick.yaml")
    assert not caplog.records
    with caplog.at_level(logging.INFO, "regcli"):
        regcli.fit("quick.yaml")
    assert {record.levelno for record in caplog.records} == {logging.INFO}
    assert any("done after" in record.message for record in caplog.records)


@pytest.mark.filterwarnings("ignore::regcli.RegcliWarning")
def test_threads_at_the_same_time_make_the_same_runs_with_logs_of_their_own(folder):
    filters, pools = list(warnings.filters), [pool["num_threads"] for pool in threadpool_info()]
    runs = {}
    threads = [threading.Thread(target=lambda k=k: runs.setdefault(k, regcli.fit("quick.yaml", runs=f"r{k}"))) for k in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, *others = [contents(runs[k])[0] for k in range(3)]
    assert first == others[0] == others[1]
    for run in runs.values():
        assert (run.path / "log.txt").read_text(encoding="utf-8").count("fit quick: regression on y") == 1
    assert (list(warnings.filters), [pool["num_threads"] for pool in threadpool_info()]) == (filters, pools)


def test_progress_is_told(folder):
    told = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", regcli.RegcliWarning)
        regcli.sweep("quick.yaml", progress=lambda *how: told.append(how))
    assert told[0] == (0, 0, "reading the data")
    assert (48, 48) in [how[:2] for how in told]
    assert told[-1][0] == told[-1][1]


def test_validate_shows_the_plan_and_writes_nothing(folder):
    plan = regcli.validate("quick.yaml", penalty="lasso", settings=["cv.n_splits=4"])
    assert plan.n_fits == 6 * 5
    assert plan.paths["penalty"].tolist() == ["lasso"]
    assert plan.folds["n_validation"].tolist() == [10, 10, 10, 10]
    assert dict(zip(plan.data["what"], plan.data["value"], strict=True))["target"] == "y"
    assert not (folder / "runs").exists()


@pytest.mark.filterwarnings("ignore::regcli.RegcliWarning")
def test_runs_are_where_they_are_told_to_be(folder, monkeypatch):
    assert regcli.sweep("quick.yaml").path.parent == Path("runs")
    assert regcli.sweep("quick.yaml", settings={"output.dir": "there"}).path.parent == Path("there")
    monkeypatch.setenv("REGCLI_RUNS", "env")
    assert regcli.sweep("quick.yaml").path.parent == Path("env")
    run = regcli.sweep("quick.yaml", runs="given")
    assert run.path.parent == Path("given")
    assert regcli.read_run("latest", "given").path == regcli.read_run(run.path).path == regcli.read_run(run).path == run.path


@pytest.mark.filterwarnings("ignore::regcli.RegcliWarning")
def test_data_in_memory_give_what_the_file_gives(folder, frame):
    frame.to_csv("d.csv", index=False)
    frame.index = np.arange(60)[::-1] + 100  # which is no column
    config = {"dataset": {"kind": "csv", "path": "d.csv", "target": "y", "columns": {"exclude": ["c"]}}, "penalty": "lasso"}
    by_file, by_frame = regcli.fit(config, settings=SHORT), regcli.fit(config, data=frame, settings=SHORT)
    by_parts = regcli.fit(config, data=(frame.drop(columns="y"), frame["y"]), settings=SHORT)
    for name in ("sweep.csv", "folds.csv", "coefficients.csv", "predictions.csv", "model.skops"):
        bytes_of = [(run.path / name).read_bytes() for run in (by_file, by_frame, by_parts)]
        assert bytes_of[0] == bytes_of[1] == bytes_of[2], name
    rows = regcli.compare(by_frame, by_parts).rows
    assert set(rows["mark"]) <= {"same", "not comparable"} or not len(rows[rows["section"] == "Data"].query("mark != 'same'"))
    assert by_frame.manifest["dataset"]["source"] == "DataFrame"


@pytest.mark.filterwarnings("ignore::regcli.RegcliWarning")
def test_a_comparison_sees_whether_data_in_memory_changed(folder, frame):
    one = regcli.sweep(data=frame, target="y", settings=SHORT)
    same = regcli.sweep(data=frame.copy(), target="y", settings=SHORT)
    other = regcli.sweep(data=frame.assign(a=frame["a"] + 1), target="y", settings=SHORT)
    digests = [run.manifest["dataset"]["sha256"] for run in (one, same, other)]
    assert digests[0] == digests[1] != digests[2]
    marks = dict(zip(*(regcli.compare(one, other).rows[key] for key in ("name", "mark")), strict=True))
    assert marks["dataset.sha256"] == "changed"


@pytest.mark.filterwarnings("ignore::regcli.RegcliWarning")
def test_the_resolved_configuration_says_that_the_data_came_from_memory(folder, frame):
    run = regcli.fit(data=frame, target="y", settings=SHORT)
    resolved = run.path / "config.resolved.yaml"
    assert "  kind: memory\n  target: y\n" in resolved.read_text(encoding="utf-8")
    with pytest.raises(regcli.UsageError, match="no file holds them") as caught:
        regcli.fit(resolved)
    assert "data=" in caught.value.hint
    again = regcli.fit(resolved, data=frame)
    assert (again.path / "sweep.csv").read_bytes() == (run.path / "sweep.csv").read_bytes()


def test_a_comparison_judges_gates_from_texts_and_files(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", regcli.RegcliWarning)
        a, b = regcli.fit("quick.yaml"), regcli.fit("quick.yaml", settings={"select.rule": "min"})
    (folder / "gates.yaml").write_text("- n_nonzero > 100\n", encoding="utf-8")
    holds = regcli.compare(a, b, gates="gates.yaml")
    assert holds.ok
    assert holds.gates["gate"].tolist() == ["n_nonzero > 100"]
    fails = regcli.compare(a.path, b, fail_if="n_nonzero > 0", gates=["gates.yaml"])
    assert not fails.ok
    assert fails.failed == (fails.gates["reason"][0],)
    with pytest.raises(regcli.UsageError, match="'nonsense' is not a name"):
        regcli.compare(a, b, fail_if=["nonsense > 1"])


def test_a_checklist_judges_rows_and_gates(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", regcli.RegcliWarning)
        run = regcli.fit("quick.yaml")
    found = regcli.check(run)
    assert found.rows["code"][0] == "RC001"
    assert found.numbers["validation.mse"] == run.metrics["validation"]["mse"]
    assert "RC014" in found.rows["code"][found.rows["verdict"] == "look"].tolist()
    muted = regcli.check(run.path, mute="RC014").rows
    assert muted["code"][muted["verdict"] == "muted"].tolist() == ["RC014"]
    strict = regcli.check(run, fail_if="check.baseline.level > 0")
    assert not strict.ok
    assert strict.failed[-1].startswith("gate 'check.baseline.level > 0' fails")


@pytest.mark.parametrize(
    "code",
    [
        "import regcli, regcli.compare; from regcli.compare import Gate; regcli.compare('a', 'b', runs='nowhere')",
        "import regcli, regcli.check; from regcli.check import codes; regcli.check('a', runs='nowhere')",
    ],
)
def test_packages_that_are_called_as_a_door_are_the_function_too(folder, code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "RunError: a: there is no such run" in done.stderr


def test_importing_regcli_imports_nothing_heavy():
    code = "import sys, regcli; dir(regcli); regcli.RegcliError; print(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())
    heavy = {"numpy", "pandas", "pyarrow", "pydantic", "scipy", "sklearn", "yaml"}
    assert not {name.partition(".")[0] for name in loaded} & heavy


@pytest.mark.parametrize("name", regcli.__all__)
def test_every_name_is_there(name):
    assert callable(getattr(regcli, name))


def test_another_name_is_not():
    with pytest.raises(AttributeError, match="no attribute 'fitt'"):
        regcli.fitt  # noqa: B018


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({}, "UsageError", "Neither a configuration nor data"),
        ({"config": 3}, "UsageError", "a int is no configuration"),
        ({"config": "no.yaml"}, "UsageError", "no such file"),
        ({"config": "{penalty: ridge}"}, "ConfigError", "dataset: missing"),
        ({"config": "quick.yaml", "settings": {"cv.splits": 3}}, "ConfigError", "settings: cv.splits: unknown key"),
        ({"config": "quick.yaml", "settings": ["cv"]}, "ConfigError", "must be KEY=VALUE"),
        ({"config": "quick.yaml", "penalty": "rigde"}, "UsageError", "penalty: 'rigde' is not known"),
        ({"data": "no.csv", "target": "y"}, "DataError", "there is no such file"),
    ],
)
def test_mistakes_are_errors_of_the_tree(folder, arguments, error, words):
    with pytest.raises(getattr(regcli, error), match=words) as caught:
        regcli.fit(**arguments)
    assert isinstance(caught.value, regcli.RegcliError)
    assert not (folder / "runs").exists()


def test_numbers_of_numpy_are_numbers_of_a_configuration(folder):
    plan = regcli.validate(
        {"dataset": {"kind": "builtin", "name": "diabetes"}, "penalty": [{"kind": "ridge"}]},
        settings={"lambdas.values": np.array([1.0, 0.1]), "cv.n_splits": np.int64(3)},
    )
    assert plan.paths["lambda_max"].tolist() == [1.0]
    assert len(plan.folds) == 3


@pytest.mark.filterwarnings("ignore::regcli.RegcliWarning")
def test_the_readme_is_right_about_python(folder, monkeypatch):
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## From Python\n")[2]
    code = text.partition("```python\n")[2].partition("```")[0]
    assert code
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("REGCLI_RUNS", str(folder / "runs"))
    names = {}
    exec(code, names)
    assert isinstance(names["run"], regcli.Run)
