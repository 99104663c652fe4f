"""Where a run came from: the state of git, versions, threads, the processor."""

from __future__ import annotations

import platform
import subprocess
from importlib import metadata

import pytest

from regcli.run import provenance


@pytest.fixture
def repository(tmp_path):
    def git(*arguments):
        who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *who, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    git("init", "-q")
    for name in ("c.yaml", "other.txt"):
        (tmp_path / name).write_text("1", encoding="utf-8")
    git("add", "-A")
    git("commit", "-qm", "one")
    return tmp_path, git


def test_a_clean_repository_by_its_commit(repository):
    folder, git = repository
    assert provenance.git_state(folder / "c.yaml") == {"commit": git("rev-parse", "HEAD"), "dirty": False}


@pytest.mark.parametrize(("name", "dirty"), [("other.txt", True), ("c.yaml", True), ("untracked.txt", False)])
def test_what_is_changed_counts_and_what_nobody_tracks_does_not(repository, name, dirty):
    folder, _ = repository
    (folder / name).write_text("2", encoding="utf-8")
    assert provenance.git_state(folder / "c.yaml")["dirty"] is dirty


def test_a_configuration_that_is_not_committed_makes_it_dirty(repository):
    folder, _ = repository
    (folder / "new.yaml").write_text("1", encoding="utf-8")
    assert provenance.git_state(folder / "new.yaml")["dirty"] is True
    assert provenance.git_state(folder / "c.yaml")["dirty"] is False


def test_without_git_there_is_no_state(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert provenance.git_state(tmp_path / "c.yaml") is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert provenance.git_state(None) is None


def test_versions_are_those_installed():
    found = provenance.versions()
    assert found["python"] == platform.python_version()
    assert {"regcli", "numpy", "scikit-learn", "pydantic"} <= found.keys()
    assert found["numpy"] == metadata.version("numpy")
    assert "pytest" not in found


def test_nothing_names_the_host_the_user_or_a_path():
    told = str([provenance.host(), provenance.threading()])
    assert platform.node() not in told
    assert "/" not in "".join(str(pool.get("version", "")) for pool in provenance.threading())
    assert all("filepath" not in pool for pool in provenance.threading())
    assert set(provenance.host()) == {"cpu", "cores", "machine", "system"}
