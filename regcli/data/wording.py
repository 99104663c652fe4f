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


def did_you_mean(name: str, options: Iterable[str]) -> str:
    """``" (did you mean 'age'?)"``, or nothing where no option is close; case does not count."""
    folded = {option.casefold(): option for option in options}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.65)
    return f" (did you mean {folded[near[0]]!r}?)" if near else ""


def listing(names: Sequence[str], limit: int = 12) -> str:
    """The names between commas; of many, the first ones and how many more there are."""
    shown = ", ".join(map(harmless, names[:limit]))
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"


def shown(path: Path) -> str:
    """The path as a user would type it from here."""
    return harmless(os.path.relpath(path))


def matches(name: str, pattern: str) -> bool:
    """A column's own name always matches itself, even where it holds glob characters."""
    return name == pattern or fnmatchcase(name, pattern)
