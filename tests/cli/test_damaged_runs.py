"""Damaged and forged run directories: every command that reads one ends with 5 and says what is wrong, or does not need it."""

from __future__ import annotations

import pytest
from damaged_runs import complaints, good_run


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return good_run(tmp_path_factory.mktemp("good"))


@pytest.mark.parametrize("start", [0, 10, 20, 105])  # a probability below zero is among the last
def test_no_damage_is_a_bug(good, tmp_path, monkeypatch, start):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = []
    for number in range(start, start + 10):
        folder = tmp_path / str(number)
        folder.mkdir()
        found += complaints(good, number, folder)
    assert found == []
