"""How far the fits have come, told as logs are: by those who do the work, to whoever listens.

A fit is one training set at one λ. The loop over λ calls `fitted`; while nobody listens that does nothing. Numbers never depend
on it, so that it is no argument of the solvers. Whoever is told to stop learns of it there, too, and stops after the fit at hand.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Fits done, fits in all (0 while nobody knows), and what is being done.
Progress = Callable[[int, int, str], None]

_listening: list[Pace] = []


class Stopped(BaseException):
    """Work that nobody waits for any more ends here."""


class Pace:
    """Counts fits and tells a listener.

    Parameters
    ----------
    total : int
        Fits that are planned.
    tell : callable (done, total, what) or None
        Called from the threads that do the work, one at a time.
    """

    def __init__(self, total: int, tell: Progress | None) -> None:
        self._total, self._tell = total, tell or (lambda *_: None)
        self._done, self._what = 0, ""
        self.is_stopped = False
        self._lock = threading.Lock()

    def begin(self, what: str) -> None:
        """Say what is fitted from now on."""
        with self._lock:
            self._what = what
            self._tell(self._done, self._total, what)

    def add(self, n: int) -> None:
        """So many fits more are done."""
        with self._lock:
            self._done = min(self._done + n, self._total)
            self._tell(self._done, self._total, self._what)

    def finish(self) -> None:
        """Nothing is left to do."""
        with self._lock:
            self._tell(self._total, self._total, self._what)

    def drop(self, n: int) -> None:
        """So many fits will not be needed: a path has ended early."""
        with self._lock:
            self._total = max(self._total - n, self._done)


def fitted(n: int = 1) -> None:
    """Tell that n fits are done.

    Raises
    ------
    Stopped
        Where nobody waits for more.
    """
    for pace in _listening:
        pace.add(n)
        if pace.is_stopped:
            raise Stopped


def stop() -> None:
    """Let all work that tells how far it has come end after the fit at hand."""
    for pace in _listening:
        pace.is_stopped = True


@contextmanager
def listening(pace: Pace) -> Iterator[Pace]:
    """Let a pace hear of the fits that are done meanwhile."""
    _listening.append(pace)
    try:
        yield pace
    finally:
        _listening.remove(pace)
