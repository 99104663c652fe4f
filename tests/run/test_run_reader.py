"""Finding runs, and what is said of damaged ones."""

from __future__ import annotations

import json

import pytest
from small_runs import write

from regcli.errors import RunError
from regcli.run import find_runs, list_runs, open_run


@pytest.fixture
def three(tmp_path, outcome):
    runs = tmp_path / "runs"
    return runs, [write(runs, outcome).path for _ in range(3)]


def test_the_newest_comes_first_even_within_a_second(three):
    runs, paths = three
    assert find_runs(runs) == paths[::-1]


def test_runs_are_found_by_age_prefix_and_path(three):
    runs, paths = three
    assert open_run("latest", runs).path == paths[2]
    assert open_run("latest~2", runs).path == paths[0]
    assert open_run(str(paths[1]), runs / "elsewhere").path == paths[1]
    assert open_run(paths[0].name, runs).path == paths[0]
    assert open_run(paths[0].name[:-1], runs).path == paths[0]


@pytest.mark.parametrize(
    ("reference", "message"),
    [("latest~3", "there are 3 runs"), ("2", "3 runs in .* begin so"), ("nothing", "no such run"), ("", "no such run")],
)
def test_what_cannot_be_found_is_said(three, reference, message):
    with pytest.raises(RunError, match=message) as caught:
        open_run(reference, three[0])
    assert caught.value.hint
    assert "\n" not in caught.value.message


def test_an_experiments_name_stands_for_its_newest_run(tmp_path, outcome):
    runs = tmp_path / "runs"
    paths = {}
    for name in ("houses", "houses-log", "iris", "houses"):
        path = write(runs, outcome).path
        stamp, rest = path.name.split("-", 1)
        paths[name] = path.rename(path.with_name(f"{stamp}-{name}-{rest[-6:]}"))
    newest = open_run("houses", runs).path
    assert newest.name.split("-")[1:-1] == ["houses"]
    assert newest == next(path for path in find_runs(runs) if path.name[17:-7] == "houses")
    assert open_run("iri", runs).path == paths["iris"]
    assert open_run("houses-", runs).path == paths["houses-log"]
    with pytest.raises(RunError, match=r"the names of 2 experiments in .* begin so: houses, houses-log"):
        open_run("hou", runs)


def test_no_runs_at_all(tmp_path):
    assert find_runs(tmp_path / "nowhere") == []
    with pytest.raises(RunError, match="no run in"):
        open_run("latest", tmp_path / "nowhere")


def test_a_directory_without_a_manifest_is_no_run(tmp_path):
    with pytest.raises(RunError, match=r"no run directory: it has no manifest\.json"):
        open_run(str(tmp_path), tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "damaged"), ("[]", "format version is none"), ('{"format_version": 2, "status": "done"}', "format version is 2"),
     ('{"format_version": 1}', "has no 'id'"), ("\xff", "damaged")],
)  # fmt: skip
def test_a_damaged_manifest_is_told(run, content, message):
    (run.path / "manifest.json").write_bytes(content.encode("latin-1"))
    with pytest.raises(RunError, match=message) as caught:
        open_run(str(run.path), run.path.parent)
    assert caught.value.hint
    ((path, what),) = list_runs(run.path.parent)
    assert path == run.path
    assert what


@pytest.mark.parametrize(
    "name", ["sweep.csv", "folds.csv", "coefficients.csv", "metrics.json", "path.parquet", "predictions.csv"]
)
@pytest.mark.parametrize("damage", ["truncated", "garbage", "missing", "garbage, manifest to match"])
def test_a_damaged_file_is_told(run, name, damage):
    read = {
        "sweep.csv": run.sweep, "folds.csv": run.folds, "coefficients.csv": run.coefficients, "metrics.json": lambda: run.metrics,
        "path.parquet": run.path_coefficients, "predictions.csv": run.predictions,
    }[name]  # fmt: skip
    file = run.path / name
    if damage == "truncated":
        file.write_bytes(file.read_bytes()[:-20])
    elif damage == "missing":
        file.unlink()
    else:
        file.write_bytes(b"\x00garbage,\xff\n1,2\n")
        if "match" in damage:
            del run.manifest["files"][name]
    with pytest.raises(RunError, match="the run is damaged") as caught:
        read()
    assert name in caught.value.message
    assert caught.value.remedies[0].endswith("config.resolved.yaml")


def test_another_column_more_is_no_damage(run):
    file = run.path / "sweep.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([f"{lines[0]},later", *(f"{line},1" for line in lines[1:])]), encoding="utf-8")
    del run.manifest["files"]["sweep.csv"]
    assert list(run.sweep())[-1] == "later"


def test_folds_keep_their_labels_as_text(run):
    assert set(run.folds()["fold"]) == {"0", "1", "2"}


def test_a_link_to_a_run_opens_it(three):
    runs, paths = three
    assert open_run(str(runs / "latest"), runs).manifest == json.loads((paths[2] / "manifest.json").read_bytes())
