"""Pages that stand by themselves: a run, or two side by side, for whoever opens a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from regcli.run import RunReader

__all__ = ["comparison_page", "run_page", "write_plots"]


def run_page(run: RunReader) -> bytes:
    """A run that is done as one page of HTML.

    Parameters
    ----------
    run : RunReader

    Raises
    ------
    RunError
        The run has no results, or is damaged.
    """
    from regcli.page.html import ask, render_page
    from regcli.page.panels import PANELS
    from regcli.page.shown import Shown

    run.require_done()
    shown = Shown(run)
    _ = shown.metrics, shown.sweep  # without these a run is damaged
    m = run.manifest
    began = (m["started"] or "").split(".")[0].replace("T", " ")
    return render_page(m["name"], f"{m['command']} of {began} UTC · {m['id']}", ask(PANELS, shown, [run.path]))


def write_plots(run: RunReader, folder: Path) -> list[Path]:
    """Draw the pictures of a run's page as SVG and PNG; as `regcli.page.plots.write_plots`."""
    from regcli.page import plots

    return plots.write_plots(run, folder)


def comparison_page(a: RunReader, b: RunReader, record: dict[str, Any], margin: float | None = None) -> bytes:
    """Two runs side by side as one page of HTML.

    Parameters
    ----------
    a, b : RunReader
    record : dict
        The comparison as one plain object.
    margin : float or None
        Share of A's score below which a change does not matter.
    """
    from regcli.compare.sides import Pair, Side
    from regcli.page.compared import PANELS
    from regcli.page.compared.compared import Compared
    from regcli.page.html import ask, render_page

    shown = Compared(Pair(Side(a), Side(b), margin), record)
    title = f"{a.manifest['name']} and {b.manifest['name']}"
    about = f"A: {a.manifest['id']} · B: {b.manifest['id']}"
    return render_page(title, about, ask(PANELS, shown, [a.path, b.path]))
