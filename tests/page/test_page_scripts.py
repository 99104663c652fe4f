"""The scripts that draw in pages."""

from __future__ import annotations

import gzip

from regcli.page import scripts


def test_the_bundle_says_whose_it_is_and_ends_nowhere_early():
    code = gzip.decompress(scripts.FILE.read_bytes()).decode()
    assert code.startswith(f"/*! {scripts.NOTICE.read_text(encoding='utf-8')}*/")
    assert len(code.rpartition("window.vegaEmbed=")[2]) < 10
    assert "</script" not in code.lower()
    assert "<!--" not in code


def test_pages_and_files_are_drawn_by_the_latest_vega_lite():
    assert tuple(map(int, scripts.newest().split("."))) >= (6, 1)
