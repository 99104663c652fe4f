"""The log of a run: everything regcli reports while the run is open, at debug level."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from regcli.wording import harmless_lines

if TYPE_CHECKING:
    from pathlib import Path

ROOT = "regcli"


class LogFormatter(logging.Formatter):
    """One record a line; what has more lines (a traceback) goes on behind a margin, so that no text can pass for a record."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as it is written."""
        return harmless_lines(super().format(record), margin="    ")


class _Onwards(logging.Handler):
    """Hands on to whoever listens further up what would have come there without the file: no more, and no less."""

    def emit(self, record: logging.LogRecord) -> None:
        """The record, as if it came from further up."""
        parent = logging.getLogger(ROOT).parent
        if parent is not None and parent.hasHandlers():
            parent.callHandlers(record)


class RunLog:
    """A file that collects the package's log until it is closed.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        logger = logging.getLogger(ROOT)
        self._level, self._propagate = logger.level, logger.propagate
        self._onwards = _Onwards(logger.getEffectiveLevel())
        self._handler = logging.FileHandler(path, encoding="utf-8")
        self._handler.setLevel(logging.DEBUG)
        formatter = LogFormatter("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%dT%H:%M:%S%z")
        self._handler.setFormatter(formatter)
        logger.addHandler(self._handler)
        if logger.propagate:
            logger.addHandler(self._onwards)
        logger.propagate = False
        logger.setLevel(logging.DEBUG)

    def close(self) -> None:
        """Detach the file and leave the logger as it was; a second call does nothing."""
        logger = logging.getLogger(ROOT)
        if self._handler in logger.handlers:
            logger.removeHandler(self._handler)
            logger.removeHandler(self._onwards)
            logger.setLevel(self._level)
            logger.propagate = self._propagate
            self._handler.close()
