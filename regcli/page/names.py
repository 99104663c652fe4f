"""Names from outside as pictures can show them: on one line, not too long, and no two alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.wording import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable

# Of a name in a picture; its table has more of it.
LONGEST = 36
LONGEST_CELL = 240


def shortened(text: object, longest: int = LONGEST) -> str:
    """The text on one line, its middle left out where it is too long: columns of a kind often differ at the end."""
    shown = harmless(text)
    if len(shown) <= longest:
        return shown
    tail = (longest - 1) // 3
    return f"{shown[: longest - 1 - tail]}…{shown[len(shown) - tail :]}"


def labels(names: Iterable[object], longest: int = LONGEST) -> list[str]:
    """A label for each name, no two alike.

    Examples
    --------
    >>> labels(["age", "x" * 50, "x" * 51], 9)
    ['age', 'xxxxxx…xx', 'xxxxxx…xx (2)']
    """
    found: list[str] = []
    taken: dict[str, int] = {}
    for name in names:
        label = shortened(name, longest) or "(no name)"
        taken[label] = taken.get(label, 0) + 1
        found.append(label if taken[label] == 1 else f"{label} ({taken[label]})")
    return found
