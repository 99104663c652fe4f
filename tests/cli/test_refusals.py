"""Whatever is wrong with the input: one paragraph that names the remedy, the right exit code, no run, no traceback."""

from __future__ import annotations

import gzip
import os
import random

import pytest
from regcli_in_process import call

DATA, USAGE, NOTHING_LEFT, RUNS = 3, 2, 4, 5
draw = random.Random(0)


def table(n=30, header="a,b,c,y", row=None):
    def usual(i):
        return f"{draw.gauss(0, 1):.3f},{draw.gauss(0, 1):.3f},{'uvw'[i % 3]},{draw.gauss(0, 1):.3f}"

    return "\n".join((header, *(map(row or usual, range(n))))) + "\n"


def with_w(cell, header="a,b,w,y"):
    """A table whose third column is up to the test."""
    return table(30, header, lambda i: f"{draw.random()},{draw.random()},{cell(i)},{draw.random()}")


def classes(n=40, labels="pq"):
    return table(n, "a,b,y", lambda i: f"{draw.random()},{draw.random()},{labels[i % len(labels)]}")


def first_row(text, cells):
    header, rest = text.split("\n", 1)
    return f"{header}\n{cells}\n{rest}"


def config(more="", dataset="", penalty="lasso"):
    dataset = f", {dataset}" if dataset else ""
    return f"version: 1\ndataset: {{kind: csv, path: d.csv, target: y{dataset}}}\npenalty: {penalty}\n{more}"


GOOD = table()
SERIES = table(30, "t,a,y", lambda i: f"{i},{draw.random()},{draw.random()}")
JUNK = bytes(draw.randrange(256) for _ in range(2000))
WIDE = table(12, ",".join(f"x{i}" for i in range(100)) + ",y", lambda _: ",".join(str(draw.random()) for _ in range(101)))
ODD_NAMES = table(30, 'my col,ünï,"a,b","q""q",x=1,*,(intercept),y', lambda _: ",".join(str(draw.random()) for _ in range(8)))
PLAIN = config()

# data, configuration, exit code, fragments of the message
CASES = {
    # the file itself
    "no file": (None, PLAIN, DATA, ["d.csv: there is no such file"]),
    "no folder": (GOOD, PLAIN.replace("d.csv", "nowhere/d.csv"), DATA, ["there is no folder nowhere"]),
    "nearly the name": (GOOD, PLAIN.replace("d.csv", "d.cvs"), DATA, ["did you mean 'd.csv'"]),
    "a folder": (GOOD, PLAIN.replace("d.csv", "."), DATA, ["this is a folder"]),
    "an endless name": (GOOD, PLAIN.replace("d.csv", "d" * 300), DATA, ["File name too long"]),
    "empty": (b"", PLAIN, DATA, ["the file is empty"]),
    "blank lines": ("\n\n\n", PLAIN, DATA, ["nothing but blank lines"]),
    "a header alone": ("a,y\n", PLAIN, DATA, ["a header and no rows"]),
    "junk": (b"\xd4\n" + JUNK, PLAIN, DATA, ["not UTF-8 text"]),
    "zeros": (b"a\0,y\n1,2\n", PLAIN, DATA, ["zero bytes"]),
    "an Excel workbook": (b"PK\x03\x04" + JUNK, PLAIN, DATA, ["Excel workbook", "CSV UTF-8"]),
    "packed in secret": (gzip.compress(GOOD.encode()), PLAIN, DATA, ["compressed by gzip", ".csv.gz"]),
    "Parquet as CSV": (b"PAR1" + JUNK, PLAIN, DATA, ["dataset.kind: parquet"]),
    "CSV as Parquet": (GOOD, PLAIN.replace("csv, path", "parquet, path"), DATA, ["cannot be read as Parquet"]),
    "a web page": ("<!doctype html>\n<html></html>\n", PLAIN, DATA, ["a web page"]),
    "a pointer": ("version https://git-lfs.github.com/spec/v1\noid x\n", PLAIN, DATA, ["git lfs pull"]),
    "spoilt UTF-8": (("ü" + GOOD).encode() + b"1,2,\xff,3\n", PLAIN, DATA, ["line 32 is not UTF-8", "encoding: latin-1"]),
    # its shape
    "a short row": (GOOD + "1,2\n", PLAIN, DATA, ["line 32 has 2 cells, the header has 4"]),
    "a long row": (GOOD + "1,2,u,3,4\n", PLAIN, DATA, ["line 32 has 5 cells"]),
    "an unnamed index": ("," + GOOD, PLAIN, DATA, ["column 1 has no name", "index=False"]),
    "a name twice": (GOOD.replace("b", "a", 1), PLAIN, DATA, ["columns 1 and 2 are both called 'a'"]),
    "another separator": (GOOD.replace(",", ":"), PLAIN, DATA, ["only one column was found", "semicolons"]),
    "no header": (table(9, "1,2", lambda i: f"{i},{i * i}"), PLAIN, DATA, ["first line holds numbers alone"]),
    "an open quote": (first_row(GOOD, '1,2,"u,3'), PLAIN, DATA, ["line 2 has"]),
    # columns
    "no such target": (GOOD, PLAIN.replace("target: y", "target: z"), DATA, ["dataset.target 'z'", "a, b, c, y"]),
    "another case": (GOOD, PLAIN.replace("target: y", "target: Y"), DATA, ["did you mean 'y'"]),
    "no column left": (GOOD, config(dataset="columns: {exclude: ['*']}"), DATA, ["no feature is left"]),
    "the target alone": (GOOD, config(dataset="columns: {include: [y]}"), DATA, ["no feature is left"]),
    "excluding nothing": (GOOD, config(dataset="columns: {exclude: [zz]}"), DATA, ["dataset.columns.exclude 'zz'"]),
    "no text column": (GOOD, config("preprocess: {text: {column: zz}}"), DATA, ["preprocess.text.column 'zz'"]),
    "no words": (GOOD, config("preprocess: {text: {column: c}}"), DATA, ["no word", "min_count"]),
    "factors for nobody": (GOOD, config(penalty="{kind: lasso, factors: {zz: 0}}"), USAGE, ["'zz' matches no input column"]),
    # cells
    "no number": (first_row(GOOD, "oops,1,u,2"), PLAIN, DATA, ["column 'a'", "line 2 says 'oops'", "exclude: ['a']"]),
    "infinite": (first_row(GOOD, "inf,1,u,2"), PLAIN, DATA, ["column 'a' has 1 infinite value", "line 2"]),
    "beyond float64": (first_row(GOOD, "1e999,1,u,2"), PLAIN, DATA, ["column 'a' has 1 infinite value"]),
    "missing": (first_row(GOOD, ",1,u,2"), PLAIN, DATA, ["1 cell is missing, in 'a'", "line 2", "preprocess.missing"]),
    "missing text": (first_row(GOOD, "1,1,,2"), PLAIN, DATA, ["in 'c'", "preprocess.missing"]),
    "money": (with_w(lambda i: f"${i}.50"), PLAIN, DATA, ["column 'w' has separators or signs", "'$0.50'"]),
    "shares": (with_w(lambda i: f"{i}.5 %"), PLAIN, DATA, ["column 'w' has separators or signs"]),
    # the target
    "target infinite": (first_row(GOOD, "1,1,u,inf"), PLAIN, DATA, ["target 'y' is infinite in line 2"]),
    "target missing": (first_row(GOOD, "1,1,u,"), PLAIN, DATA, ["in 'y' (1)", "drop, which leaves such rows out"]),
    "target spoilt": (first_row(GOOD, "1,1,u,oops"), PLAIN, DATA, ["target 'y' is made of numbers", "line 2 says 'oops'"]),
    "target constant": (table(30, "a,y", lambda i: f"{i},1.5"), PLAIN, DATA, ["1.5 in all rows"]),
    "target of real numbers": (GOOD, config("task: classification"), DATA, ["real numbers", "which are no classes"]),
    "target unclear": (table(30, "a,y", lambda i: f"{i},{i % 5}"), PLAIN, USAGE, ["a number or a class", "task: regression"]),
    "a single class": (classes(labels="p"), PLAIN, DATA, ["a single class, 'p'"]),
    "a class in one fold alone": (classes() + "1,2,r\n", PLAIN, DATA, ["class 'r' does not occur in", "folds: take rare"]),
    "a class in an unshuffled fold alone": (
        classes() + "1,2,r\n1,2,r\n",
        config("cv: {kind: kfold, shuffle: false}"),
        DATA,
        ["set cv.kind: stratified, or take"],
    ),
    "weights of nobody": (classes(), config("model: {class_weight: {zz: 2}}"), USAGE, ["'zz'", "'p', 'q'"]),
    # roles
    "weights zero": (with_w(lambda _: 0), config(dataset="weight: w"), DATA, ["'w' is 0 in all rows"]),
    "weights negative": (with_w(lambda _: -1), config(dataset="weight: w"), DATA, ["'w' is -1 in line 2"]),
    "weights missing": (with_w(lambda _: "nan"), config(dataset="weight: w"), DATA, ["30 missing cells"]),
    "weights infinite": (with_w(lambda _: "inf"), config(dataset="weight: w"), DATA, ["'w' is inf in line 2"]),
    "weights of words": (with_w(lambda _: "x"), config(dataset="weight: w"), DATA, ["must hold numbers"]),
    "weightless folds": (with_w(lambda i: int(i < 3)), config("cv: {shuffle: false}", "weight: w"), DATA, ["weight 0", "fold 0"]),
    "one group": (with_w(lambda _: "g"), config(dataset="group: w"), DATA, ["1 group for 5 folds"]),
    "no group somewhere": (with_w(lambda i: "g" if i else ""), config(dataset="group: w"), DATA, ["1 missing cell"]),
    "time of words": (GOOD, config(dataset="time: c"), DATA, ["cannot be put in order", "dates such as"]),
    # folds and the holdout
    "more folds than rows": (GOOD, config("cv: {n_splits: 50}"), DATA, ["30 training rows for 50 folds", "cv.n_splits"]),
    "a thousand folds": (GOOD, config("cv: {n_splits: 1000}"), DATA, ["which needs 1,000"]),
    "one fold": (GOOD, config("cv: {n_splits: 1}"), USAGE, ["at least 2, not 1"]),
    "one predefined fold": (with_w(lambda _: "g"), config("cv: {kind: predefined, column: w}"), DATA, ["'g' alone"]),
    "no fold column": (GOOD, config("cv: {kind: predefined, column: zz}"), DATA, ["cv.column 'zz'"]),
    "a gap too wide": (SERIES, config("cv: {gap: 100}", "time: t"), DATA, ["behind a gap of 100 rows", "cv.gap"]),
    "validated whole": (GOOD, config("cv: {kind: shuffle_split, test_size: 30}"), DATA, ["cv.test_size is 30 rows"]),
    "nothing held out": (with_w(lambda i: i % 2), config("holdout: {column: w, test_value: F}"), DATA, ["'F'", "'0', '1'"]),
    "all held out": (with_w(lambda _: "g"), config("holdout: {column: w, test_value: g}"), DATA, ["take 30 rows of 30"]),
    "nearly all held out": (GOOD, config("holdout: {fraction: 0.999}"), DATA, ["take 30 rows of 30"]),
    "held out to the last": (GOOD, config("holdout: {last: 30}"), DATA, ["take 30 rows of 30"]),
    # preprocessing and grids
    "lags too long": (
        SERIES,
        config("preprocess: {lags: {columns: [y], lags: [100]}}", "time: t"),
        DATA,
        ["0 rows of 30", "100 earlier rows", "Shorten preprocess.lags"],
    ),
    "lags of words": (
        with_w(lambda i: "uv"[i % 2], "a,t,w,y"),
        config("preprocess: {lags: {columns: [w], lags: [1]}}", "time: t"),
        DATA,
        ["'w' must hold numbers"],
    ),
    "beyond memory": (WIDE, config("preprocess: {polynomial: {degree: 5}}"), DATA, ["GB of memory", "polynomial.degree"]),
    "all rows dropped": (
        with_w(lambda i: "" if i else 1),
        config("preprocess: {missing: drop}"),
        DATA,
        ["1 row of 30", "29 rows have missing cells"],
    ),
    "every level dropped": (
        table(30, "c,y", lambda i: f"{'uv'[i % 2]},{draw.random()}"),
        config("preprocess: {categorical: {drop: first, min_frequency: 100}}"),
        DATA,
        ["leaves no column"],
    ),
    "grid upside down": (GOOD, config("lambdas: {min: 200}"), USAGE, ["lambdas.min: 200", "lambdas.max"]),
    "as many columns as stars": (
        None,
        "version: 1\ndataset: {kind: make_regression, n_samples: 100000000, n_features: 1000000}\npenalty: lasso\n",
        DATA,
        ["GB of memory", "dataset.n_samples"],
    ),
}


def write(data, text):
    if data is not None:
        with open("d.csv", "wb") as file:  # noqa: PTH123
            file.write(data if isinstance(data, bytes) else data.encode())
    with open("c.yaml", "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(text)


@pytest.mark.parametrize("case", CASES)
def test_refused(folder, case):
    data, text, code, fragments = CASES[case]
    write(data, text)
    done = call("fit", "c.yaml")
    assert done.code == code, done.err
    assert done.out == ""
    assert "Traceback" not in done.err
    assert done.err.startswith("error: ")
    first, *rest = done.err.splitlines()
    assert all(line.startswith("try: regcli fit c.yaml --") for line in rest)
    for fragment in fragments:
        assert fragment in first
    assert not (folder / "runs").exists()


# data, configuration, fragments: fits that fail leave a run which says so
FAILURES = {
    "no tolerance": (GOOD, config("model: {tol: 1e-300}\nlambdas: {count: 3}"), ["model.tol is 1e-300", "raise model"]),
}


@pytest.mark.parametrize("case", FAILURES)
def test_failed(folder, case):
    data, text, fragments = FAILURES[case]
    write(data, text)
    done = call("fit", "c.yaml", "-q")
    assert done.code == NOTHING_LEFT, done.err
    assert done.out == ""
    assert done.err.count("\n") == 1
    for fragment in fragments:
        assert fragment.lower() in done.err.lower()
    assert '"failed"' in (folder / "runs" / "latest" / "manifest.json").read_text(encoding="utf-8")


# Odd, but sound.
ACCEPTED = {
    "a byte-order mark": (b"\xef\xbb\xbf" + GOOD.encode(), PLAIN),
    "line ends of Windows": (GOOD.replace("\n", "\r\n"), PLAIN),
    "semicolons": (GOOD.replace(",", ";"), PLAIN),
    "line ends in cells": (table(30, "a,c,y", lambda i: f'{i},"x\n{i % 3}",{draw.random()}'), PLAIN),
    "names of all kinds": (ODD_NAMES, PLAIN),
    "few signs are levels": (with_w(lambda i: f"{i % 3} %"), PLAIN),
    "few rows, many values": (table(16, "a,y", lambda i: f"{i},{(i * i) % 17 + 100 * i}"), PLAIN),
    "one grid point": (GOOD, config("lambdas: {values: [0]}")),
    "a null model": (GOOD, config("lambdas: {values: [1e100, 1e99]}")),
    "all levels rare": (GOOD, config("preprocess: {categorical: {min_frequency: 1000}}")),
    "as many folds as rows": (GOOD, config("cv: {n_splits: 30}\nlambdas: {count: 3}")),
    "jobs beyond the cores": (GOOD, config("execution: {jobs: 64}\nlambdas: {count: 3}")),
    "factors of zero": (GOOD, config(penalty="{kind: lasso, factors: {'*': 0}}")),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted(folder, case):
    write(*ACCEPTED[case])
    done = call("fit", "c.yaml", "-q")
    assert done.code == 0, done.err
    assert done.err == ""


@pytest.mark.parametrize("runs", ["quick.yaml", "quick.yaml/runs", "/proc/nowhere/runs"])
def test_where_no_run_can_be(folder, runs):
    done = call("fit", "quick.yaml", "--runs", runs)
    assert done.code == RUNS, done.err
    assert "no run can be written there" in done.err
    assert "--runs" in done.err


def test_where_no_run_can_be_is_seen_before_the_data_are_read(folder):
    write("no,such\n1,2\n", PLAIN)
    done = call("fit", "c.yaml", "--runs", "quick.yaml")
    assert done.code == RUNS
    assert "quick.yaml is a file" in done.err


def test_where_no_prediction_can_be(folder):
    write(GOOD, config("lambdas: {count: 3}"))
    assert call("fit", "c.yaml", "-q").code == 0
    for place in (".", "nowhere/p.csv"):
        done = call("predict", "latest", "d.csv", "-o", place)
        assert done.code == USAGE, done.err
        assert "cannot be written" in done.err


def test_a_folder_that_is_gone(folder, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    done = call("fit", folder / "quick.yaml")
    assert done.code == USAGE
    assert done.err == "error: The current folder does not exist any more. Change to another one.\n"
