"""Signals for programs that tests start: as a shell would set them, however the tests themselves were started."""

from __future__ import annotations

import signal


def as_in_a_shell():
    """In the foreground: nothing is ignored. (For `preexec_fn`.)"""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def in_the_background():
    """Behind an `&` in a shell without job control, Ctrl-C is ignored."""
    as_in_a_shell()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
