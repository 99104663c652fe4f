"""Command lines that are wrong: told like all other errors, with the command, what it takes, and what was perhaps meant."""

from __future__ import annotations

import pytest
from regcli_in_process import call

WRONG = {
    "option": (
        "fit --data d.csv --targt y",
        "regcli fit: there is no option --targt (did you mean --target?). Options: --penalty, ",
    ),
    "option of nothing": ("ls --frobnicate", "regcli ls: there is no option --frobnicate. Options: --last, "),
    "option before the command": ("--versio", "regcli: there is no option --versio (did you mean --version?)."),
    "short option": ("fit -z", "regcli fit: there is no option -z"),
    "no value": ("fit --data", "regcli fit: --data needs a value."),
    "command": ("shw latest", "regcli: there is no command 'shw' (did you mean 'show'?). Commands: init, advise, "),
    "command within": (
        "baseline sett a b",
        "regcli baseline: there is no command 'sett' (did you mean 'set'?). Commands: set, ls, rm.",
    ),
    "argument": ("show", "regcli show: RUN is missing (A run: "),
    "second argument": ("predict latest", "regcli predict: DATA is missing (New rows: "),
    "how to type it": ("predict latest", "Type: regcli predict RUN DATA."),
    "nothing to begin with": ("init", "init needs a data file, or the name of an example."),
    "one too many": ("fit a.yaml b.yaml", "regcli fit: there are more words than it takes (b.yaml)."),
    "choice": ("fit --task regresion", "--task: 'regresion' is not known (did you mean 'regression'?). Allowed: regression, "),
    "number": ("ls --last x", "regcli ls: --last: it must be a whole number."),
    "range": ("ls --last 0", "regcli ls: --last: it must be at least 1."),
    "real number": ("predict r d.csv --threshold x", "regcli predict: --threshold: it must be a number."),
}


@pytest.mark.parametrize(("typed", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_command_line_is_told(folder, typed, words):
    before = sorted(folder.iterdir())
    done = call(*typed.split())
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ")
    first, *remedies = done.err.splitlines()
    assert all(line.startswith("try: ") for line in remedies)
    assert words in first
    assert sorted(folder.iterdir()) == before


def test_escape_sequences_in_it_are_shown(folder):
    assert "\x1b" not in call("fit", "--\x1b[31m").err


def test_no_argument_at_all_is_a_wish_for_help():
    for typed in ([], ["baseline"]):
        done = call(*typed)
        assert done.code == 2
        assert "Commands:" in done.out + done.err


def test_the_penalty_of_flags_is_a_flag(folder):
    (folder / "d.csv").write_text("a,y\n" + "".join(f"{i},{i % 7}.5\n" for i in range(30)), encoding="utf-8")
    done = call("validate", "--data", "d.csv", "--target", "y", "--set", "penalty.kind=lasso")
    assert done.code == 2
    assert done.err == (
        "error: --set penalty.kind=lasso: without a configuration file, --penalty says which penalties there are. "
        "Give --penalty lasso.\n"
    )
    assert call("validate", "--data", "d.csv", "--target", "y", "--penalty", "lasso").code == 0


def test_warnings_name_flags_where_flags_were_typed(folder):
    rows = "".join(f"{1000 + 3 * i},{i % 5},{i % 7}.5\n" for i in range(30))
    (folder / "d.csv").write_text(f"id,a,y\n{rows}", encoding="utf-8")
    (folder / "c.yaml").write_text("version: 1\ndataset: {kind: csv, path: d.csv, target: y}\npenalty: ridge\n", encoding="utf-8")
    flags = ["--data", "d.csv", "--target", "y"]
    typed = "--set 'dataset.columns={exclude: [id]}' leaves it out"
    assert typed in call("validate", *flags).out
    assert typed in call("fit", *flags).err
    assert "dataset.columns: {exclude: ['id']} leaves it out" in call("validate", "c.yaml").out
    assert "'id'" not in call("validate", *flags, "--set", "dataset.columns={exclude: [id]}").out


def test_a_file_far_away_is_shown_by_its_folder(folder, monkeypatch):
    (folder / "data").mkdir()
    (folder / "data" / "d.csv").write_text("a,y\n" + "".join(f"{i % 5},{i % 7}.5\n" for i in range(30)), encoding="utf-8")
    (folder / "deep" / "down").mkdir(parents=True)
    monkeypatch.chdir(folder / "deep" / "down")
    assert "…/data/d.csv" in (out := call("validate", "--data", str(folder / "data" / "d.csv"), "--target", "y").out)
    assert "../.." not in out
    assert call("fit", "--data", str(folder / "data" / "d.csv"), "--target", "y", "-q").code == 0
    assert "../.." not in call("ls").out
