"""`regcli init --example`: what comes with regcli, put into a folder of one's own."""

from __future__ import annotations

import json
from pathlib import Path

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
    assert "--example" in done.err
