"""Tables to text: for people (table, md) with numbers as `regcli.numerals` writes them, for programs (json, csv) in full."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import textwrap
from dataclasses import replace
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import IO, TYPE_CHECKING, Any, Literal

import numpy as np

from regcli.numerals import count, number
from regcli.report.terminal.bars import drawn_bars
from regcli.report.terminal.canvas import in_ascii, is_plain
from regcli.wording import harmless, harmless_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from regcli.report.table import Column, Table

Format = Literal["table", "json", "csv", "md"]
FORMATS: tuple[Format, ...] = ("table", "json", "csv", "md")

_STYLES = {"good": "green", "bad": "red", "quiet": "dim", "heading": "bold"}
# Where nothing else helps, cells that may be folded are folded to this width.
NARROWEST = 8
# Pictures have as many rows between their axes as a third of the terminal has, within these, and as many columns within those.
LOWEST, HIGHEST = 10, 20
NARROWEST_PICTURE, WIDEST_PICTURE = 40, 110
# Bars are drawn where there is room for so many characters, and are no longer than that.
NARROWEST_BAR, WIDEST_BAR = 10, 32
# What Markdown would take for its own; a bracket alone or an underscore within a word is none.
_MARKS = re.compile(r"[\\`*|~]|\](?=[(\[])|(?<![^\W_])_|_(?![^\W_])")


def cell(value: Any) -> str:  # noqa: ANN401
    """One value for people."""
    if value is None:
        return "–"
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (float, np.floating)):
        return number(float(value))
    if isinstance(value, (int, np.integer)):
        return count(int(value))
    return harmless(value)


def render(tables: Sequence[Table], form: Format, stream: IO[str], *, draw: bool = False) -> None:
    """Write tables to a stream.

    Parameters
    ----------
    tables : sequence of Table
    form : {"table", "json", "csv", "md"}
        With csv, several tables stand below each other with an empty line between them; with json they make one list, or an
        object by title where there are several.
    stream : text stream
        Colours, pictures and the terminal's width count only where it is a terminal.
    draw : bool
        Pictures are drawn wherever it goes.
    """
    if form != "table":
        tables = [table.written() for table in tables]
    if form == "json":
        content: Any = tables[0].records() if len(tables) == 1 else {table.title: table.records() for table in tables}
        write_json(content, stream)
    elif form == "csv":
        for i, table in enumerate(tables):
            stream.write(_encodable("\n" * bool(i) + _csv(table, for_people=stream.isatty()), stream))
    elif form == "md":
        for i, table in enumerate(tables):
            stream.write(_encodable("\n" * bool(i) + _markdown(table), stream))
    else:
        _for_people(tables, stream, draw=draw)


def render_plot(table: Table, form: Format, stream: IO[str], *, draw: bool = False) -> None:
    """Write a plot: its pictures to a terminal, its numbers between tabs to a pipe.

    Parameters
    ----------
    table : Table
        Of numbers, with their pictures; without any, its rows are shown with their bars.
    form : {"table", "json", "csv", "md"}
    stream : text stream
    draw : bool
        Draw wherever it goes.
    """
    if form != "table":
        render([table], form, stream)
    elif not (draw or stream.isatty()):
        stream.write(_encodable(_tsv(table.written()), stream))
    elif table.pictures:
        render([replace(table, title="", columns=(), rows=())], form, stream, draw=True)
    else:
        render([table], form, stream, draw=True)


def _tsv(table: Table) -> str:
    """Exact cells between tabs, one row a line whatever they hold."""
    rows = [[column.key for column in table.columns], *table.rows]
    return "".join("\t".join(_tab_free(value) for value in row) + "\n" for row in rows)


def _tab_free(value: Any) -> str:  # noqa: ANN401
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def write_json(content: Any, stream: IO[str]) -> None:  # noqa: ANN401
    """One JSON document; NaN and infinity become null."""
    text = json.dumps(_plain(content), indent=2, ensure_ascii=not _is_utf8(stream), allow_nan=False)
    stream.write(harmless_json(text) + "\n")


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _csv(table: Table, *, for_people: bool) -> str:
    """Exact cells, but on a terminal: nobody reads data from there but people."""

    def plain(value: Any) -> Any:  # noqa: ANN401
        value = value.item() if isinstance(value, np.generic) else value
        if value is None or value != value:  # noqa: PLR0124 - NaN
            return ""
        if isinstance(value, bool):
            return str(value).lower()
        return harmless(value) if for_people and isinstance(value, str) else value

    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow([plain(column.key) for column in table.columns])
    for row in table.rows:
        writer.writerow([plain(value) for value in row])
    return sink.getvalue()


def _markdown(table: Table) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cells) + " |"

    right = right_aligned(table)
    out = [f"**{markdown_text(table.title)}**", ""] if table.title else []
    if table.columns:
        out += [line([markdown_text(c.title) for c in table.columns]), "|" + "|".join("--:" if r else "---" for r in right) + "|"]
        for i, row in enumerate(table.rows):
            bold = "**" if i in table.marked or table.tones.get(i) == "heading" else ""
            out.append(line([f"{bold}{markdown_text(text)}{bold}" if text else text for text in map(cell, row)]))
    if table.notes:
        notes = map(_markdown_note, table.notes)
        out += [*([""] if table.columns else []), *(note if note.startswith("  -") else f"- {note}" for note in notes)]
    return "\n".join(out) + "\n"


def markdown_text(text: str) -> str:
    """Text that Markdown, HTML and a table's cell show as it is."""
    return _MARKS.sub(lambda mark: f"\\{mark[0]}", harmless(text).replace("&", "&amp;").replace("<", "&lt;"))


def _markdown_note(note: str) -> str:
    """A sentence, whose backticks are meant; names in it open no tag."""
    return harmless(note).replace("<", "&lt;")


def right_aligned(table: Table) -> list[bool]:
    """Numbers stand to the right: every value of the column is a number or missing."""
    values = list(zip(*table.rows, strict=True)) if table.rows else [()] * len(table.columns)
    return [
        column.right if column.right is not None else bool(cells) and all(_is_numeric(value) for value in cells)
        for column, cells in zip(table.columns, values, strict=True)
    ]


def _is_numeric(value: Any) -> bool:  # noqa: ANN401
    return value is None or (isinstance(value, (int, float, np.number)) and not isinstance(value, bool))


def _for_people(tables: Sequence[Table], stream: IO[str], *, draw: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    draw = draw or console.is_terminal
    room = console.width if draw else None
    plain, height = is_plain(stream), max(LOWEST, min(HIGHEST, console.height // 3))
    tables = tables if draw else [table.written() for table in tables]
    with console.capture() as captured:  # rich would end the program where the reader of a pipe has gone
        for i, table in enumerate(tables):
            if i:
                console.print()
            if table.title:
                console.print(Text(_encodable(harmless(table.title), stream), style="bold"), soft_wrap=room is None)
            # a table that cannot be made to fit is folded by the terminal: no digit is lost
            for style, lines in groupby(_grid(table, stream, room), key=itemgetter(0)):
                console.print(Text("\n".join(line for _, line in lines), style=style), soft_wrap=True)
            for note in table.notes:
                console.print(Text(_encodable(harmless(note), stream)), soft_wrap=room is None)
            for k, picture in enumerate(table.pictures if console.width >= NARROWEST_PICTURE else ()):
                if k or table.title or table.rows or table.notes:
                    console.print()
                for line in picture.draw(min(console.width, WIDEST_PICTURE), height, plain=plain):
                    console.print(Text.assemble(*((_encodable(text, stream), style) for text, style in line)), soft_wrap=True)
    stream.write(captured.get())


def _grid(table: Table, stream: IO[str], room: int | None) -> Iterator[tuple[str, str]]:
    """Aligned columns under a rule, as styled lines; on a terminal, columns are left out until the rest fits."""
    if not table.columns or (table.notes and not table.rows):
        return
    bars = [j for j, column in enumerate(table.columns) if column.bar]
    head = [_encodable(harmless(column.title), stream) for column in table.columns]
    body = [["" if j in bars else _encodable(cell(value), stream) for j, value in enumerate(row)] for row in table.rows]
    right = right_aligned(table)
    width = [max(len(row[j]) for row in (head, *body)) for j in range(len(head))]
    kept = [j for j in _fitting(table.columns, width, room) if j not in bars]
    spare = (room or 0) - sum(2 + width[j] for j in kept)
    for j in bars if spare >= NARROWEST_BAR else ():
        width[j] = min(spare - 2, WIDEST_BAR)
        kept.append(j)
        for cells, drawn in zip(body, drawn_bars([row[j] for row in table.rows], width[j], plain=is_plain(stream)), strict=True):
            cells[j] = drawn

    def lines(cells: Sequence[str]) -> Iterator[str]:
        folded = [textwrap.wrap(cells[j], width[j]) if len(cells[j]) > width[j] else [cells[j]] for j in kept]
        for parts in zip_longest(*folded, fillvalue=""):
            aligned = [part.rjust(width[j]) if right[j] else part.ljust(width[j]) for j, part in zip(kept, parts, strict=True)]
            yield ("  " + "  ".join(aligned)).rstrip()

    yield from (("bold", line) for line in lines(head))
    yield from (("dim", _encodable(line, stream)) for line in lines(["─" * size for size in width]))
    for i, row in enumerate(body):
        style = "bold green" if i in table.marked else _STYLES.get(table.tones.get(i, ""), "")
        yield from ((style, line) for line in lines(row))
    if any(j not in kept and j not in bars for j in range(len(head))):
        left_out = ", ".join(head[j] for j in range(len(head)) if j not in kept and j not in bars)
        for line in textwrap.wrap(f"(not shown for want of room: {left_out})", (room or 80) - 2):
            yield "dim", f"  {line}"


def _fitting(columns: Sequence[Column], width: list[int], room: int | None) -> list[int]:
    """Positions of the columns that fit: what may be folded is folded, then the last of the highest rank left out first.

    Parameters
    ----------
    columns : sequence of Column
    width : list of int
        Made narrower where a column is folded.
    room : int or None
        Width of the terminal; None where there is no limit.
    """
    kept = list(range(len(columns)))
    while room is not None and not _fold(columns, width, kept, room):
        spare = max(kept, key=lambda j: (columns[j].rank, j))
        if columns[spare].rank == 0:
            _fold(columns, width, kept, room, narrowest=NARROWEST)
            break
        kept.remove(spare)
    return kept


def _fold(columns: Sequence[Column], width: list[int], kept: list[int], room: int, narrowest: int | None = None) -> bool:
    """Make the widest foldable columns narrower until all fit, if that is enough (or if it is the last resort)."""
    floor = {j: narrowest or columns[j].fold for j in kept if columns[j].fold}
    excess = sum(2 + width[j] for j in kept) - room
    spare = sum(max(0, width[j] - least) for j, least in floor.items())
    if excess > spare and narrowest is None:
        return False
    while excess > 0 and spare > 0:
        widest = max(floor, key=lambda j: width[j] - floor[j])
        width[widest] -= 1
        excess, spare = excess - 1, spare - 1
    return True


def _is_utf8(stream: IO[str]) -> bool:
    return (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "").replace("_", "").startswith("utf")


def _encodable(text: str, stream: IO[str]) -> str:
    """The text as this stream can show it."""
    if _is_utf8(stream):
        return text
    text = in_ascii(text)
    encoding = getattr(stream, "encoding", None) or "ascii"
    return text.encode(encoding, "replace").decode(encoding)
