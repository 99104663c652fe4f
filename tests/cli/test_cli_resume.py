"""`regcli resume`: what was interrupted or killed ends as if it had not been."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from regcli_in_process import call
from signals import as_in_a_shell

import regcli
from regcli.run.layout import hold, release
from regcli.run.store import PieceStore

pytestmark = [pytest.mark.filterwarnings("ignore::regcli.RegcliWarning")]
# A process that ends itself once so many fits are done, with every finished piece written down at once.
DIES = """if True:
    import json, os, signal, sys
    import regcli
    from regcli.run import store

    store.PATIENCE = -1.0
    settings, number = json.loads(sys.argv[1]), int(sys.argv[2])

    def watch(done, total, what):
        if total and done > 0.6 * total:
            os.kill(os.getpid(), number)

    regcli.fit("quick.yaml", settings={"execution.jobs": 1, **settings}, progress=watch)
"""
# They tell of times, of names of runs, and of what was resumed.
ITS_OWN = {"manifest.json", "log.txt", "report.html"}
NETWORK = {"kind": "network", "values": [1.0, 0.1], "hidden": [4], "max_epochs": 4, "seeds": 2}
# what is going on when the process ends
LEFT = {
    "auto": {"execution.engine": "auto"},
    "reference": {"execution.engine": "reference"},
    "forest": {"penalty": [], "estimators": [{"kind": "forest", "n_estimators": 8, "count": 3, "seeds": 2}]},
    "boosting": {"penalty": [], "estimators": [{"kind": "boosting", "max": 5, "colsample": 0.5, "seeds": 2}]},
    "network": {"penalty": [], "estimators": [NETWORK]},
    "network by patience": {"penalty": [], "estimators": [NETWORK | {"patience": 2}]},
}


def dies(settings, number):
    """The run that a process leaves."""
    words = [sys.executable, "-c", DIES, json.dumps(settings), str(number)]
    subprocess.run(words, capture_output=True, check=False, preexec_fn=as_in_a_shell)
    return regcli.read_run("latest")


def contents(run):
    return {file.name: file.read_bytes() for file in run.path.iterdir() if file.is_file() and file.name not in ITS_OWN}


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize(("number", "status"), [(9, "running"), (2, "interrupted")])
def test_a_run_that_was_cut_short_ends_as_if_it_had_not_been(folder, left, number, status):
    settings = LEFT[left]
    whole = regcli.fit("quick.yaml", settings={"execution.jobs": 1, **settings})
    cut = dies(settings, number)
    assert cut.path != whole.path
    assert cut.status == status
    pieces = list((cut.path / "pieces").iterdir())
    assert pieces
    done = call("resume", cut.path)
    assert (done.code, done.out) == (0, f"{cut.path}\n"), done.err
    assert "Result of" in done.err
    finished = regcli.read_run(cut.path)
    assert (finished.status, finished.manifest["reason"]) == ("done", None)
    assert [entry["was"] for entry in finished.manifest["resumed"]] == [status]
    assert finished.manifest["started"] == cut.manifest["started"]
    assert contents(finished) == contents(whole)
    assert {"sweep.csv", "predictions.csv", "metrics.json"} < contents(whole).keys()
    assert not (cut.path / "pieces").exists()
    assert [entry.name for entry in cut.path.iterdir() if entry.name.startswith(".")] == []


def test_pieces_that_are_there_are_not_made_again(folder, monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        regcli.fit("quick.yaml", progress=interrupting())
    cut = regcli.read_run("latest")
    kept = {file.name.split("-", 1)[1] for file in (cut.path / "pieces").iterdir()}
    made, put = [], PieceStore.put

    def noted(store, key, piece):
        made.append(f"{key}.npz")
        put(store, key, piece)

    monkeypatch.setattr(PieceStore, "put", noted)
    assert regcli.resume(cut).status == "done"
    assert kept
    assert not kept & set(made)


def interrupting():
    def watch(done, total, what):
        if total and done > 0.6 * total:
            raise KeyboardInterrupt

    return watch


def test_an_interrupt_of_what_is_resumed_keeps_everything(folder):
    whole = regcli.fit("quick.yaml")
    with pytest.raises(KeyboardInterrupt):
        regcli.fit("quick.yaml", progress=interrupting())
    cut = regcli.read_run("latest")
    kept = {file.name for file in (cut.path / "pieces").iterdir()}

    def again(done, total, what):
        if total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        regcli.resume(cut, progress=again)
    assert regcli.read_run(cut.path).status == "interrupted"
    assert {file.name for file in (cut.path / "pieces").iterdir()} >= kept
    finished = regcli.resume(cut.path)
    assert [entry["was"] for entry in finished.manifest["resumed"]] == ["interrupted", "interrupted"]
    assert contents(finished) == contents(whole)


def test_what_is_done_or_going_on_is_refused(folder):
    run = regcli.fit("quick.yaml")
    done = call("resume", run.path)
    assert done.code == 5
    assert "the run is done; there is nothing to resume" in done.err
    held = hold(run.path)
    done = call("resume", run.path)
    release(held)
    assert done.code == 5
    assert "somebody is still at work on this run" in done.err


def test_other_data_are_refused(folder):
    rows = "".join(f"{i % 7},{(i * i) % 5},{i % 7 + i / 100}\n" for i in range(40))
    (folder / "d.csv").write_text(f"a,b,y\n{rows}", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        regcli.fit(data="d.csv", target="y", settings={"cv.n_splits": 3, "lambdas.count": 5}, progress=interrupting())
    cut = regcli.read_run("latest")
    before = json.loads((cut.path / "manifest.json").read_bytes())
    (folder / "d.csv").write_text(f"a,b,y\n{rows}1,1,1\n", encoding="utf-8")
    done = call("resume", cut.path)
    assert done.code == 5
    assert "it was begun with other data" in done.err
    assert f"try: regcli fit {os.fspath(cut.path / 'config.resolved.yaml')}" in done.err
    assert json.loads((cut.path / "manifest.json").read_bytes()) == before
    (folder / "d.csv").write_text(f"a,b,y\n{rows}", encoding="utf-8")
    assert call("resume", cut.path, "--json").code == 0


def test_data_in_memory_are_handed_over_again(folder):
    import pandas as pd

    frame = pd.DataFrame({"a": range(40), "b": [i % 3 for i in range(40)], "y": [i % 7 + i / 10 for i in range(40)]})
    with pytest.raises(KeyboardInterrupt):
        regcli.fit(data=frame, target="y", settings={"cv.n_splits": 3, "lambdas.count": 5}, progress=interrupting())
    assert call("resume", "latest").code == 2
    assert regcli.resume("latest", data=frame).status == "done"
