"""`regcli init`: a first configuration for a data file, or an example with its data in a folder of one's own."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import numpy as np
import pytest
from regcli_in_process import call

from regcli import examples
from regcli.config import load_config

CONFIGS = Path(__file__).parents[2] / "configs"


def test_every_shipped_configuration_is_an_example():
    assert examples.names() == sorted(path.stem for path in CONFIGS.glob("*.yaml"))
    listed = json.loads(call("init", "--example", "list", "--json").out)
    assert [row["example"] for row in listed] == examples.names()
    assert all(len(row["about"]) > 20 for row in listed)


@pytest.mark.parametrize("name", examples.names())
def test_an_example_means_what_the_shipped_one_does_and_finds_its_data(folder, name):
    done = call("init", "--example", name)
    assert done.code == 0, done.err
    assert done.out == f"{name}.yaml\n"
    assert f"regcli fit {name}.yaml" in done.err
    written, shipped = load_config(folder / f"{name}.yaml"), load_config(CONFIGS / f"{name}.yaml")
    path, origin = (getattr(config.dataset, "path", None) for config in (written, shipped))
    if path is not None:
        assert path.parent == folder
        assert path.read_bytes() == origin.read_bytes()
        shipped = load_config(CONFIGS / f"{name}.yaml", [f"dataset.path={json.dumps(str(path))}"])
    assert written == shipped
    assert "configs/" not in (folder / f"{name}.yaml").read_text(encoding="utf-8")


def test_nothing_is_overwritten_and_the_remedy_works(folder):
    assert call("init", "--example", "diabetes").code == 0
    assert call("init", "--example", "diabetes").code == 0, "the same again is no loss"
    (folder / "diabetes.csv").write_text("mine", encoding="utf-8")
    done = call("init", "--example", "diabetes")
    assert done.code == 2
    assert "diabetes.csv: there is something else already" in done.err
    assert (folder / "diabetes.csv").read_text(encoding="utf-8") == "mine"
    assert call(*done.err.splitlines()[-1].removeprefix("try: regcli ").split()).code == 0
    assert (folder / "diabetes" / "diabetes.csv").exists()


def test_an_unknown_example_names_those_there_are(folder):
    done = call("init", "--example", "diabets")
    assert done.code == 2
    assert "did you mean 'diabetes'?" in done.err
    assert "three-penalties" in done.err


def test_without_a_name_it_says_what_is_missing(folder):
    done = call("init")
    assert done.code == 2
    assert "needs a data file, or the name of an example" in done.err
    assert call("init", "quick.yaml", "--example", "diabetes").code == 2


@pytest.fixture
def houses(folder):
    random = np.random.default_rng(3)
    lines = ["rooms;town;price"]
    lines += [f"{3 + i % 5};{'ab'[i % 2]};{100 + 20 * (i % 5) + 15 * random.normal():.2f}" for i in range(60)]
    (folder / "my houses.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_a_data_file_has_a_configuration_that_runs(houses):
    done = call("init", "my houses.csv", "--target", "price")
    assert done.code == 0, done.err
    assert done.out == "my-houses.yaml\n"
    assert "price of my houses.csv: regression on 60 rows and 2 input columns" in done.err
    assert call("validate", "my-houses.yaml").code == 0
    assert call("fit", "my-houses.yaml", "-q", "--set", "lambdas.count=5").code == 0
    assert call("init", "my houses.csv", "--target", "price", "-q").err == "", "the same again is no loss"


def test_what_is_there_is_kept_and_the_remedy_works(houses):
    (houses / "my-houses.yaml").write_text("mine", encoding="utf-8")
    done = call("init", "my houses.csv", "--target", "price", "--task", "regression")
    assert done.code == 2
    assert "my-houses.yaml: there is something else already" in done.err
    assert (houses / "my-houses.yaml").read_text(encoding="utf-8") == "mine"
    assert call(*shlex.split(done.err.splitlines()[-1].removeprefix("try: regcli "))).code == 0
    assert load_config(houses / "my-houses-2.yaml").dataset.target == "price"


def test_without_a_target_the_likely_ones_are_named(houses):
    done = call("init", "my houses.csv")
    assert done.code == 2
    assert "Likely ones are 'price'; there are 3 columns." in done.err
    assert call(*shlex.split(done.err.splitlines()[-1].removeprefix("try: regcli "))).code == 0


def test_on_a_terminal_it_asks(houses, monkeypatch):
    answers = iter(["nothing", "price"])
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(answers))
    monkeypatch.setattr("regcli.cli.init._on_a_terminal", lambda: True)
    done = call("init", "my houses.csv")
    assert done.code == 0, done.err
    assert "There is no column 'nothing'" in done.err


def test_other_kinds_of_files(folder):
    lines = [f"{i % 2} 1:{i % 7} 3:{(i * 3) % 5}" for i in range(60)]
    (folder / "d.svmlight").write_text("\n".join(lines), encoding="utf-8")
    assert call("init", "d.svmlight").code == 0
    assert call("validate", "d.yaml").code == 0
    assert call("init", "d.svmlight", "--target", "y").code == 2
    assert call("init", "nowhere.csv", "--target", "y").code == 3
