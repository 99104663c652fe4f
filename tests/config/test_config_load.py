"""From a file, or from plain data, to a configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from regcli.config import config_from_data
from regcli.config.load import decide, flat_values, load_config, slug
from regcli.errors import ConfigError, UsageError

TABLE = "version: 1\ntask: classification\ndataset: {kind: csv, path: d.csv, target: y, group: g, time: t}\npenalty: lasso\n"


REGRESSION = "version: 1\ndataset: {kind: make_regression}\n"


def test_paths_start_from_the_file_s_folder(tmp_path, monkeypatch):
    (tmp_path / "configs").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "configs", target_is_directory=True)
    (tmp_path / "configs" / "x.yaml").write_text(
        "version: 1\ndataset: {kind: csv, path: ../data/d.csv, target: y}\npenalty: l1\n"
    )
    monkeypatch.chdir(tmp_path / "configs")
    wanted = tmp_path.resolve() / "data" / "d.csv"
    for given in ("x.yaml", tmp_path / "configs" / "x.yaml", "../configs/x.yaml", "../link/x.yaml"):
        assert load_config(Path(given)).dataset.path == wanted


def test_a_linked_data_file_keeps_its_name(load, tmp_path):
    (tmp_path / "v1.csv").touch()
    (tmp_path / "latest.csv").symlink_to("v1.csv")
    assert load(TABLE.replace("d.csv", "latest.csv")).dataset.path == tmp_path.resolve() / "latest.csv"


@pytest.mark.parametrize(
    ("file", "name"),
    [("Diabetes 2.yaml", "diabetes-2"), ("config.resolved.yaml", "config-resolved"), ("Été.yaml", "ete"), ("λ.yaml", "config")],
)
def test_the_name_is_the_stem(tmp_path, file, name):
    path = tmp_path / file
    path.write_text(REGRESSION + "penalty: l1\n")
    assert load_config(path).name == name


def test_the_origin_is_kept_beside(load, tmp_path):
    text = "# mine\n" + TABLE
    config = load(text)
    assert config.origin.source_path == Path("c.yaml")
    assert config.origin.source_text == text
    assert "origin" not in config.model_dump()


def test_bom_and_anchors(load):
    config = load("\ufeff" + REGRESSION + "penalty: [&a {kind: ridge, factors: {x: 2}}, *a]\n")
    assert config.penalty[0] == config.penalty[1]


def test_without_a_file(tmp_path):
    data = {"dataset": {"kind": "csv", "path": Path("d.csv"), "target": "y"}, "penalty": ["none", "lasso"], "holdout": None}
    config = config_from_data(data, "the command line", tmp_path, ["cv.n_splits=3"])
    assert (config.name, config.version, config.cv.n_splits) == ("sweep", 1, 3)
    assert config.dataset.path == tmp_path.resolve() / "d.csv"
    assert (config.origin.source_path, config.origin.source_text) == (None, "")
    assert data["penalty"] == ["none", "lasso"]


def test_every_scalar_is_told_by_its_dotted_key_as_it_was_written():
    text = "a: 1e-3\nb: {c: no, d: [1, two]}\ne: [{f: 1}, {f: 2}]\n"
    assert flat_values(text, "c.yaml") == {"a": "1e-3", "b.c": "no", "b.d": "[1, two]", "e.0.f": "1", "e.1.f": "2"}


def test_what_the_data_decided_is_written_down_and_the_rest_left_alone(load):
    config = load("version: 1\ndataset: {kind: make_regression}\npenalty: lasso\n")
    decided = decide(config, task="regression", cv_kind="kfold", metric="mae")
    assert (decided.task, decided.cv.kind, decided.select.metric) == ("regression", "kfold", "mae")
    assert (config.cv.kind, config.select.metric) == (None, None)
    with pytest.raises(ConfigError, match="log_loss"):
        decide(config, task="regression", metric="log_loss")


@pytest.mark.parametrize(("stem", "name"), [("Äpfel & Birnen_2", "apfel-birnen-2"), ("--", "config"), ("x" * 200, "x" * 100)])
def test_names_are_made_of_plain_letters(stem, name):
    assert slug(stem) == name


def test_a_file_that_is_not_there_names_its_neighbour(tmp_path):
    (tmp_path / "config.yaml").write_text("", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_config(tmp_path / "confg.yaml")
    assert "config.yaml" in str(caught.value.hint)


@pytest.mark.parametrize("text", ["", " ", "# nothing\n"])
def test_of_an_empty_text_there_are_no_values(text):
    with pytest.raises(ConfigError, match=r"f\.yaml:1:1: the file is empty"):
        flat_values(text, "f.yaml")
