"""How far a command has come: a live bar on a terminal, a few plain lines elsewhere, nothing where quiet is wanted."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from regcli.numerals import count, percent
from regcli.pace import Progress

# Elsewhere than on a terminal a line is worth printing only where there is something to wait for, and not too often.
SECONDS_TO_FIRST_LINE, SECONDS_BETWEEN_LINES = 10.0, 30.0
SHARE_BETWEEN_LINES = 0.25
# A pace is known after this many seconds; a screen is not repainted more often than that.
SECONDS_TO_KNOW, SECONDS_BETWEEN_PAINTS = 2.0, 0.1


@contextmanager
def progress_on_stderr(quiet: bool, verbose: bool = False) -> Iterator[Progress | None]:
    """Give a function to be called as ``(done, total, what)``; a total of 0 is one that is not known.

    Parameters
    ----------
    quiet : bool
        Tell nothing.
    verbose : bool
        There is a log on stderr, which a bar would be in the way of.
    """
    if quiet:
        yield None
    elif sys.stderr.isatty() and not verbose and os.environ.get("TERM") not in {"dumb", "unknown", ""}:
        with _bar() as progress:
            yield progress
    else:
        yield _lines()


class _Clock:
    """Seconds since the first of the things that are counted, and what is left at that pace."""

    def __init__(self) -> None:
        self._start: float | None = None
        self._before = self._last = 0

    def look(self, done: int, total: int) -> tuple[float, str]:
        """Seconds that have passed, and in words how many are left; no words where nobody knows yet."""
        now = time.monotonic()
        if self._start is None or done < self._last:  # something else is counted now
            self._start, self._before = now, done
        self._last = done
        passed, made = now - self._start, done - self._before
        if passed < SECONDS_TO_KNOW or made <= 0 or done >= total:
            return passed, ""
        return passed, f"about {duration(passed * (total - done) / made)} left"


def duration(seconds: float) -> str:
    """`40 s`, `3 min`, `2 h 5 min`: as exactly as an estimate is."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[share]}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None, share="", left="")
        clock, shown, stage = _Clock(), 0.0, ""

        def show(done: int, total: int, what: str) -> None:
            nonlocal shown, stage
            left = clock.look(done, total)[1] if total else ""
            now = time.monotonic()
            if what == stage and done < total and now - shown < SECONDS_BETWEEN_PAINTS:
                return
            shown, stage = now, what
            share = percent(done / total, 2) if total else ""
            bars.update(task, completed=done, total=total or None, description=what, share=share, left=left)

        yield show


def _lines() -> Progress:
    clock, last, wait = _Clock(), 0.0, SECONDS_TO_FIRST_LINE

    def show(done: int, total: int, what: str) -> None:
        nonlocal last, wait
        if not total:
            return
        passed, left = clock.look(done, total)
        now = time.monotonic()
        if done == 0:
            last = now
        elif done < total and now - last >= wait:
            last, wait = now, max(SECONDS_BETWEEN_LINES, SHARE_BETWEEN_LINES * passed)
            so_far = f"{count(done)} of {count(total, 'fit')} ({percent(done / total, 2)}) after {duration(passed)}"
            typer.echo(f"{what}: {so_far}{left and f', {left}'}", err=True)

    return show
