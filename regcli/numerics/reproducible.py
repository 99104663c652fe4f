"""Conditions under which numbers are made: one BLAS thread, so that sums are the same bits whatever `jobs` is."""

from __future__ import annotations

import threading
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

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
    from threadpoolctl import threadpool_limits

    with _ALONE, threadpool_limits(limits=1), warnings.catch_warnings():
        # by their words, since the class they are of is scikit-learn's, which need not be imported for them
        warnings.filterwarnings("ignore", message="Objective did not converge", category=UserWarning)
        warnings.filterwarnings("ignore", message="Found unknown categories", category=UserWarning)
        yield
