"""Words for messages: near misses, short lists, globs, other spellings."""

from __future__ import annotations

import pytest

from regcli.data.wording import did_you_mean, listing, matches, nearest, respelled, shown


def test_the_option_that_was_perhaps_meant():
    assert nearest("PRICE", ["age", "Price"]) == "Price"
    assert nearest("zzz", ["age", "price"]) is None
    assert did_you_mean("pirce", ["age", "price"]) == " (did you mean 'price'?)"
    assert did_you_mean("zzz", ["age"]) == ""


def test_of_many_names_the_first_ones_and_how_many_more():
    assert listing(["a", "b"]) == "a, b"
    assert listing([f"n{i}" for i in range(7)], 3) == "n0, n1, n2 and 4 more"
    assert "\x1b" not in listing(["a\x1b[31m"])


def test_paths_as_they_would_be_typed_from_here(tmp_path, monkeypatch):
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert shown(tmp_path / "below" / "d.csv") == "d.csv"
    assert shown(tmp_path / "d.csv") == "../d.csv"


@pytest.mark.parametrize(
    ("name", "pattern", "does"), [("a[1]", "a[1]", True), ("a1", "a[1]", True), ("ab", "a*", True), ("Ab", "a*", False)]
)
def test_a_name_matches_itself_and_its_globs(name, pattern, does):
    assert matches(name, pattern) is does


@pytest.mark.parametrize(
    ("strange", "known", "meant"),
    [
        (["YES ", "maybe"], ["no", "yes"], {"YES ": "yes"}),
        (["1.0"], ["1", "2"], {"1.0": "1"}),
        (["true"], ["no", "yes"], {"true": "yes"}),
        (["true"], ["a", "b"], {}),
    ],
)
def test_other_spellings_of_what_is_known(strange, known, meant):
    assert respelled(strange, known) == meant
