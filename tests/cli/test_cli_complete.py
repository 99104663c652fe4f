"""What the shell offers for arguments that name runs, baselines and examples."""

from __future__ import annotations

import pytest

from regcli.cli.complete import complete_baseline, complete_example, complete_run
from regcli.examples import names


class Context:
    """As the shell's completion gives it: options that were typed before the word."""

    def __init__(self, **params):
        self.params = params


OLD, NEW = "20260101T000000Z-a-000000", "20260102T000000Z-a-000000"


@pytest.fixture
def runs(tmp_path):
    for name in (OLD, NEW, "no-run"):
        (tmp_path / name).mkdir()
    (tmp_path / "baselines").mkdir()
    for name in ("main", "make", ".lock"):
        (tmp_path / "baselines" / name).write_text("{}", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("", ["latest", NEW, OLD, "baseline:main", "baseline:make"]), ("20260101", [OLD]), ("l", ["latest"]), ("x", []),
     ("baseline:mai", ["baseline:main"])],
)  # fmt: skip
def test_runs_the_newest_first_and_baselines(runs, typed, offered):
    assert complete_run(Context(runs=runs), typed) == offered


def test_baselines_alone_where_only_they_will_do(runs):
    assert complete_baseline(Context(runs=runs), "ma") == ["main", "make"]
    assert complete_baseline(Context(runs=runs), "mak") == ["make"]


def test_nothing_is_offered_where_nothing_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert complete_run(Context(), "") == ["latest"]
    assert complete_baseline(Context(runs=None), "") == []


def test_examples_by_their_names():
    assert complete_example("") == ["list", *names()]
    assert complete_example(names()[0]) == [name for name in names() if name.startswith(names()[0])]
