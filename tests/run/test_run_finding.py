"""Runs found by path, name and age; what is not found is told with a way on."""

import shutil

import pytest

from regcli.errors import RunError
from regcli.run import find_runs, list_runs, open_run


def test_the_newest_comes_first_and_is_found_by_age_prefix_and_name(run, tmp_path):
    older, newer = tmp_path / "20200101T000000Z-old-000000", tmp_path / "20210101T000000Z-new-000000"
    for place in (older, newer):
        shutil.copytree(run.path, place)
    assert find_runs(tmp_path) == [newer, older]
    found = [open_run(name, tmp_path).path for name in ("latest", "latest~1", "2020", "old", str(older))]
    assert found == [newer, older, older, older, older]
    assert [entry.path for entry in list_runs(tmp_path)] == [newer, older]


def test_what_is_not_there_or_not_clear_is_told(run, tmp_path):
    for second in ("01", "02"):
        shutil.copytree(run.path, tmp_path / f"202001{second}T000000Z-same-00000{second[1]}")
    with pytest.raises(RunError, match=r"2 runs in .* begin so"):
        open_run("202001", tmp_path)
    with pytest.raises(RunError, match="there is no such run"):
        open_run("nothing", tmp_path)
    (tmp_path / "20200101T000000Z-same-000001" / "manifest.json").write_text("{}")
    assert isinstance(list_runs(tmp_path)[1], tuple)
