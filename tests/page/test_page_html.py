"""A page from sections: nothing in it acts that should not, and what fails is a line."""

from __future__ import annotations

import json
import re

import pytest

from regcli.errors import RunError
from regcli.page import run_page
from regcli.page.html import Shelf, ask, render_page, script_json
from regcli.page.panel import Panel, Section
from regcli.page.picture import Picture
from regcli.report.table import Column, Table

EVIL = ["<script>alert(1)</script>", "</script><b>", "a|b`c`", "=cmd()", "x\u202ey", "z" * 10_000, "🦔 ü", "a.b[0]['c']", "&lt;"]


class Good(Panel):
    name, title, question = "good", "Good", "?"

    def look(self, shown):
        return Section(f"about {shown}")


class Broken(Panel):
    name, title, question = "broken", "Broken", "?"

    def look(self, shown):
        raise shown


class Silent(Panel):
    name, title, question = "silent", "Silent", "?"

    def look(self, _shown):
        return None


def test_a_panel_that_fails_is_a_line_and_one_without_an_answer_is_not_there():
    shelves = ask([Good(), Broken(), Silent()], ZeroDivisionError())
    assert [(shelf.name, shelf.failure) for shelf in shelves] == [("good", ""), ("broken", "a bug in regcli (ZeroDivisionError)")]
    assert b"This part could not be made: a bug in regcli" in render_page("t", "s", shelves)
    assert ask([Broken()], RunError("damaged: x"))[0].failure == "damaged: x"


def page_of(text):
    table = Table(text, (Column("a", text),), ((text,), (1.5,)), (text,))
    picture = Picture("p", text, {"mark": "point"}, {"points": {"text": [text]}}, text, table, text)
    return render_page(
        text, text, [Shelf("s", "S", "?", Section(text, notes=(text,), pictures=(picture,), tables=(table,)))]
    ).decode()


@pytest.mark.parametrize("text", EVIL, ids=range(len(EVIL)))
def test_texts_from_outside_are_shown_and_do_nothing(text):
    page = page_of(text)
    assert page.count("<script") == page_of("plain").count("<script")
    assert page.count("</script") == page_of("plain").count("</script")
    assert "\u202e" not in page
    data = re.search(r'<script type="application/json" id="pictures">(.*?)</script>', page, re.DOTALL)[1]
    assert json.loads(data)["pictures"]["p"]["data"]["points"]["text"][0].replace("\\u202e", "\u202e") == text


def test_json_in_a_script_reads_back_as_the_same():
    content = {"a": ["</script>", "<!--", "&", "\u2028", 1.5, None]}
    text = script_json(content)
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == content


def test_numbers_carry_what_they_are_sorted_by():
    assert (
        '<td class="r" data-v="0.1234567">0.1235</td>'
        in render_page(
            "t", "s", [Shelf("s", "S", "?", Section(tables=(Table("", (Column("a", "a"),), ((0.1234567,),)),)))]
        ).decode()
    )


def test_a_page_without_pictures_has_no_scripts_that_draw():
    assert len(render_page("t", "s", [])) < 50_000


def test_the_page_of_a_run_asks_nothing_of_any_network(regression):
    page = run_page(regression).decode()
    assert len(page) < 3e6
    assert not re.search(r"""(?:src|href|action)\s*=\s*["'](?!#|data:)""", page.split('id="pictures"')[0])
    assert "default-src 'none'" in page
    assert str(regression.path.parent.resolve()) not in page
