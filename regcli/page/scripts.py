"""The scripts that draw in pages: Vega, Vega-Lite and Vega-Embed, as vl-convert carries them, kept beside the template.

Making the bundle takes seconds, so that it is made once, by `make scripts`, when vl-convert is renewed.
"""

from __future__ import annotations

import gzip
from pathlib import Path

FILE = Path(__file__).parent / "assets" / "vega.js.gz"
NOTICE = FILE.with_name("NOTICE")


def bundle() -> bytes:
    """The scripts, made anew.

    Raises
    ------
    ValueError
        Where they could not stand in a page.
    """
    import vl_convert

    code = str(vl_convert.javascript_bundle("window.vegaEmbed=vegaEmbed;", vl_version=newest()))
    if "</script" in code.lower() or "<!--" in code:
        raise ValueError("the scripts hold what would end them in a page")
    return gzip.compress(f"/*! {NOTICE.read_text(encoding='utf-8')}*/\n{code}".encode(), 9, mtime=0)


def newest() -> str:
    """The latest Vega-Lite that vl-convert has: pages and pictures are drawn by the same."""
    import vl_convert

    versions: list[str] = vl_convert.get_vegalite_versions()
    return max(versions, key=lambda version: tuple(map(int, version.split("."))))


if __name__ == "__main__":
    FILE.write_bytes(bundle())
