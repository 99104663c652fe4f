"""What needs more memory than there is, is refused with the estimate before it is taken."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zlib
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from regcli.data.csvfile import csv_from_stdin, open_csv
from regcli.data.parquet import open_parquet
from regcli.data.svmlight import read_svmlight
from regcli.errors import DataError
from regcli.numerics import memory
from regcli.numerics.memory import gigabytes, refuse, refuse_beyond_memory

MEGABYTE = 1_000_000


@pytest.fixture
def only(monkeypatch):
    """Leaves so many bytes of memory."""

    def leave(size):
        monkeypatch.setattr("regcli.numerics.memory.available", lambda: size)

    return leave


@pytest.fixture
def taken():
    """What Python takes at most while the test runs, from where it is asked for the first time."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


def test_what_fits_is_taken_and_what_does_not_is_told(only):
    only(1000)
    refuse("a", 1000, "")
    with pytest.raises(DataError, match=r"^a need 1e-06 GB of memory; there are 1e-06 GB\.") as raised:
        refuse("a need", 1001, "less", {"key": 1})
    assert (raised.value.hint, raised.value.remedies) == ("less", ({"key": 1},))


def test_nobody_is_refused_where_nobody_can_tell(only):
    only(0)
    refuse("a", 1 << 80, "")


def test_a_sparse_table_counts_what_is_in_it(only):
    only(10 * MEGABYTE)
    with pytest.raises(DataError, match="10,000 rows × 1,000 columns"):
        refuse_beyond_memory("dense", 10_000, 1000, "")
    refuse_beyond_memory("sparse", 10_000, 1000, "", n_present=20_000)
    with pytest.raises(DataError, match="sparse"):
        refuse_beyond_memory("sparse", 10_000, 1000, "", n_present=10**6)


@pytest.mark.parametrize(
    ("size", "text"), [(3_210_000_000, "3.2 GB"), (1.2e12, "1,200 GB"), (1.2e6, "0.0012 GB"), (12.4e9, "12 GB")]
)
def test_sizes_for_people(size, text):
    assert gigabytes(size) == text


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.svm.gz"])
def test_a_packed_bomb_is_not_unpacked(tmp_path, only, taken, name):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    line = b"1:1 " * 250_000
    packed = packer.compress(b"a,b\n") + b"".join(packer.compress(line) for _ in range(100)) + packer.flush()
    (tmp_path / name).write_bytes(packed)
    (tmp_path / f"small{name}").write_bytes(gzip.compress(b"1 1:2\n0 1:3\n" if "svm" in name else b"a,b\n1,2\n"))

    def read(path):
        return open_csv(path) if "csv" in name else read_svmlight(path, None, None)

    read(tmp_path / f"small{name}")  # what is imported for it is no memory of the bomb's
    only(30 * MEGABYTE)
    tracemalloc.reset_peak()
    before = taken()
    with pytest.raises(DataError, match=r"about 0\.\d+ GB once unpacked.* than there is, 0.03 GB") as raised:
        read(tmp_path / name)
    assert "fewer rows" in raised.value.hint
    assert taken() - before < 40 * MEGABYTE < 100 * MEGABYTE


def test_a_packed_file_that_fits_is_read(tmp_path, only):
    (tmp_path / "f.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n"))
    only(1000)
    assert open_csv(tmp_path / "f.csv.gz").header == ("a", "b")


def test_an_endless_standard_input_is_left(monkeypatch, only):
    given = SimpleNamespace(read=lambda size: b"1,2\n" * (size // 4))
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=given))
    only(30 * MEGABYTE)
    with pytest.raises(DataError, match=r"^standard input: more than 0\.01\d? GB"):
        csv_from_stdin()


def test_a_file_of_numbers_is_counted_before_there_is_a_matrix(tmp_path, monkeypatch, only):
    (tmp_path / "f.csv").write_text("a,b\n" + "1,2\n" * 50_000, encoding="utf-8")
    monkeypatch.setattr("regcli.data.csvfile.LARGE", 1000)
    only(700_000)
    with pytest.raises(DataError, match=r"f\.csv: 50,000 rows × 2 columns of numbers need 0\.0008 GB") as raised:
        open_csv(tmp_path / "f.csv").read(["a", "b"], frozenset(), {"a", "b"})
    assert "dataset.columns" in raised.value.hint


def test_a_file_that_must_be_read_whole_has_to_fit(tmp_path, only):
    (tmp_path / "f.csv").write_text("a,b\n" + '"x",2\n' * 50_000, encoding="utf-8")
    only(700_000)
    with pytest.raises(DataError, match=r"0\.0003 GB of text need 0\.0009 GB"):
        open_csv(tmp_path / "f.csv").read(["a", "b"], frozenset(), {"b"})


def test_text_in_another_encoding_has_to_fit(tmp_path, only):
    (tmp_path / "f.csv").write_bytes("a,b\n".encode("utf-16") + "é,2\n".encode("utf-16-le") * 50_000)
    only(700_000)
    with pytest.raises(DataError, match="of text need"):
        open_csv(tmp_path / "f.csv")


def test_a_parquet_file_of_one_number_a_million_times(tmp_path, only):
    parquet.write_table(pa.table({"a": np.zeros(MEGABYTE), "b": np.zeros(MEGABYTE)}), tmp_path / "f.parquet")
    assert (tmp_path / "f.parquet").stat().st_size < 100_000
    only(10 * MEGABYTE)
    with pytest.raises(DataError, match=r"1,000,000 rows × 2 columns of numbers need 0\.016 GB"):
        open_parquet(tmp_path / "f.parquet").read(["a", "b"], frozenset(), {"a", "b"})


def test_an_svmlight_file_larger_than_memory(tmp_path, only):
    (tmp_path / "f.svm").write_text("1 1:1\n" * 10_000, encoding="utf-8")
    only(100_000)
    with pytest.raises(DataError, match="of text need"):
        read_svmlight(tmp_path / "f.svm", None, None)


def test_what_a_stream_gives_comes_whole(monkeypatch, only):
    only(0)
    body = b"a,b\n" + b"1,2\n" * 500_000
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(body)))
    assert csv_from_stdin().content.whole() == body


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """What the system says of its memory: MemAvailable in kB, and the container's limit as it is written."""

    def make(available, limit):
        for name, text in (("MEMINFO", available), ("CGROUP_LIMIT", limit)):
            file = tmp_path / name
            file.unlink(missing_ok=True)
            if text is not None:
                file.write_text(text, encoding="ascii")
            monkeypatch.setattr(memory, name, file)

    return make


FREE = "MemTotal: 9 kB\nMemAvailable:    2000 kB\n"


@pytest.mark.parametrize(
    ("available", "limit", "expected"),
    [(FREE, None, 2_048_000), (FREE, "max\n", 2_048_000), (FREE, "1000000\n", 1_000_000), (FREE, "9000000\n", 2_048_000)],
)
def test_the_smaller_of_machine_and_container_counts(machine, available, limit, expected):
    machine(available, limit)
    assert memory.available() == expected


@pytest.mark.parametrize("text", [None, "", "MemTotal: 9 kB\n", "MemAvailable: much\n"])
def test_where_the_system_says_nothing_of_what_is_free_all_there_is_counts(machine, monkeypatch, text):
    machine(text, None)
    monkeypatch.setattr(memory.os, "sysconf", {"SC_PHYS_PAGES": 10, "SC_PAGE_SIZE": 4096}.__getitem__)
    assert memory.available() == 40960
    monkeypatch.delattr(memory.os, "sysconf")
    assert memory.available() == 0


def test_a_table_that_cannot_fit_is_refused_with_its_shape_and_what_to_do(machine):
    machine(FREE, None)
    memory.refuse_beyond_memory("data.csv", 1000, 10, "Take fewer.")
    with pytest.raises(
        DataError, match=r"data\.csv: 1,000,000 rows × 10 columns need 0\.16 GB of memory; there are 0\.002 GB"
    ) as caught:
        memory.refuse_beyond_memory("data.csv", 1_000_000, 10, "Take fewer.")
    assert caught.value.hint == "Take fewer."
    with pytest.raises(DataError, match="100,000 columns need"):
        memory.refuse_beyond_memory("data.csv", 0, 100_000, "")


def test_nothing_is_refused_where_nobody_knows(machine, monkeypatch):
    machine(None, None)
    monkeypatch.delattr(memory.os, "sysconf")
    memory.refuse_beyond_memory("data.csv", 10**9, 10**6, "")
