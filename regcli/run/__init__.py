"""The run directory: its names, its manifest, how it is written and how it is read. Nobody else opens its files."""

from __future__ import annotations

from regcli.run.baselines import PREFIX, Baseline, NoBaselineError, baseline_names, list_baselines, remove_baseline, set_baseline
from regcli.run.layout import Columns, write_atomically
from regcli.run.predict import predict_rows
from regcli.run.reader import RunReader, find_runs, list_runs, open_run
from regcli.run.writer import LoggedBugError, RunWriter, writing

__all__ = [
    "PREFIX",
    "Baseline",
    "Columns",
    "LoggedBugError",
    "NoBaselineError",
    "RunReader",
    "RunWriter",
    "baseline_names",
    "find_runs",
    "list_baselines",
    "list_runs",
    "open_run",
    "predict_rows",
    "remove_baseline",
    "set_baseline",
    "write_atomically",
    "writing",
]
