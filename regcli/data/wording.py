"""Words for messages: near misses, short lists, paths; and the globs columns are named by."""

from __future__ import annotations

import difflib
import os
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from regcli.numerals import count as count  # noqa: PLC0414 - words for messages are found here
from regcli.wording import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

# Words for the same truth.
TRUE, FALSE = frozenset({"true", "t", "yes", "y", "1"}), frozenset({"false", "f", "no", "n", "0"})


def nearest(name: str, options: Iterable[str]) -> str | None:
    """The option that was perhaps meant; case does not count."""
    folded = {option.casefold(): option for option in options}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.65)
    return folded[near[0]] if near else None


def did_you_mean(name: str, options: Iterable[str]) -> str:
    """``" (did you mean 'age'?)"``, or nothing where no option is close."""
    near = nearest(name, options)
    return "" if near is None else f" (did you mean {near!r}?)"


def listing(names: Sequence[str], limit: int = 12) -> str:
    """The names between commas; of many, the first ones and how many more there are."""
    shown = ", ".join(map(harmless, names[:limit]))
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"


def shown(path: Path) -> str:
    """The path as a user would type it from here."""
    return harmless(os.path.relpath(path))


def brief(source: str) -> str:
    """A file's name as it is shown in a table: one that lies far from here by its folder, not by the way there.

    Examples
    --------
    >>> brief("data/houses.csv"), brief("../houses.csv"), brief("../../../home/ada/data/houses.csv")
    ('data/houses.csv', '../houses.csv', '…/data/houses.csv')
    """
    parts = source.split("/")
    return source if parts[:2] != ["..", ".."] else "/".join(["…", *[part for part in parts if part != ".."][-2:]])


def matches(name: str, pattern: str) -> bool:
    """A column's own name always matches itself, even where it holds glob characters."""
    return name == pattern or fnmatchcase(name, pattern)


def respelled(strange: Iterable[str], known: Sequence[str]) -> dict[str, str]:
    """Known texts that unknown ones seem to mean: the same but for case, blanks or a number's form; of two, the same truth."""
    by_form = {_form(text): text for text in known}
    meant = {text: by_form[_form(text)] for text in strange if _form(text) in by_form}
    truths = {_truth(text): text for text in known}
    if not meant and len(known) == 2 and set(truths) == {True, False}:
        meant = {text: truths[truth] for text in strange if (truth := _truth(text)) is not None}
    return meant


def _form(text: str) -> object:
    """The text without what spelling adds."""
    plain = " ".join(text.split()).casefold()
    try:
        return float(plain)
    except ValueError:
        return plain


def _truth(text: str) -> bool | None:
    plain = text.strip().casefold()
    return True if plain in TRUE else False if plain in FALSE else None
