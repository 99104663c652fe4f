"""Pages that stand by themselves: a run, or two side by side, for whoever opens a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regcli.run import RunReader

__all__ = ["run_page"]


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
    return render_page(m["name"], f"{m['command']} of {began} UTC · {m['id']}", ask(PANELS, shown))
