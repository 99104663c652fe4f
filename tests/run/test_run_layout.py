"""Names of runs, and files that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime

import pytest

from regcli.run import layout

MOMENT = datetime(2026, 11, 20, 21, 15, 0, 123456, tzinfo=UTC)


def test_an_id_is_time_name_and_six_digits(tmp_path):
    path = layout.make_run_directory(tmp_path / "deep" / "runs", "diabetes", MOMENT)
    stamp, name, digits = path.name.split("-")
    assert (stamp, name, len(digits)) == ("20261120T211500Z", "diabetes", 6)
    assert layout.is_run_id(path.name)
    assert path.is_dir()


@pytest.mark.parametrize("name", ["latest", "20261120T211500Z", "20261120T211500Z-a-12345", "20261120T211500Z-A-123456"])
def test_other_names_are_no_ids(name):
    assert not layout.is_run_id(name)


def test_a_directory_is_never_used_twice(tmp_path, monkeypatch):
    digits = iter(["aaaaaa", "aaaaaa", "bbbbbb"])
    monkeypatch.setattr(secrets, "token_hex", lambda _: next(digits))
    first = layout.make_run_directory(tmp_path, "x", MOMENT)
    second = layout.make_run_directory(tmp_path, "x", MOMENT)
    assert (first.name[-6:], second.name[-6:]) == ("aaaaaa", "bbbbbb")


def test_latest_is_a_relative_link(tmp_path):
    path = layout.make_run_directory(tmp_path, "x", MOMENT)
    layout.point_latest(tmp_path, path.name)
    link = tmp_path / "latest"
    assert str(link.readlink()) == path.name
    layout.point_latest(tmp_path, "other")
    assert str(link.readlink()) == "other"


def test_latest_is_a_text_file_where_links_are_impossible(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise OSError

    monkeypatch.setattr("pathlib.Path.symlink_to", refuse)
    path = layout.make_run_directory(tmp_path, "x", MOMENT)
    layout.point_latest(tmp_path, path.name)
    assert (tmp_path / "latest").read_text(encoding="utf-8") == f"{path.name}\n"


def test_a_failed_write_leaves_what_was_there(tmp_path, monkeypatch):
    target = tmp_path / "file"
    layout.write_atomically(target, b"old")

    def refuse(*_):
        raise OSError(28, "no room")

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    with pytest.raises(OSError, match="no room"):
        layout.write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_what_is_no_file_is_written_to_and_stays_what_it_is(tmp_path):
    pipe, link, behind = tmp_path / "pipe", tmp_path / "link", tmp_path / "behind"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    layout.write_atomically(pipe, b"a")
    assert os.read(reader, 9) == b"a"
    os.close(reader)
    assert pipe.is_fifo()
    link.symlink_to(behind)
    layout.write_atomically(link, b"b")
    assert link.is_symlink()
    assert behind.read_bytes() == b"b"
    with pytest.raises(OSError, match="directory"):
        layout.write_atomically(tmp_path, b"c")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["behind", "link", "pipe"]
