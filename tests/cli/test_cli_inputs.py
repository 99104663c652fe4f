"""What `fit`, `sweep` and `validate` are given: a file, flags, or nothing."""

from __future__ import annotations

import csv
import json
import shlex
import shutil
from pathlib import Path

import pytest
from regcli_in_process import call

from regcli.cli.inputs import Input, name_of

QUICK = ("--set", "lambdas.count=4", "--set", "cv.n_splits=3")


@pytest.fixture
def houses(folder):
    rows = "".join(f"{i % 5},{i % 7},{i % 3 + i / 50}\n" for i in range(60))
    (folder / "My Houses.csv").write_text("rooms,age,price\n" + rows, encoding="utf-8")
    return ("--data", "My Houses.csv", "--target", "price")


def test_fit_by_flags_writes_a_model(folder, houses):
    done = call("fit", *houses, "-q", *QUICK)
    assert done.code == 0, done.err
    run = folder / done.out.strip()
    assert "-my-houses-" in run.name
    assert (run / "model.skops").exists()


def test_a_sweep_says_how_to_keep_a_model_and_that_works(folder, houses):
    done = call("sweep", *houses, "--penalty", "ridge,lasso", *QUICK, "--runs", "kept here")
    command = done.err.split("a sweep keeps no model, `")[1].split("`")[0]
    words = shlex.split(command)
    assert words[:2] == ["regcli", "fit"]
    assert {*houses, "ridge,lasso", "kept here"} <= set(words)
    again = call(*words[1:], "-q")
    assert again.code == 0, again.err
    first, second = (folder / out.strip() / "folds.csv" for out in (done.out, again.out))
    assert first.read_bytes() == second.read_bytes()


def test_what_show_says_of_a_sweep_works_too(folder, houses):
    call("sweep", *houses, "--penalty", "lasso", *QUICK)
    command = call("show", "latest").out.split("a sweep keeps no model, `")[1].split("`")[0]
    assert call(*shlex.split(command)[1:], "-q").code == 0


@pytest.mark.parametrize("command", ["fit", "validate", "sweep"])
def test_without_anything_the_data_are_made(folder, command):
    done = call(command, "--penalty", "lasso", *QUICK, "--json")
    assert done.code == 0, done.err
    assert "make_regression" in done.out or "synthetic" in done.out


def test_flags_go_before_a_configuration_that_lies_here(folder, houses):
    (folder / "quick.yaml").rename(folder / "regcli.yaml")
    assert "-quick-" in call("fit", "-q").out
    assert "-my-houses-" in call("fit", *houses, "-q", *QUICK).out
    with (folder / "runs/latest/sweep.csv").open(encoding="utf-8") as file:
        assert {row["penalty"] for row in csv.DictReader(file)} == {"elasticnet"}


def test_data_in_the_place_of_a_configuration(folder, houses):
    done = call("fit", "My Houses.csv")
    assert done.code == 2
    assert "is a file of data" in done.err
    assert "rooms, age, price" in done.err
    assert "--data 'My Houses.csv' --target COLUMN, where COLUMN is one of" in done.err
    assert "try:" not in done.err, "no command with a gap in it"
    done = call("fit", "My Houses.csv", "--target", "price", "-q", *QUICK)
    last = done.err.splitlines()[-1]
    assert last.startswith("try: ")
    assert call(*shlex.split(last.removeprefix("try: "))[1:]).code == 0


def test_a_target_for_svmlight_is_refused_with_the_command_without_it(folder):
    (folder / "a.svmlight").write_text("".join(f"{i} 1:{i % 3} 2:{i % 5}\n" for i in range(40)), encoding="utf-8")
    done = call("fit", "--data", "a.svmlight", "--target", "y", "--task", "regression", "-q", *QUICK)
    assert done.code == 2
    last = done.err.splitlines()[-1]
    assert "--target" not in last
    assert call(*shlex.split(last.removeprefix("try: "))[1:]).code == 0


@pytest.mark.parametrize(
    ("path", "name"),
    [("riboflavin.csv.gz", "riboflavin"), ("a/My Data.parquet", "my-data"), ("x.v2.csv", "x-v2"), ("é", "e"), ("λ", "config")],
)
def test_names_come_from_the_file(path, name):
    assert name_of(Path(path)) == name


def test_a_command_with_the_same_input():
    given = Input(Path("c d.yaml"), task="regression", settings=("a=1",))
    assert given.command("fit") == "regcli fit 'c d.yaml' --task regression --set a=1"


def test_the_configuration_made_from_flags_has_relative_paths(folder, houses):
    run = folder / call("fit", *houses, "-q", *QUICK).out.strip()
    for name in ("config.yaml", "config.resolved.yaml"):
        assert "path: ../../My Houses.csv" in (run / name).read_text(encoding="utf-8")
    assert json.loads((run / "manifest.json").read_text(encoding="utf-8"))["command"] == "fit"


@pytest.mark.parametrize("name", ["config.yaml", "config.resolved.yaml"])
def test_the_configuration_of_a_sweep_works_wherever_the_run_is_copied_to(folder, houses, name):
    run = folder / call("sweep", *houses, "--penalty", "lasso", "-q", *QUICK).out.strip()
    for place in ("copies/of/runs/x", "x"):
        shutil.copytree(run, folder / place)
        done = call("fit", f"{place}/{name}", "-q")
        assert done.code == 0, done.err
        assert "-my-houses-" in done.out


def test_the_advice_for_a_damaged_run_works_where_it_was_copied_to(folder, houses):
    run = folder / call("sweep", *houses, "--penalty", "lasso", "-q", *QUICK).out.strip()
    shutil.copytree(run, folder / "a copy" / "deep down")
    (folder / "a copy" / "deep down" / "sweep.csv").write_text("nothing", encoding="utf-8")
    done = call("show", "a copy/deep down")
    assert done.code == 5
    advice = done.err.splitlines()[-1].removeprefix("try: ")
    assert advice == "regcli sweep 'a copy/deep down/config.resolved.yaml'"
    assert call(*shlex.split(advice)[1:], "-q").code == 0


def test_beyond_sets_other_families_beside_the_penalties(tmp_path):
    data = tmp_path / "d.csv"
    data.write_text("a,y\n1,2\n", encoding="utf-8")
    given = Input(data=data, target="y", penalty="ridge", beyond=True)
    config = given.load()
    assert [entry.kind for entry in config.estimators] == ["tree", "forest", "boosting"]
    assert "--beyond" in given.words()
    assert [entry.kind for entry in given.load().penalty] == ["ridge"]
