"""The pictures of a page as files."""

from __future__ import annotations

import pytest

from regcli.errors import UsageError
from regcli.page.panels.curve import Curve
from regcli.page.plots import drawn, pictures, write_plots


def test_every_picture_is_a_file_of_each_kind(two, tmp_path):
    files = write_plots(two, tmp_path / "plots")
    assert [file.name for file in files[:2]] == ["curve.svg", "curve.png"]
    assert len(files) == 2 * len(list(pictures(two)))
    for file in files:
        content = file.read_bytes()
        assert content.startswith(b"<svg" if file.suffix == ".svg" else b"\x89PNG")
        assert b"var(--" not in content


def test_names_that_act_are_words_in_a_picture(shown):
    from dataclasses import replace

    picture = Curve().look(shown).pictures[0]
    evil = "<script>alert(1)</script>"
    svg = drawn(replace(picture, title=evil, data={**picture.data, "ends": {**picture.data["ends"], "text": [evil, "train"]}}))[
        "svg"
    ]
    assert b"<script" not in svg


def test_a_folder_that_cannot_be_made_is_told(two, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="pictures cannot be written there"):
        write_plots(two, tmp_path / "file" / "plots")
