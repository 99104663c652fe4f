"""Damage to run directories: every file truncated, emptied, swapped, replaced, and everything in it mistyped. A number a case.

As a program it goes through as many cases as it is told: ``python tests/cli/damaged_runs.py 0 2000``.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import random
import re
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from regcli_in_process import call

CONFIG = """\
version: 1
name: small
dataset: {kind: csv, path: small.csv, target: y}
penalty: [ridge, lasso]
lambdas: {count: 4, stop: never}
cv: {n_splits: 3}
select: {metrics: [accuracy]}
holdout: {fraction: 0.2}
"""
TABLES = ("sweep", "folds", "coefficients", "metrics")
# Everything that reads a run: R is the damaged one, G a good one, D rows to predict.
COMMANDS = (
    ("show", "R"), ("show", "R", "--json"), *(("show", "R", "--table", table) for table in TABLES), ("ls",),
    ("compare", "G", "R"),
    ("compare", "R", "G", "--all", "--format", "github"), ("predict", "R", "D"), ("evaluate", "R", "D"),
    ("show", "R", "--table", "model"), ("baseline", "set", "b", "R"),
)  # fmt: skip
# What may stand where something else was written.
STRANGE = (
    None, True, "text", "", "\x1b[31m", -1, 3.5, 1e300, 10**30, [], {}, [1, 2], {"a": 1}, [[[]]], "\ud800", "é" * 5, float("inf"),
)  # fmt: skip
CELLS = ("", "text", "nan", "-1", "1e999", "inf", "true", "é", "\x1b[31m", '"', "9" * 400, "2020-01-01", "0x10")
DEEP = 100_000
# Cases from this number on.
FURTHER = 100_000


def good_run(folder):
    """A folder with rows, a configuration, and two runs of it."""
    rng = random.Random(7)
    lines = ["a,b,colour,y"]
    for _ in range(60):
        a, b, colour = rng.gauss(0, 1), rng.gauss(0, 1), rng.choice(["red", "green", "blue"])
        lines.append(f"{a:.4f},{b:.4f},{colour},{'yes' if a + (colour == 'red') + rng.gauss(0, 1) > 0.3 else 'no'}")
    (folder / "small.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "small.yaml").write_text(CONFIG, encoding="utf-8")
    runs = []
    for _ in range(2):
        done = call("fit", folder / "small.yaml", "--runs", folder / "made", "-q")
        assert done.code == 0, done.err
        runs.append(Path(done.out.strip()))
    return runs


def damage(run, number):
    """Do to a run what this number stands for, and say what it was; from `FURTHER` on, what a forger would rather do."""
    rng = random.Random(number)
    names = sorted(path.name for path in run.iterdir() if path.name != "log.txt")
    file = run / rng.choice([*names, "manifest.json", "metrics.json", "manifest.json", "metrics.json"])
    if number < FURTHER:
        how = rng.choice([_truncated, _emptied, _swapped, _deep, _bytes, _replaced, _mistyped, _mistyped, _mistyped, _mistyped])
    else:
        how = rng.choice([_other_constants, _huge, _zeros, _no_utf8, _forged_table, _forged_model, _of_another_task, _repeated])
    said = f"{number}: {file.name}: {how.__name__[1:]} {how(run, file, rng)}"
    if rng.random() < 0.8 and file.name != "manifest.json" and file.is_file():
        said += ", its hash forged" * _forge(run, file)
    return said


def _truncated(_, file, rng):
    content = file.read_bytes()
    file.write_bytes(content[: rng.randrange(len(content))])
    return ""


def _emptied(_, file, rng):
    file.write_bytes(rng.choice([b"", b"\n", b" ", b"\x00" * 10, b"null", b"[]", b"{}", b"0", b'""']))
    return repr(file.read_bytes())


def _swapped(run, file, rng):
    other = rng.choice(sorted(path for path in run.iterdir() if path.is_file()))
    file.write_bytes(other.read_bytes())
    return other.name


def _deep(_, file, rng):
    opening, closing = rng.choice([("[", "]"), ('{"a":', "}"), ("- ", ""), ("[", "")])
    text = opening * DEEP + closing * DEEP
    if file.suffix == ".json" and rng.random() < 0.5:
        content = json.loads(file.read_bytes())
        key = rng.choice(sorted(content))
        text = json.dumps(content | {key: "DEEP"}).replace('"DEEP"', "[" * DEEP + "]" * DEEP)
    file.write_text(text, encoding="utf-8")
    return opening


def _bytes(_, file, rng):
    content = bytearray(file.read_bytes())
    for _ in range(rng.choice([1, 1, 5, 50])):
        content[rng.randrange(len(content))] = rng.choice([0, 10, 34, 44, 128, 195, 255, 48, 57])
    file.write_bytes(bytes(content))
    return ""


def _replaced(run, file, rng):
    file.unlink()
    what = rng.choice(["nothing", "a folder", "a pipe", "a link to nothing", "a link to itself", "a link to a device", "a link"])
    if what == "a folder":
        file.mkdir()
    elif what == "a pipe":
        os.mkfifo(file)
    elif what != "nothing":
        to = {"a link to nothing": "nowhere", "a link to itself": file.name, "a link to a device": "/dev/zero"}.get(what)
        file.symlink_to(to or run / "log.txt")
    return what


def _other_constants(run, _, rng):
    """NaN and Infinity, which Python's JSON knows and JSON does not."""
    file = run / rng.choice(["manifest.json", "metrics.json"])
    numbers = [found.span() for found in re.finditer(r"(?<=[\s:,\[])-?\d+(\.\d+)?(e-?\d+)?(?=[,\s\]}])", file.read_text("utf-8"))]
    start, stop = rng.choice(numbers)
    text, new = (
        file.read_text("utf-8"),
        rng.choice(["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9" * 5000, "1" + "0" * 30, "-0"]),
    )
    file.write_text(text[:start] + new + text[stop:], "utf-8")
    return f"{file.name} at {start}: {new[:10]}"


def _huge(run, _, rng):
    """Whole numbers that no table has."""
    file = run / rng.choice(["sweep.csv", "folds.csv", "assignments.csv", "predictions.csv", "coefficients.csv"])
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))
    i, j = rng.randrange(1, len(rows)), rng.randrange(len(rows[0]))
    rows[i][j] = rng.choice([str(2**63 - 1), str(-(2**63)), str(2**31), "1e308", "-1e308", "5e-324", "-0.0", "00", "1_000"])
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerows(rows)
    file.write_text(sink.getvalue(), encoding="utf-8")
    return f"{file.name}: {rows[0][j]} = {rows[i][j]}, hash forged {_forge(run, file)}"


def _zeros(run, file, rng):
    content = bytearray(file.read_bytes())
    at = rng.randrange(len(content))
    content[at:at] = b"\0" * rng.choice([1, 100, 1_000_000])
    file.write_bytes(bytes(content))
    return f"at {at}"


def _no_utf8(run, file, rng):
    text = file.read_bytes().decode("latin-1")
    file.write_bytes(
        rng.choice(
            [text.encode("utf-16"), text.encode("utf-32"), b"\xff" + text.encode("latin-1"), b"\xef\xbb\xbf" + text.encode()]
        )
    )
    return ""


def _forged_table(run, _, rng):
    """The path's coefficients with another column, type, or nothing in it."""
    import pyarrow as pa
    from pyarrow import parquet

    file = run / "path.parquet"
    table = parquet.read_table(file)
    j = rng.randrange(table.num_columns)
    name = table.column_names[j]
    text = pa.array([rng.choice(["x", "\x1b[31m"])] * len(table))
    table = {
        "dropped": lambda: table.drop_columns([name]),
        "text": lambda: table.set_column(j, name, text),
        "nothing": lambda: table.set_column(j, name, pa.nulls(len(table), table.schema.field(j).type)),
        "twice": lambda: table.append_column(name, table[name]),
        "nested": lambda: table.set_column(j, name, pa.array([[1]] * len(table))),
        "no row": lambda: table.slice(0, 0),
    }[(how := rng.choice(["dropped", "text", "nothing", "twice", "nested", "no row"]))]()
    parquet.write_table(table, file)
    return f"path.parquet: {name} {how}, hash forged {_forge(run, file)}"


def _forged_model(run, _, rng):
    """A model whose description is another one's, or none."""
    file = run / "model.skops"
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    how = rng.choice(["no schema", "no array", "deep", "strange", "other class", "number", "null"])
    schema = json.loads(members["schema.json"])
    if how == "no schema":
        del members["schema.json"]
    elif how == "no array":
        del members[rng.choice([name for name in members if name != "schema.json"])]
    elif how == "deep":
        members["schema.json"] = b"[" * DEEP
    else:
        holder = schema
        for _ in range(rng.randrange(1, 12)):
            inner = [
                value
                for value in (holder.values() if isinstance(holder, dict) else holder)
                if isinstance(value, (dict, list)) and value
            ]
            holder = rng.choice(inner) if inner else holder
        key = rng.choice(sorted(holder)) if isinstance(holder, dict) else rng.randrange(len(holder))
        holder[key] = {"strange": rng.choice(STRANGE[:-1]), "other class": "Ridge", "number": 10**30, "null": None}[how]
        members["schema.json"] = json.dumps(schema).encode()
        how += f" {key}"
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return f"model.skops: {how}, hash forged {_forge(run, file)}"


def _of_another_task(run, _, rng):
    """What the manifest says of the run as a whole, so that its files suit it no longer."""
    file = run / "manifest.json"
    content = json.loads(file.read_bytes())
    change = rng.choice(
        [
            {"task": "regression", "classes": []},
            {"classes": ["no", "perhaps", "yes"]},
            {"classes": ["a", "b"]},
            {"metric": "accuracy"},
            {"rule": "pct_loss", "tolerance": 1e300},
            {"status": "running"},
            {"command": "sweep"},
            {"higher_is_better": True},
            {"metrics": ["log_loss", "none such"]},
            {"target_scale": "log"},
            {"metric_definitions": 1 << 40},
            {"files": {}},
            {"name": ""},
            {"started": "yesterday", "finished": "\x1b[2J"},
            {"warnings": ["\x1b[2J" * 100]},
            {"versions": {}},
            {"seconds": {"": 1e300}},
        ]
    )
    file.write_text(json.dumps(content | change), encoding="utf-8")
    return str(change)


def _repeated(run, file, rng):
    """A file several times over, or its lines in another order."""
    content = file.read_bytes()
    lines = content.splitlines(keepends=True)
    rng.shuffle(lines)
    file.write_bytes(rng.choice([content * 2, content + lines[0], b"".join(lines)]))
    return ""


def _mistyped(run, file, rng):
    if file.suffix == ".json":
        return _json_mistyped(file, rng)
    if file.suffix == ".csv":
        return _csv_mistyped(file, rng)
    if file.suffix == ".yaml":
        lines = file.read_text(encoding="utf-8").splitlines()
        i = rng.randrange(len(lines))
        key = lines[i].split(":")[0]
        lines[i] = rng.choice(["", lines[i] + " [", f"{key}: 17", "kind: strange", f"\t{key}: 1", "? [a]: b"])
        file.write_text("\n".join(lines), encoding="utf-8")
        return lines[i]
    return _bytes(run, file, rng)


def _json_mistyped(file, rng):
    content = json.loads(file.read_bytes())
    where = holder = content
    steps = []
    while isinstance(where, (dict, list)) and where and (not steps or rng.random() < 0.8):
        holder, step = where, rng.choice(sorted(where) if isinstance(where, dict) else range(len(where)))
        where = holder[step]
        steps.append(step)
    if rng.random() < 0.2:
        del holder[steps[-1]]
        new = "nothing"
    else:
        new = holder[steps[-1]] = rng.choice(STRANGE)
    file.write_text(json.dumps(content).replace("Infinity", "1e999"), encoding="utf-8")
    return f"{steps} = {new!r}"


def _csv_mistyped(file, rng):
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))
    j, i = rng.randrange(len(rows[0])), rng.randrange(1, len(rows))
    kind = rng.choice(["cell", "cell", "cell", "column", "twice", "without", "named", "row", "only header", "short row"])
    new = rng.choice(CELLS)
    if kind == "cell":
        rows[i][j] = new
    elif kind == "column":
        for row in rows[1:]:
            row[j] = new
    elif kind == "twice":
        rows = [[*row, row[j]] for row in rows]
    elif kind == "without":
        rows = [row[:j] + row[j + 1 :] for row in rows]
    elif kind == "named":
        rows[0][j] = new
    elif kind == "row":
        rows.insert(i, rows[i])
    elif kind == "only header":
        rows = rows[:1]
    else:
        rows[i] = rows[i][:j]
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerows(rows)
    file.write_text(sink.getvalue(), encoding="utf-8")
    return f"{kind} {rows[0][j] if j < len(rows[0]) else j}, {new!r}"


def _forge(run, file):
    """Let the manifest vouch for the file; it may be damaged itself."""
    manifest = run / "manifest.json"
    content = json.loads(manifest.read_bytes())
    if file.is_symlink() or file.name not in content["files"]:
        return False
    content["files"][file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(content), encoding="utf-8")
    return True


def complaints(good, number, folder, commands=COMMANDS):
    """What is wrong with how commands take this damage: nothing, or a line each."""
    runs = folder / "runs"
    run = runs / good[0].name
    shutil.copytree(good[0], run)
    said = damage(run, number)
    found = []
    names = {"R": str(run), "G": str(good[1]), "D": str(good[0].parents[1] / "small.csv")}
    for command in commands:
        done = call(*(names.get(word, word) for word in command), "--runs", runs)
        line = done.err.strip()
        # rows can lack what a forged manifest asks for: that is 3
        if done.code not in ({0, 3, 5} if command[0] in {"predict", "evaluate"} else {0, 5}):
            found.append(f"{said}: {' '.join(command)} ended with {done.code}: {line}")
        elif done.code and (len(line) < 40 or not line.startswith("error: ") or "Traceback" in line):
            found.append(f"{said}: {' '.join(command)} says {line!r}")
    shutil.rmtree(runs)
    return found


def main(first, last):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        good = good_run(folder)
        n = 0
        for number in range(first, last):
            (folder / "case").mkdir()
            for line in complaints(good, number, folder / "case"):
                n += 1
                sys.stdout.write(f"{line[:400]}\n")
                sys.stdout.flush()
            shutil.rmtree(folder / "case")
        sys.stdout.write(f"{n} complaints in {last - first} cases\n")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3]))
