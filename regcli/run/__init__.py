"""The run directory: its names, its manifest, how it is written and how it is read. Nobody else opens its files."""

from __future__ import annotations

from regcli.run.layout import Columns, write_atomically
from regcli.run.predict import predict_rows
from regcli.run.reader import RunReader, find_runs, list_runs, open_run
from regcli.run.writer import LoggedBugError, RunWriter, writing

__all__ = [
    "Columns",
    "LoggedBugError",
    "RunReader",
    "RunWriter",
    "find_runs",
    "list_runs",
    "open_run",
    "predict_rows",
    "write_atomically",
    "writing",
]
