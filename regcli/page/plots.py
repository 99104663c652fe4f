"""The pictures of a page as files, drawn without a browser from the same specifications."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from regcli.errors import UsageError
from regcli.page.html import ask
from regcli.page.panels import PANELS
from regcli.page.scripts import newest
from regcli.page.shown import Shown
from regcli.page.theme import LIGHT, concrete, picture_config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from regcli.page.picture import Picture
    from regcli.run import RunReader

WIDTH = 760
# Pixels of a PNG for each of the picture's own.
SHARPNESS = 2


def write_plots(run: RunReader, folder: Path) -> list[Path]:
    """Draw every picture of a run's page, light, as SVG and as PNG.

    Parameters
    ----------
    run : RunReader
    folder : Path
        Made if it does not exist.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    RunError
        The run has no results, or is damaged.
    UsageError
        Where the files cannot be written.
    """
    from regcli.run import write_atomically

    run.require_done()
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for picture in pictures(run):
            for ending, content in drawn(picture).items():
                file = folder / f"{picture.name}.{ending}"
                write_atomically(file, content)
                written.append(file)
    except OSError as error:
        message = f"{folder}: pictures cannot be written there: {error.strerror or error}."
        raise UsageError(message, "Give another folder with --plots.") from error
    return written


def pictures(run: RunReader) -> Iterator[Picture]:
    """Every picture of a run's page, in its order."""
    for shelf in ask(PANELS, Shown(run)):
        if shelf.section:
            yield from shelf.section.pictures


def drawn(picture: Picture) -> dict[str, bytes]:
    """A picture as the content of files, by the end of their names."""
    import vl_convert

    text = json.dumps({"width": WIDTH, **picture.spec, "title": title_of(picture), "datasets": picture.rows()})
    config = picture_config() | {"background": LIGHT["card"]}
    spec, looks = json.loads(concrete(text)), json.loads(concrete(json.dumps(config)))
    svg: str = vl_convert.vegalite_to_svg(spec, vl_version=newest(), config=looks)
    return {"svg": svg.encode(), "png": bytes(vl_convert.svg_to_png(svg, scale=SHARPNESS))}


def title_of(picture: Picture) -> dict[str, object]:
    """What stands above the picture; on a page its caption does."""
    from regcli.wording import harmless

    return {"text": harmless(picture.title), "anchor": "start", "fontSize": 14, "color": "var(--ink)", "offset": 12}
