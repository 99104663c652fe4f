"""The one way to do things side by side: pieces of work handed to threads, results in the order of the pieces.

Sums are taken over a fixed list of pieces in a fixed order, so that no result depends on the number of threads.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from threading import local
from typing import TYPE_CHECKING, TypeVar

from regcli import pace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

A = TypeVar("A")
T = TypeVar("T")
# Numbers in one piece of work. Pieces do not depend on the number of threads, so that neither do sums over them.
PIECE = 400_000


@dataclass(frozen=True, slots=True)
class Executor:
    """Threads that share a list of pieces; results come back in the order of the pieces, whatever their number."""

    jobs: int

    def map(self, work: Callable[[A], T], pieces: Sequence[A]) -> list[T]:
        """`work` on every piece."""
        # work handed out by work is done on the spot: threads that wait for threads of the same pool would wait for ever
        if self.jobs == 1 or len(pieces) < 2 or getattr(_HERE, "at_work", False):
            return [work(piece) for piece in pieces]
        futures = [_pool(self.jobs).submit(work, piece) for piece in pieces]
        try:
            return [future.result() for future in futures]
        except BaseException:
            # nothing may go on behind the back of whoever handles an interrupt
            pace.stop()
            for future in futures:
                future.cancel()
            wait(futures)
            raise


_HERE = local()


@cache
def _pool(jobs: int) -> ThreadPoolExecutor:
    """Threads that stay: a path hands out thousands of pieces."""

    def begin() -> None:
        _HERE.at_work = True

    return ThreadPoolExecutor(jobs, thread_name_prefix="regcli", initializer=begin)


def slices(length: int, size: int) -> list[slice]:
    """`length` in consecutive pieces of at most `size`."""
    size = max(size, 1)
    return [slice(start, min(start + size, length)) for start in range(0, length, size)]
