"""Scalars by the rules of YAML 1.2."""

from __future__ import annotations

import math

import pytest

from regcli.config.yaml12 import dump, parse

TABLE = {
    # null and booleans
    "": None, "~": None, "null": None, "Null": None, "NULL": None, "nUll": "nUll",
    "true": True, "True": True, "TRUE": True, "false": False, "FALSE": False, "tRUE": "tRUE",
    "yes": "yes", "no": "no", "on": "on", "Off": "Off", "y": "y", "N": "N",
    # whole numbers
    "0": 0, "12": 12, "-7": -7, "+3": 3, "010": 10, "0o10": 8, "0x1F": 31, "08": 8, "0b11": "0b11", "1_000": "1_000",
    "-0o7": "-0o7", "0o9": "0o9", "1:30": "1:30", "190:20:30": "190:20:30", "10%": "10%",
    # reals
    "1e-3": 1e-3, "1E5": 1e5, "1.0e-6": 1e-6, "1e+3": 1e3, ".5": 0.5, "5.": 5.0, "-.5e1": -5.0, "1.5": 1.5, "-0.0": -0.0,
    "1.e2": 100.0, ".": ".", "e3": "e3", "1e": "1e", "1.2.3": "1.2.3", "inf": "inf", "nan": "nan", "1,5": "1,5",
    ".inf": math.inf, "-.Inf": -math.inf, "+.INF": math.inf, ".iNf": ".iNf",
    # dates and others
    "2026-11-20": "2026-11-20", "2026-11-20 10:00:00": "2026-11-20 10:00:00", "=": "=", "<<": "<<",
    "'1'": "1", '"true"': "true", "'~'": "~", "!!str 5": "5", "!!float 5": 5.0,
}  # fmt: skip


@pytest.mark.parametrize("written", TABLE)
def test_scalars(written):
    node, findings = parse(f"key: {written}\n", "x")
    assert not findings
    value = node.data()["key"]
    assert value == TABLE[written]
    assert type(value) is type(TABLE[written])


def test_not_a_number():
    assert math.isnan(parse("x: .nan", "x")[0].data()["x"])


@pytest.mark.parametrize(
    "text",
    [*(key for key in TABLE if "'" not in key), "1e-3", "a: b", "#x", "é", "\x85", "\t", "x\ny", " x", "- a", "*a", "\U0001f600"],
)
def test_text_is_written_so_that_it_stays_text(text):
    written = dump({"key": text, text: [text, {"inner": text}]})
    assert parse(written, "x")[0].data() == {"key": text, text: (text, {"inner": text})}


@pytest.mark.parametrize("number", [0, -1, 10**30, 1e-300, 1e16, 1e22, 0.1, 5e-324, 1.7976931348623157e308, -0.0, 123456.789])
def test_numbers_come_back_to_the_bit(number):
    value = parse(dump({"key": number}), "x")[0].data()["key"]
    assert repr(value) == repr(number)


def test_positions_of_keys_and_values():
    node = parse("a: 1\nb:\n  - x\n  - {c:   2}\n", "f")[0]
    inner = node.value["b"].value[1].value["c"]
    assert (str(inner.key_place), str(inner.place)) == ("f:4:6", "f:4:11")
    assert str(node.value["b"].value[0].place) == "f:3:5"
    assert node.locate(("b", 1, "c")) == (inner.place, ("b", 1, "c"))
    assert node.locate(("b", 1, "d"))[0] == node.value["b"].value[1].place
    assert node.locate(("a", 0)) == (node.value["a"].place, ("a",))
