"""What every block has in common: unknown keys, empty blocks, short forms, and all mistakes at once in plain words."""

from __future__ import annotations

from typing import Annotated, ClassVar

import pytest
from pydantic import Field, ValidationError, field_validator

from regcli.config import base
from regcli.config.base import Complaint, Part, complaints_of, did_you_mean, must, not_among, once, reject


class Inner(Part):
    """A block."""

    short: ClassVar[str | None] = "kind"
    kind: str = Field(default="plain", description="the kind")
    share: base.Share = Field(default=0.5, description="a share")

    @field_validator("kind")
    @classmethod
    def _not_odd(cls, kind):
        if kind == "odd":
            raise reject("is odd")
        return kind


class Outer(Part):
    """A block in which others stand."""

    n: Annotated[int, must("a whole number")] = Field(description="how many")
    inner: Inner = Field(default=Inner(), description="a block")
    parts: tuple[Inner, ...] = Field(default=(), description="some blocks")

    @classmethod
    def _complaints(cls, given):
        if given.get("n") == 13:
            yield Complaint(("n",), "brings bad luck", at_key=True)


def told(data):
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(data)
    return {".".join(map(str, complaint.path)): complaint.text for complaint in complaints_of(caught.value)}


def test_a_plain_word_and_an_empty_block_stand_for_the_mapping():
    assert Outer.model_validate({"n": 1, "inner": "fancy"}).inner == Inner(kind="fancy")
    assert Outer.model_validate({"n": 1, "inner": None}).inner == Inner()


def test_everything_that_is_wrong_comes_out_at_once_under_its_own_key():
    found = told({"n": "three", "inner": {"share": 2, "knd": "x"}, "parts": ("odd", {"kind": "even", "share": "0.5"}), "m": 1})
    assert found == {
        "n": "must be a whole number, not 'three'",
        "inner.share": "must be a number above 0 and below 1, not 2",
        "inner.knd": "unknown key; allowed: kind, share (did you mean 'kind'?)",
        "parts.0.kind": "is odd",
        "parts.1.share": "must be a number above 0 and below 1, not '0.5'; leave out the quotes",
        "m": "unknown key; allowed: n, inner, parts",
    }


def test_what_is_missing_is_told_by_what_it_is():
    assert told({}) == {"n": "missing: how many"}


def test_combinations_are_complained_of_beside_other_mistakes():
    assert told({"n": 13, "inner": {"share": 0}}) == {
        "n": "brings bad luck",
        "inner.share": "must be a number above 0 and below 1, not 0",
    }


@pytest.mark.parametrize("data", [3, [], "text"])
def test_a_block_that_is_no_mapping(data):
    assert "must be a mapping with the keys n, inner, parts" in told(data)[""]


def test_blocks_do_not_change():
    with pytest.raises(ValidationError, match="frozen"):
        Inner().kind = "other"


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (base.Text, 5, "must be text, not 5; put it in quotes"),
        (base.Flag, "yes", "must be true or false, not 'yes'"),
        (base.Seed, 2**40, "must be a whole number from 0 to 4294967295, not 1099511627776, and 2147483647 at most"),
        (
            base.ShareOrRows,
            0,
            "must be a number above 0 and below 1 (a share of the rows) or a whole number of at least 1 (rows), not 0",
        ),
        (base.Number, float("nan"), "must be a number, not nan"),
    ],
)
def test_types_say_what_they_want_and_what_they_got(kind, value, said):
    class One(Part):
        """One value."""

        value: kind = Field(description="a value")

    with pytest.raises(ValidationError) as caught:
        One.model_validate({"value": value})
    assert [complaint.text for complaint in complaints_of(caught.value)] == [said]


def test_words_that_are_not_known():
    assert not_among("Lasso", ["ridge", "lasso"]) == "'Lasso' is not known; allowed: ridge, lasso (did you mean 'lasso'?)"
    assert did_you_mean("zzz", ["ridge"]) == ""
    assert once((1, 2)) == (1, 2)
    with pytest.raises(base.Rejected, match="2 stands twice"):
        once((1, 2, 2))
