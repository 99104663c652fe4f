"""The encoding of a text file: asked for, or found out; what is not UTF-8 is turned into it."""

from __future__ import annotations

import re

from regcli.data.source import Content, refuse_whole
from regcli.errors import DataError

UTF8_BOM = b"\xef\xbb\xbf"
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
# Files up to this size are looked through for bytes that are not UTF-8; of larger ones the beginning.
LOOKED_THROUGH = 32 << 20
HEAD = 1 << 20
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")
# What Windows puts where Latin-1 has control characters.
WINDOWS = re.compile(rb"[\x80-\x9f]")
SAY = "Save the file as UTF-8, or say what it is, for instance dataset.read.encoding: {}."


def as_utf8(content: Content, asked: str | None, name: str) -> tuple[Content, str]:
    """The text in UTF-8, and the encoding it is in.

    Parameters
    ----------
    content : Content
    asked : str or None
        The encoding, where it is known.
    name : str
        What the file is called in messages.

    Raises
    ------
    DataError
        Where the bytes are no text in the encoding asked for, or in none that can be found out.
    """
    encoding = asked or _found_out(content, name)
    if encoding.lower().replace("_", "-") in {"utf-8", "utf8", "utf-8-sig"}:
        return content, encoding
    refuse_whole(content.size, name)
    raw = content.whole()
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise DataError(
            f"{name}: byte 0x{raw[wrong.start]:02x} at offset {wrong.start:,} is no {encoding} text.",
            "Set another dataset.read.encoding; without the key it is found out.",
        ) from wrong
    held = text.removeprefix("\ufeff").encode()
    return Content(content.path, len(held), held), encoding


def _found_out(content: Content, name: str) -> str:
    head = content.part(0, HEAD)
    first = head[: head.find(b"\n") + 1]
    if head.startswith(UTF16_BOMS):
        return "utf-16"
    if len(first) < 4 * first.count(b"\0") < 3 * len(first):
        return "utf-16-le" if first[1::2].count(b"\0") > first[::2].count(b"\0") else "utf-16-be"
    if head.startswith(UTF8_BOM):
        return "utf-8-sig"
    raw = content.whole() if content.size <= LOOKED_THROUGH else head
    if raw.isascii():
        return "utf-8"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as wrong:
        if wrong.reason == "unexpected end of data" and len(raw) < content.size:  # cut within a character
            return "utf-8"
        found = _one_byte_a_character(raw)
        if found is None:
            raise not_utf8(raw, wrong, name) from wrong
        return found
    return "utf-8"


def _one_byte_a_character(raw: bytes) -> str | None:
    """Latin-1 or its Windows form; None where the text is UTF-8 in other places, or no text at all."""
    characters = raw.decode("utf-8", "surrogateescape")
    if CONTROL.search(raw) or any("\x80" <= c < "\udc80" or c > "\udcff" for c in set(characters)):
        return None
    if not WINDOWS.search(raw):
        return "latin-1"
    try:
        raw.decode("cp1252")
    except UnicodeDecodeError:
        return None
    return "cp1252"


def not_utf8(body: bytes, wrong: UnicodeDecodeError, name: str) -> DataError:
    """Name the first byte that is no UTF-8."""
    line = body.count(b"\n", 0, wrong.start) + 1
    byte = body[wrong.start]
    what = f"line {line} is not UTF-8 text (byte 0x{byte:02x} at offset {wrong.start})"
    return DataError(f"{name}: {what}.", SAY.format("latin-1"), {"dataset.read.encoding": "latin-1"})
