"""How far a command has come: a live bar on a terminal, a few plain lines elsewhere, nothing where quiet is wanted."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from regcli.wording import harmless

Progress = Callable[[int, int, str], None]
# Elsewhere than on a terminal a line is worth printing only where there is something to wait for, and not too often.
SECONDS_BETWEEN_LINES = 10.0
SHARE_BETWEEN_LINES = 0.25


@contextmanager
def progress_on_stderr(quiet: bool) -> Iterator[Progress | None]:
    """Give a function to be called as ``(done, total, what)``."""
    if quiet:
        yield None
    elif sys.stderr.isatty() and os.environ.get("TERM") not in {"dumb", "unknown"}:
        with _bar() as progress:
            yield progress
    else:
        yield _lines()


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("starting", total=None)
        stage = ""

        def show(done: int, total: int, what: str) -> None:
            nonlocal stage
            if what != stage:  # the pace of one stage says nothing about the next
                bars.reset(task, total=total)
                stage = what
            bars.update(task, completed=done, total=total, description=harmless(what))

        yield show


def _lines() -> Progress:
    start = time.monotonic()
    last, stage, shown = start, "", 0.0

    def show(done: int, total: int, what: str) -> None:
        nonlocal last, stage, shown
        now, share = time.monotonic(), done / total
        if what != stage:
            stage, shown = what, 0.0
        if now - last >= SECONDS_BETWEEN_LINES and share - shown >= SHARE_BETWEEN_LINES:
            last, shown = now, share
            typer.echo(f"{harmless(what)}: {done} of {total} ({share:.0%}) after {now - start:.0f} s", err=True)

    return show
