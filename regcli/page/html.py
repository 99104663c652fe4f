"""Sections to one page that stands by itself: style, scripts and data are in it, and nothing is fetched from anywhere."""

from __future__ import annotations

import gzip
import json
import logging
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

from regcli import __version__
from regcli.errors import RegcliError
from regcli.page.names import LONGEST_CELL, shortened
from regcli.page.theme import picture_config, style_sheet
from regcli.report.render import cell, right_aligned
from regcli.wording import harmless, harmless_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jinja2 import Environment

    from regcli.page.panel import Panel, Section
    from regcli.report.table import Table

log = logging.getLogger(__name__)

T = TypeVar("T")
# What would end a script or begin something else in one.
_ACTIVE = re.compile("[<>&]")
_CODE = re.compile(r"`([^`]+)`")
# Rows of a table from which on it is worth looking for some.
MANY_ROWS = 12
# Longer words are broken anywhere.
LONGEST_WORD = 34


@dataclass(frozen=True, slots=True)
class Shelf:
    """A panel's answer in its place on the page.

    Attributes
    ----------
    name, title, question : str
    section : Section or None
    failure : str
        Why there is none, of a panel that failed.
    """

    name: str
    title: str
    question: str
    section: Section | None
    failure: str = ""


def ask(panels: Sequence[Panel[T]], shown: T, places: Sequence[Path] = ()) -> list[Shelf]:
    """What the panels answer; one that fails is a line that says so, and takes nothing else with it.

    Parameters
    ----------
    panels : sequence of Panel
    shown
        What they look at.
    places : sequence of Path
        Of runs: no page says where things are on a machine.
    """
    shelves = []
    for panel in panels:
        try:
            section, failure = panel.look(shown), ""
        except RegcliError as error:
            section, failure = None, error.message
            for place in places:
                failure = failure.replace(f"{place}/", "")
        except Exception as error:  # a page without this picture is worth more than none
            log.warning("the page's panel %r failed", panel.name, exc_info=True)
            section, failure = None, f"a bug in regcli ({type(error).__name__})"
        if section is not None or failure:
            shelves.append(Shelf(panel.name, panel.title, panel.question, section, failure))
    return shelves


def render_page(title: str, subtitle: str, shelves: Sequence[Shelf]) -> bytes:
    """The page.

    Parameters
    ----------
    title, subtitle : str
    shelves : sequence of Shelf
        In their order.
    """
    pictures = {
        picture.name: {"spec": picture.spec, "data": picture.columns(), "height": picture.spec.get("height")}
        for shelf in shelves
        if shelf.section
        for picture in shelf.section.pictures
    }
    page = (
        _environment()
        .get_template("page.html")
        .render(
            title=title,
            subtitle=subtitle,
            shelves=shelves,
            pictures=script_json({"config": picture_config(), "pictures": pictures}) if pictures else "",
            vega=asset("vega.js.gz") if pictures else "",
            theme=style_sheet(),
            style=asset("page.css"),
            script=asset("page.js"),
            version=__version__,
        )
    )
    return page.encode()


def script_json(content: Any) -> str:  # noqa: ANN401
    """JSON that stands in a script: nothing in it ends the script, and nothing acts instead of being seen."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _ACTIVE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", harmless_json(text))


def asset(name: str) -> str:
    """A file that pages are made with."""
    content = files("regcli.page").joinpath("assets", name).read_bytes()
    return (gzip.decompress(content) if name.endswith(".gz") else content).decode()


@cache
def _environment() -> Environment:
    from jinja2 import DictLoader, Environment, StrictUndefined
    from markupsafe import Markup, escape

    def said(text: str) -> Markup:
        """A sentence, with what stands in backticks as it would be typed."""
        return Markup(_CODE.sub(r"<code>\1</code>", str(escape(harmless(text)))))  # noqa: S704 - escaped before

    def seen(value: Any) -> Any:  # noqa: ANN401
        """Whatever the template puts in, with what would act instead of being seen as a visible escape."""
        return harmless(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        loader=DictLoader({"page.html": asset("page.html")}),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=seen,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"said": said, "inert": Markup}
    environment.globals |= {"table_view": table_view, "many_rows": MANY_ROWS}
    return environment


def table_view(table: Table) -> dict[str, Any]:
    """A table as the template lays it out: heads, and rows of cells (text, number to sort by, whether it must be broken)."""
    kept = [j for j, column in enumerate(table.columns) if not column.bar]
    right = right_aligned(table)
    heads = [(table.columns[j].title, right[j]) for j in kept]
    return {
        "title": table.title,
        "heads": heads,
        "facts": [column.key for column in table.columns] == ["what", "value"],
        "rows": [
            {"cells": [_cell(row[j]) for j in kept], "marked": i in table.marked, "tone": table.tones.get(i, "")}
            for i, row in enumerate(table.rows)
        ],
        "notes": table.notes,
    }


def _cell(value: Any) -> tuple[str, str, bool]:  # noqa: ANN401
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    text = shortened(cell(value), LONGEST_CELL)
    return text, repr(value) if is_number else "", any(len(word) > LONGEST_WORD for word in text.split())
