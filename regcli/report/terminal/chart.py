"""Curves over an axis, drawn as lines of text."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from regcli.report.terminal.canvas import Canvas, in_ascii
from regcli.report.terminal.scale import labels

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray
    from regcli.report.terminal.canvas import Line
    from regcli.report.terminal.scale import Scale

# Cells between two error bars, and between two ticks of the x axis at least.
BETWEEN_ERRORS, BETWEEN_TICKS = 4, 2
# No picture is narrower; names at the ends of lines take at most this share of it.
NARROWEST, NAMES = 32, 0.3


@dataclass(frozen=True, slots=True)
class Series:
    """One curve, or points.

    Attributes
    ----------
    name : str
        For the legend, or written at the end of the line.
    x, y : ndarray (n,)
        Where y is not finite the line is broken.
    style : str
        Its colour, where there are colours.
    sign : str
        What it is made of where there are plain signs alone.
    error : ndarray (n,) or None
        Half the length of its error bars.
    every : int
        Of its dots one in so many is set: 2 is a dotted line.
    named_at_end : bool
    dots : bool
        Points that no line joins.
    """

    name: str
    x: FloatArray
    y: FloatArray
    style: str
    sign: str
    error: FloatArray | None = None
    every: int = 1
    named_at_end: bool = False
    dots: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the x axis that stands out, with its name."""

    name: str
    x: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Curves, and what stands around them.

    Attributes
    ----------
    title : str
    x, y : Scale
    x_name : str
    series : tuple of Series
    marks : tuple of Mark
        Dotted lines down to the axis.
    levels : tuple of (str, float)
        Dotted lines across, with their names for the legend.
    top : tuple of (float, str)
        What stands above the picture at some x.
    top_name : str
    note : str
        A few words behind the legend.
    height : int or None
        Rows of the picture itself; None: as the terminal has them.
    """

    title: str
    x: Scale
    y: Scale
    x_name: str
    series: tuple[Series, ...]
    marks: tuple[Mark, ...] = ()
    levels: tuple[tuple[str, float], ...] = ()
    top: tuple[tuple[float, str], ...] = ()
    top_name: str = ""
    note: str = ""
    height: int | None = None

    def draw(self, width: int, height: int, *, plain: bool) -> list[Line]:
        """The picture, at most `width` characters wide, with `height` rows between its axes unless it has its own."""
        if plain:
            title, x_name = in_ascii(self.title), in_ascii(self.x_name)
            if (title, x_name) != (self.title, self.x_name):
                return replace(self, title=title, x_name=x_name).draw(width, height, plain=plain)
        height = self.height or height
        y_ticks = self.y.ticks(max(2, height // 3))
        words = labels(y_ticks)
        gutter = 2 + max(map(len, (*words, self.top_name, self.x_name)))
        from rich.cells import cell_len

        named = [series.name for series in self.series if series.named_at_end]
        right = min(int(NAMES * width), 1 + 2 * plain + max(map(cell_len, named))) if named else 0
        canvas = Canvas(max(width - gutter - right, 12), height, plain=plain)
        self._fill(canvas)
        names = self._names(canvas, right, plain=plain)
        ticks = {canvas_row(canvas, self.y.at(value)): word for value, word in zip(y_ticks, words, strict=True)}
        edge, tick, corner, rule, up = "|+`-^" if plain else "│┤└─▲"
        out: list[Line] = [[(_cut(self.title, width), "bold")]] if self.title else []
        if self.top:
            row = _beside([(self._column(canvas, x), text) for x, text in self.top], canvas.width)
            out.append([(f"{self.top_name:>{gutter - 2}}  {row}".rstrip(), "dim")])
        for i, line in enumerate(canvas.lines()):
            head = f"{ticks.get(i, ''):>{gutter - 2}} {tick if i in ticks else edge}"
            out.append([(head, ""), *line, *names.get(i, [])])
        out.append([(f"{'':{gutter - 1}}{corner}{rule * canvas.width}", "")])
        out.append([(f"{self.x_name:>{gutter - 2}}  {self._x_labels(canvas)}".rstrip(), "")])
        if self.marks:
            out.append([(" " * gutter + self._mark_names(canvas, up), "green")])
        return out + self._legend(width, plain=plain)

    def _fill(self, canvas: Canvas) -> None:
        for _, level in self.levels:
            self._line(canvas, [(0.0, self.y.at(level)), (1.0, self.y.at(level))], "dim", "-", 3)
        for mark in self.marks:
            self._line(canvas, [(self.x.at(mark.x), 0.0), (self.x.at(mark.x), 1.0)], "green", ":", 3)
        for series in reversed(self.series):
            places = [(self.x.at(x), self.y.at(y)) for x, y in zip(series.x.tolist(), series.y.tolist(), strict=True)]
            if series.error is not None:
                self._error_bars(canvas, series)
            for piece in () if series.dots else _pieces(places):
                self._line(canvas, piece, series.style, series.sign, series.every)
            if series.dots:
                for across, up in filter(_is_number, places):
                    canvas.write(self._cell(canvas, across), canvas_row(canvas, up), series.sign, series.style)

    def _error_bars(self, canvas: Canvas, series: Series) -> None:
        """Bars at points that are some cells apart."""
        last = -math.inf
        assert series.error is not None  # noqa: S101 - whoever calls has asked
        for x, y, error in zip(series.x.tolist(), series.y.tolist(), series.error.tolist(), strict=True):
            at = self.x.at(x)
            if not math.isfinite(error) or not math.isfinite(y) or abs(at - last) * canvas.width < BETWEEN_ERRORS:
                continue
            last = at
            low = self.y.at(y - error) if not self.y.log or y > error else -1.0
            self._line(canvas, [(at, low), (at, self.y.at(y + error))], series.style, "|", 1)

    @staticmethod
    def _line(canvas: Canvas, places: list[tuple[float, float]], style: str, sign: str, every: int) -> None:
        kept = [(x, min(max(y, -1.0), 2.0)) for x, y in places]  # what lies beyond leaves the picture
        canvas.line([canvas.place(x, y) for x, y in kept], style, sign, every)

    @staticmethod
    def _cell(canvas: Canvas, across: float) -> int:
        return round(across * (canvas.width - 1))

    def _column(self, canvas: Canvas, x: float) -> int:
        return self._cell(canvas, self.x.at(x))

    def _names(self, canvas: Canvas, room: int, *, plain: bool) -> dict[int, Line]:
        """Names beside the last points of their lines, each on a row of its own as near as there is one."""
        taken: dict[int, Line] = {}
        for series in self.series:
            if not series.named_at_end or not math.isfinite(series.y[-1]):
                continue
            row = canvas_row(canvas, self.y.at(float(series.y[-1])))
            free = sorted((i for i in range(canvas.height) if i not in taken), key=lambda i: abs(i - row))
            if free:
                name = f"{series.sign} {series.name}" if plain else series.name
                taken[free[0]] = [(" " + _cut(name, room - 1), series.style)]
        return taken

    def _x_labels(self, canvas: Canvas) -> str:
        most = max(2, canvas.width // 8)
        ticks = self.x.ticks(most)
        return _beside([(self._column(canvas, x), word) for x, word in zip(ticks, labels(ticks), strict=True)], canvas.width)

    def _mark_names(self, canvas: Canvas, up: str) -> str:
        """The names of the marks under the axis: the left one before its arrow, the right one behind."""
        at: dict[int, list[str]] = {}
        for mark in self.marks:
            at.setdefault(self._column(canvas, mark.x), []).append(mark.name)
        row = [" "] * canvas.width
        for k, (column, found) in enumerate(sorted(at.items())):
            name = " = ".join(found)
            behind = (k > 0 or column < len(name) + 1) and column + len(name) + 1 < canvas.width
            text, start = (f"{up} {name}", column) if behind else (f"{name} {up}", column - len(name) - 1)
            for j, sign in enumerate(text, start=start):
                if 0 <= j < canvas.width:
                    row[j] = sign
        return "".join(row).rstrip()

    def _legend(self, width: int, *, plain: bool) -> list[Line]:
        """What is what, on as many lines as it takes."""
        from rich.cells import cell_len

        entries: list[tuple[str, str, str]] = []
        error = " +/- SE" if plain else " ± SE"
        for series in self.series:
            if not series.named_at_end and series.name:
                sample = series.sign if series.dots else series.sign * 2 if plain else "⠒⠒" if series.every == 1 else "⠂⠂"
                entries.append((sample, series.style, f"{series.name}{error if series.error is not None else ''}"))
        entries += [("- -" if plain else "⠂ ⠂", "dim", name) for name, _ in self.levels if name]
        entries += [("", "", self.note)] if self.note else []
        lines: list[Line] = []
        room = 0
        for sample, style, name in entries:
            spans = [("  ", ""), (sample, style), (_cut(f"{' ' if sample else ''}{name}", width - 2 - len(sample)), "")]
            size = sum(cell_len(text) for text, _ in spans)
            if size > room:
                lines.append([])
                room = width
            lines[-1] += spans
            room -= size
        return lines


def canvas_row(canvas: Canvas, up: float) -> int:
    """The row of a share of the height."""
    return min(canvas.height - 1, max(0, round((1.0 - up) * (canvas.height - 1))))


def _is_number(place: tuple[float, float]) -> bool:
    return math.isfinite(place[0]) and math.isfinite(place[1])


def _pieces(places: list[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """The line where it is defined, piece by piece."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if _is_number(place):
            pieces[-1].append(place)
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if piece]


def _beside(words: list[tuple[int, str]], width: int) -> str:
    """Words about their columns, those left out that would touch the one before."""
    row, end = [" "] * width, -BETWEEN_TICKS
    for column, word in sorted(words):
        start = min(max(0, column - len(word) // 2), width - len(word))
        if start >= end + (BETWEEN_TICKS if end >= 0 else 0) and start >= 0:
            row[start : start + len(word)] = word
            end = start + len(word)
    return "".join(row).rstrip()


def _cut(text: str, room: int) -> str:
    """The text in so many columns of a terminal, some signs of which take two."""
    from rich.cells import cell_len

    if cell_len(text) <= room:
        return text
    text = text[: max(room - 1, 1)]
    while len(text) > 1 and cell_len(text) > room - 1:
        text = text[:-1]
    return text + "~"
