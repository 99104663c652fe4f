"""Gates: how they are read, held and weighed."""

from __future__ import annotations

import pytest

from regcli.errors import UsageError
from regcli.gates import check, parse

NUMBERS = {"m": 3.0, "m.change": 1.0, "share": 0.3, "nothing": None, "a < b.change": 2.0}
PERCENTS = {"m.change": 50.0, "a < b.change": 4.0}


def held(text):
    (checked,) = check([parse(text)], NUMBERS, PERCENTS)
    return checked


@pytest.mark.parametrize(
    ("text", "failed", "value"),
    [("m > 2", True, 3.0), ("m>3", False, 3.0), ("m >= 3", True, 3.0), ("m == 3", True, 3.0), ("m != 3", False, 3.0),
     ("m < 3e0", False, 3.0), ("m <= +3.", True, 3.0), ("m.change > 49%", True, 50.0), ("m.change > 51 %", False, 50.0),
     ("m.change > 0.5", True, 1.0), ("share > 29%", True, 0.3), ("share > 31%", False, 0.3), ("a < b.change > 3%", True, 4.0)],
)  # fmt: skip
def test_a_gate_is_a_condition_under_which_it_fails(text, failed, value):
    assert (held(text).failed, held(text).value) == (failed, value)


@pytest.mark.parametrize(
    ("text", "unit"), [("m > 4", ""), ("share > 15%", "share"), ("m.change > 3%", "%"), ("m.change > 3", "")]
)
def test_the_unit_of_what_was_found_goes_with_it(text, unit):
    assert held(text).unit == unit


def test_what_is_undefined_fails():
    assert held("nothing > 1e9").failed
    assert "undefined" in held("nothing < 1e9").reason


def test_the_worst_failure_is_the_one_farthest_beyond_its_limit():
    assert held("m > 4").excess == 0
    assert held("m > 2").excess == pytest.approx(1 / 3)
    assert held("m > 2").excess < held("m > 1").excess < held("m > 0").excess == held("nothing > 0").excess == 1
    assert held("share > 15%").excess == pytest.approx(0.5)


@pytest.mark.parametrize("text", ["", "m", "m > ", "> 3", "m > x", "m > 3 4", "m > 1e", "m ~ 3"])
def test_what_is_no_gate(text):
    with pytest.raises(UsageError, match="is not a gate"):
        check([parse(text)], NUMBERS, PERCENTS)


def test_an_unknown_name_is_told_with_the_nearest_one():
    with pytest.raises(UsageError, match=r"'m\.chance' is not a name in this table \(did you mean 'm\.change'\?\)"):
        held("m.chance > 3")
