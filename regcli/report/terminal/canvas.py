"""A grid of characters on which dots, lines and words are set: braille where a terminal has it, plain signs where it has not."""

from __future__ import annotations

import os
from itertools import groupby, pairwise
from operator import itemgetter
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A piece of a line and its style, and a line of them.
Span = tuple[str, str]
Line = list[Span]

# For streams that cannot say what is meant.
_ASCII = {
    "λ": "lambda", "ρ": "rho", "γ": "gamma", "Φ": "Phi", "ℓ": "l",
    "±": "+/-", "×": "x", "≤": "<=", "≥": ">=", "→": "->", "–": "-", "…": "...", "─": "-",
    "✗": "x", "✓": "v", "≈": "~", "−": "-",
}  # fmt: skip
# A braille sign has two columns of four dots: the bit of each, by column and row.
_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_BRAILLE = 0x2800
# Terminals whose fonts have no braille, whatever the encoding says.
_WITHOUT_BRAILLE = {"linux", "dumb", "vt52", "vt100", "vt102", "vt220", "cons25", "unknown"}


def is_plain(stream: IO[str]) -> bool:
    """Whether pictures for this stream are made of ASCII alone."""
    if os.environ.get("TERM", "") in _WITHOUT_BRAILLE:
        return True
    try:
        "⣿┤─█▐▌●".encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def in_ascii(text: str) -> str:
    """Our own signs by plain ones; names keep theirs."""
    for sign, plain in _ASCII.items():
        text = text.replace(sign, plain)
    return text


class Canvas:
    """Cells of `width` by `height`, each of some dots; the last that is set there decides its style.

    Parameters
    ----------
    width, height : int
        In characters.
    plain : bool
        One dot a cell, shown as the sign it is set with; else two by four dots in braille.
    """

    def __init__(self, width: int, height: int, *, plain: bool) -> None:
        self.width, self.height, self._plain = width, height, plain
        self.columns, self.rows = (width, height) if plain else (2 * width, 4 * height)
        self._bits = [[0] * width for _ in range(height)]
        self._signs: list[list[str]] = [[""] * width for _ in range(height)]
        self._styles = [[""] * width for _ in range(height)]

    def place(self, across: float, up: float) -> tuple[int, int]:
        """The dot at a share of the width, from the left, and of the height, from the bottom."""
        return round(across * (self.columns - 1)), round((1.0 - up) * (self.rows - 1))

    def dot(self, x: int, y: int, style: str, sign: str) -> None:
        """Set one dot; outside nothing happens."""
        if not (0 <= x < self.columns and 0 <= y < self.rows):
            return
        i, j = (y, x) if self._plain else (y // 4, x // 2)
        if self._plain:
            self._signs[i][j] = sign
        else:
            self._bits[i][j] |= _BITS[x % 2][y % 4]
        self._styles[i][j] = style

    def line(self, points: Sequence[tuple[int, int]], style: str, sign: str, every: int = 1) -> None:
        """Join dots by straight lines, of which every so many dots are set."""
        for k, (x, y) in enumerate(_between(points)):
            if k % every == 0:
                self.dot(x, y, style, sign)

    def write(self, column: int, row: int, text: str, style: str) -> None:
        """Words over whatever is there; what does not fit is cut off."""
        for j, sign in enumerate(text, start=column):
            if 0 <= j < self.width and 0 <= row < self.height:
                self._signs[row][j], self._bits[row][j], self._styles[row][j] = sign, 0, style

    def lines(self) -> list[Line]:
        """What is to be shown, from the top."""
        out = []
        for bits, signs, styles in zip(self._bits, self._signs, self._styles, strict=True):
            shown = [sign or (chr(_BRAILLE + dots) if dots else " ") for dots, sign in zip(bits, signs, strict=True)]
            cells = zip(shown, styles, strict=True)
            out.append([("".join(text for text, _ in run), style) for style, run in groupby(cells, key=itemgetter(1))])
        return out


def _between(points: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """All dots from one point to the next, each once."""
    if len(points) == 1:
        yield points[0]
    for k, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        n = max(abs(x1 - x0), abs(y1 - y0), 1)
        for step in range(0 if k == 0 else 1, n + 1):
            yield round(x0 + (x1 - x0) * step / n), round(y0 + (y1 - y0) * step / n)
