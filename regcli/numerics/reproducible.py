"""Conditions under which numbers are made: one BLAS thread, so that sums are the same bits whatever `jobs` is."""

from __future__ import annotations

import sys
import threading
import warnings
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

# BLAS threads and warning filters are the whole process's: two threads that set and restore them would take them from each other.
_ALONE = threading.RLock()
# Remarks of libraries, by their words, since the class they are of need not be imported for them: convergence is judged by the
# certificate, unseen levels are expected in validation rows, and a forest that finds no filters has met another thread's that
# was about to set them.
REMARKS = ("Objective did not converge", "Found unknown categories", "`sklearn.utils.parallel.delayed` should be used with")


@contextmanager
def steady() -> Iterator[None]:
    """Run numerical work reproducibly.

    Threads are used across folds, not inside BLAS, where their number would change the order of sums. Some of the libraries'
    `REMARKS` are silenced. Entered once around threaded work, since warning filters are global; whoever comes meanwhile waits.
    """
    with _ALONE, one_thread(), warnings.catch_warnings():
        for remark in REMARKS:
            warnings.filterwarnings("ignore", message=remark, category=UserWarning)
        _without_remarks()
        yield


def _without_remarks() -> None:
    """Silence them where they are shown, too: for a moment there may be no filters."""
    shown = warnings.showwarning

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if not str(message).startswith(REMARKS):
            shown(message, category, filename, lineno, file, line)

    warnings.showwarning = show


def one_thread() -> Any:  # noqa: ANN401 - threadpoolctl has no types
    """A context in which no library starts threads of its own: what this thread does is done beside others."""
    return _libraries(len(sys.modules)).limit(limits=1)


@lru_cache(maxsize=1)
def _libraries(modules: int) -> Any:  # noqa: ANN401, ARG001
    """The libraries that can start threads. They come with modules: looked for again where there are more of these."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
