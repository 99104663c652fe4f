"""Conditions under which numbers are made: one BLAS thread, so that sums are the same bits whatever `jobs` is."""

from __future__ import annotations

import sys
import threading
import warnings
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# BLAS threads and warning filters are the whole process's: two threads that set and restore them would take them from each other.
_ALONE = threading.RLock()


@contextmanager
def steady() -> Iterator[None]:
    """Run numerical work reproducibly.

    Threads are used across folds, not inside BLAS, where their number would change the order of sums. Convergence is judged
    by the certificate and unseen levels are expected in validation rows: the libraries' own remarks on both are silenced.
    Entered once around threaded work, since warning filters are global; whoever comes meanwhile waits.
    """
    with _ALONE, one_thread(), warnings.catch_warnings():
        # by their words, since the class they are of is scikit-learn's, which need not be imported for them
        warnings.filterwarnings("ignore", message="Objective did not converge", category=UserWarning)
        warnings.filterwarnings("ignore", message="Found unknown categories", category=UserWarning)
        yield


def one_thread() -> Any:  # noqa: ANN401 - threadpoolctl has no types
    """A context in which no library starts threads of its own: what this thread does is done beside others."""
    return _libraries(len(sys.modules)).limit(limits=1)


@lru_cache(maxsize=1)
def _libraries(modules: int) -> Any:  # noqa: ANN401, ARG001
    """The libraries that can start threads. They come with modules: looked for again where there are more of these."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
