"""Finished pieces of work of a run, kept beside its other files until it is done: an interrupt, or a kill, loses none of them."""

from __future__ import annotations

import hashlib
import io
import logging
import shutil
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar
from zipfile import BadZipFile

import numpy as np

from regcli import __version__
from regcli.config import config_sha256
from regcli.run import layout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from regcli.families.base import Piece
    from regcli.numerics.arrays import FloatArray
    from regcli.plan import Plan

T = TypeVar("T")
log = logging.getLogger(__name__)
# Work of so many seconds is done again sooner than it is written down: before that only an interrupt has pieces written.
PATIENCE = 2.0


def address(plan: Plan) -> str:
    """What pieces depend on, in a few digits: configuration, data, folds and the program's version."""
    told = (config_sha256(plan.config), plan.dataset.sha256, plan.splits.sha256, __version__)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


class PieceStore:
    """Pieces by key, in memory and, once they are worth it, as files of plain arrays.

    Parameters
    ----------
    directory : Path
        Made when the first piece is written.
    plan : Plan
        What the pieces are of: those of another plan are not found.
    """

    def __init__(self, directory: Path, plan: Plan) -> None:
        self._directory, self._address, self._start = directory, address(plan), time.perf_counter()
        self._held: dict[str, Piece] = {}
        self._unwritten: set[str] = set()
        self._lock = threading.Lock()
        self._alarm: threading.Timer | None = None

    def get(self, key: str, read: Callable[[dict[str, FloatArray]], T]) -> T | None:
        """What was put there, in this process or another; None where nothing was."""
        if key in self._held:
            return self._held[key]  # type: ignore[return-value]  # whoever puts is whoever gets
        try:
            with self._path(key).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                piece = read(dict(arrays))
        except FileNotFoundError:
            return None
        except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
            log.warning("a piece of work is damaged and is done again: %s: %s", key, error)
            return None
        self._held[key] = piece  # type: ignore[assignment]  # the same
        return piece

    def put(self, key: str, piece: Piece) -> None:
        """Keep a piece; it is written when the run is old enough, whether or not another one comes."""
        with self._lock:
            self._held[key] = piece
            self._unwritten.add(key)
            wait = self._start + PATIENCE - time.perf_counter()
            if wait > 0 and self._alarm is None:
                self._alarm = threading.Timer(wait, self._flush_anyway)
                self._alarm.daemon = True
                self._alarm.start()
        if wait <= 0:
            self.flush()

    def flush(self) -> None:
        """Write what has not been written yet."""
        with self._lock:
            if not self._unwritten:
                return
            self._directory.mkdir(exist_ok=True)
            for key in sorted(self._unwritten):
                content = io.BytesIO()
                np.savez(content, **self._held[key].piece())  # type: ignore[arg-type]  # names are not its keywords
                layout.write_atomically(self._path(key), content.getvalue())
            self._unwritten.clear()

    def _flush_anyway(self) -> None:
        """By the alarm, where nobody is there to be told that it did not work: the next piece will tell."""
        with suppress(OSError):
            self.flush()

    def close(self) -> None:
        """Write no more."""
        with self._lock:
            self._unwritten.clear()
            if self._alarm is not None:
                self._alarm.cancel()

    def clear(self) -> None:
        """Nothing is needed any more."""
        self.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _path(self, key: str) -> Path:
        return self._directory / f"{self._address}-{key}.npz"
