"""How much memory there is, and tables that are refused before they take the machine down."""

from __future__ import annotations

import pytest

from regcli.errors import DataError
from regcli.numerics import memory


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
    with pytest.raises(DataError, match=r"data\.csv: 1,000,000 rows × 10 columns need 0 GB of memory; there are 0") as caught:
        memory.refuse_beyond_memory("data.csv", 1_000_000, 10, "Take fewer.")
    assert caught.value.hint == "Take fewer."
    with pytest.raises(DataError, match="100,000 columns need"):
        memory.refuse_beyond_memory("data.csv", 0, 100_000, "")


def test_nothing_is_refused_where_nobody_knows(machine, monkeypatch):
    machine(None, None)
    monkeypatch.delattr(memory.os, "sysconf")
    memory.refuse_beyond_memory("data.csv", 10**9, 10**6, "")
