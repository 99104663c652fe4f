"""Encodings: found out, asked for, and refused where no text comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from regcli.data import encoding
from regcli.data.encoding import as_utf8
from regcli.data.source import Content
from regcli.errors import DataError

TEXT = "größe,preis\nklein,5 €\n"


def read(raw, asked=None):
    content, found = as_utf8(Content(Path("d.csv"), len(raw), raw), asked, "d.csv")
    return content.whole(), found


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"a,b\n1,2\n", "utf-8"),
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.replace("€", "£").encode("latin-1"), "latin-1"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_an_encoding_is_found_out_and_the_text_comes_as_utf8(raw, found):
    content, told = read(raw)
    assert told == found
    assert content.decode("utf-8-sig") == raw.decode(found)


def test_what_is_asked_for_is_taken():
    content, told = read(TEXT.encode("cp1252"), "latin-1")
    assert told == "latin-1"
    assert content.decode() == TEXT.replace("€", "\x80")


@pytest.mark.parametrize("asked", ["utf8", "UTF-8", "utf_8"])
def test_utf8_by_any_name_is_passed_on_untouched(asked):
    assert read(b"\xff", asked) == (b"\xff", asked)


def test_bytes_that_are_no_text_in_the_encoding_asked_for_are_named():
    with pytest.raises(DataError, match=r"d\.csv: byte 0xe4 at offset 2 is no ascii text"):
        read(b"a,\xe4\n", "ascii")


@pytest.mark.parametrize("raw", ["ä\n".encode() + b"\xe4\n", b"a\x00\xe4\n"])
def test_what_is_neither_utf8_nor_of_one_byte_a_character_is_refused_with_a_remedy(raw):
    with pytest.raises(DataError, match=r"line \d is not UTF-8 text \(byte 0xe4 at offset \d\)") as caught:
        read(raw)
    assert caught.value.remedies == ({"dataset.read.encoding": "latin-1"},)


def test_of_a_large_file_the_beginning_is_looked_at_and_a_cut_character_is_no_mistake(monkeypatch):
    monkeypatch.setattr(encoding, "LOOKED_THROUGH", 4)
    monkeypatch.setattr(encoding, "HEAD", 4)
    assert read("abcß\n".encode())[1] == "utf-8"
