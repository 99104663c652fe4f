"""Words from outside (names of columns, cells, paths, keys) on their way to a screen, a log or a page.

They may hold anything: escape sequences that repaint a terminal, marks that turn the writing direction, line ends that forge a
line of the log, commands that a CI service takes from its log. Each place that prints passes its texts through `harmless`; what
programs read (JSON, CSV, predictions) keeps the data as they are.
"""

from __future__ import annotations

import re

# Control characters (without those that structure a JSON document), line separators, lone surrogates, noncharacters.
_C0, _CONTROL = r"\x00-\x1f", r"\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
# What has no width or turns the writing direction.
_UNSEEN = (
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    r"\U000e0000-\U000e007f"
)
# Joiners shape Persian, Indic and emoji: they stay between signs beyond ASCII, and mislead anywhere else.
_JOINER = r"(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
# What CI services take for a command when they meet it in a log: `::` in front, `##[` or `##name[` anywhere.
_COMMAND = r"(?<!\S):(?=:)|#(?=#\w*\[)"
_HARMFUL = re.compile(f"[{_C0}{_CONTROL}{_UNSEEN}]|{_JOINER}|{_COMMAND}")
_HARMFUL_IN_JSON = re.compile(f"[{_CONTROL}{_UNSEEN}]|{_JOINER}")
_COMMAND_SIGNS = re.compile("::|##")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def harmless(text: object) -> str:
    r"""The text on one line, with everything in it that acts instead of being seen as a visible escape.

    Examples
    --------
    >>> harmless("red \x1b[31m"), harmless("two\nlines"), harmless("\u202eevil")
    ('red \\x1b[31m', 'two\\nlines', '\\u202eevil')
    """
    plain = str(text)
    if plain.isprintable() and not _COMMAND_SIGNS.search(plain):  # nearly every text there is
        return plain
    return _HARMFUL.sub(lambda found: _escape(found[0]), plain)


def harmless_lines(text: object, margin: str = "") -> str:
    """The same for a text of several lines: they stay, each behind the margin but the first."""
    return f"\n{margin}".join(harmless(line) for line in str(text).split("\n"))


def harmless_json(text: str) -> str:
    """A JSON document whose strings hold as JSON's own escapes what would act on a screen: it reads back as the same data."""
    return _HARMFUL_IN_JSON.sub(lambda found: _json_escape(found[0]), text)


def _escape(sign: str) -> str:
    code = ord(sign)
    if sign in _SHORT:
        return _SHORT[sign]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(sign: str) -> str:
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def same_text(cell: str, wanted: str) -> bool:
    """Whether a cell says what the configuration does: the same text, number (1 and 1.0) or truth (True and true)."""
    if cell == wanted:
        return True
    truths = {"true", "false"}
    if cell.lower() in truths and wanted.lower() in truths:
        return cell.lower() == wanted.lower()
    try:
        return float(cell) == float(wanted)
    except ValueError:
        return False
