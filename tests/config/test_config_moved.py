"""A run that is copied finds its data again, by their hash."""

from __future__ import annotations

import hashlib
import json

import pytest

from regcli.config import load_config

CONFIG = "version: 1\ndataset: {kind: csv, path: ../../data/d.csv, target: y}\npenalty: lasso\n"
CONTENT = b"a,y\n1,2\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The folders of a project, started from there; gives a function that puts a run somewhere."""
    (tmp_path / "project" / "data").mkdir(parents=True)
    (tmp_path / "project" / "data" / "d.csv").write_bytes(CONTENT)
    monkeypatch.chdir(tmp_path / "project")

    def run(place, manifest=None):
        folder = tmp_path / place
        folder.mkdir(parents=True)
        (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
        told = {"name": "houses", "dataset": {"sha256": hashlib.sha256(CONTENT).hexdigest()}} if manifest is None else manifest
        (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
        return load_config(folder / "config.yaml")

    return run


@pytest.mark.parametrize("place", ["project/runs/x", "project/x", "elsewhere/far/x", "project/a/b/c/d/x"])
def test_wherever_the_run_is(project, tmp_path, place):
    config = project(place)
    assert config.dataset.path == tmp_path / "project" / "data" / "d.csv"
    assert config.name == "houses"


def test_from_somewhere_else_with_the_run_inside_the_project(project, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert project("project/archive/2026/x").dataset.path == tmp_path / "project" / "data" / "d.csv"


def test_the_file_alone_beside_the_run(project, tmp_path):
    (tmp_path / "project" / "data" / "d.csv").rename(tmp_path / "project" / "d.csv")
    assert project("elsewhere/x").dataset.path == tmp_path / "project" / "d.csv"


def test_another_file_of_that_name_is_not_taken(project, tmp_path):
    (tmp_path / "project" / "data" / "d.csv").write_bytes(b"a,y\n9,9\n")
    assert not project("elsewhere/far/x").dataset.path.exists()


@pytest.mark.parametrize("manifest", [[], {}, {"dataset": []}, {"dataset": {"sha256": 3}}, {"name": 3}])
def test_a_manifest_that_says_nothing_is_no_help_and_no_trouble(project, manifest):
    assert not project("elsewhere/far/x", manifest).dataset.path.exists()


def test_no_run_directory_no_search(project, tmp_path):
    (tmp_path / "c.yaml").write_text(CONFIG, encoding="utf-8")
    assert not load_config(tmp_path / "c.yaml").dataset.path.exists()
