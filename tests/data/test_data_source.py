"""What Arrow's readers are given: memory and files of its own, which its threads let go of without Python."""

from __future__ import annotations

import ast
import gzip
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pytest

import regcli
from regcli.data.csvfile import open_csv
from regcli.data.source import Content, for_arrow
from regcli.run import open_run

ROWS = "".join(f"{i},{i % 7}.5,{'red' if i % 2 else 'blue'}\n" for i in range(3000))
TEXT = f"a,b,colour\n{ROWS}"


def is_arrows_own(source):
    """Python's bytes cannot be written to; what Arrow has allocated can. What a reader on top stands on, the last test asks."""
    if isinstance(source, pa.Buffer):
        return source.is_mutable
    return isinstance(source, pa.OSFile | pa.BufferReader) or type(source) is pa.NativeFile


@pytest.fixture
def given(monkeypatch):
    """Everything that Arrow's CSV readers are asked to read."""
    sources = []

    def watched(read):
        def call(source, *arguments, **more):
            sources.append(source)
            return read(source, *arguments, **more)

        return call

    for name in ("read_csv", "open_csv"):
        monkeypatch.setattr(arrow_csv, name, watched(getattr(arrow_csv, name)))
    return sources


@pytest.mark.parametrize("name", ["plain.csv", "packed.csv.gz", "quoted.csv"])
@pytest.mark.parametrize("way", ["whole", "segments", "wide"])
def test_the_readers_get_no_memory_of_pythons(tmp_path, monkeypatch, given, name, way):
    text = TEXT.replace("red", '"red"') if name == "quoted.csv" else TEXT
    body = text.encode()
    (tmp_path / name).write_bytes(gzip.compress(body) if name.endswith("gz") else body)
    monkeypatch.setattr("regcli.data.csvfile.LARGE", 100 if way == "segments" else 1 << 30)
    monkeypatch.setattr("regcli.data.csvfile.WIDE", 1 if way == "wide" else 1 << 30)
    file = open_csv(tmp_path / name)
    cells = file.read(file.header, {"colour"}, {"a", "b"})
    assert cells.numeric.shape == (3000, 2)
    assert cells.table["colour"].to_pylist()[:2] == ["blue", "red"]
    assert given
    assert all(map(is_arrows_own, given))


def test_what_the_test_above_would_catch():
    assert not is_arrows_own(pa.py_buffer(b"python's"))
    assert not is_arrows_own(pa.py_buffer(b"python's").slice(1))
    assert is_arrows_own(for_arrow(b"copied"))


def test_a_copy_for_arrow_holds_the_same_bytes(tmp_path):
    assert for_arrow(b"abc").to_pybytes() == b"abc"
    assert for_arrow(memoryview(b"abcdef")[2:4]).to_pybytes() == b"cd"
    (tmp_path / "f").write_bytes(b"0123456789")
    for content in (Content(tmp_path / "f", 10), Content(tmp_path / "f", 10, b"0123456789")):
        assert content.buffer(2, 5).to_pybytes() == b"234"
        assert content.stream(2, 5).read() == b"234"


# Ways from Python's memory or files into Arrow's readers; `for_arrow` is the only one that is taken.
WAYS = {"py_buffer", "PythonFile", "input_stream", "foreign_buffer", "python_file"}


@pytest.mark.parametrize("path", sorted(Path(regcli.__file__).parent.rglob("*.py")), ids=lambda path: path.stem)
def test_there_is_one_way_into_arrow(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            assert node.attr not in WAYS, f"{path.name}:{node.lineno}: use for_arrow"
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"BufferReader", "ParquetFile"}:
            given = ast.unparse(node.args[0])
            assert given.startswith(("for_arrow(", "self.buffer(", "pa.OSFile(")), f"{path.name}:{node.lineno}: use for_arrow"


def test_files_of_runs_are_read_from_arrows_memory(given):
    run = open_run(str(Path(__file__).parents[1] / "golden/compare/runs/reference"), Path())
    for read in (run.sweep, run.coefficients):
        assert read()
    assert len(given) == 2
    assert all(map(is_arrows_own, given))


# Bytes that tell when one of Arrow's own threads is the last to let go of them, and keep that thread there for a while: a process
# that ends meanwhile stops it in the middle of a destructor. Both ways of reading are put to the same test.
STRESS = """\
import os, sys, threading, time
from pathlib import Path
import pyarrow as pa
import pyarrow.csv as arrow_csv
from regcli.data.csvfile import _csv_in
from regcli.data.source import Content, hashing

class Watched(bytes):
    def __del__(self):
        if threading.current_thread().name.startswith("Dummy"):
            dropped_by_arrow.append(True)
            time.sleep(1)

def as_it_was(body):
    arrow_csv.read_csv(pa.BufferReader(body))

def as_it_is(body):
    file = _csv_in(Content(Path("-"), len(body), body), hashing(body), "text", None)
    file.read(file.header, {"colour"}, {"a", "b"})

way, most, dropped_by_arrow = {"was": as_it_was, "is": as_it_is}[sys.argv[1]], time.monotonic() + 20, []
text = b"a,b,colour\\n" + b"1,2.5,red\\n2,3.5,blue\\n" * 200
reads = 0
while not dropped_by_arrow and time.monotonic() < most and reads < int(sys.argv[2]):
    way(Watched(text))
    reads += 1
print(reads, flush=True)
"""


def stressed(way, reads):
    return subprocess.run([sys.executable, "-c", STRESS, way, str(reads)], capture_output=True, text=True, check=False)


def test_memory_of_pythons_in_arrows_threads_aborts_the_process():
    """The control: without it the next test would show nothing."""
    done = stressed("was", 1_000_000)
    assert done.returncode == -signal.SIGABRT, done


def test_reading_does_not():
    done = stressed("is", 500)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 100
