"""What `fit`, `sweep` and `validate` have in common: from a configuration to a plan, from a plan to a run."""

import logging
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from regcli.cli.options import log_to_stderr, runs_directory
from regcli.cli.progress import progress_on_stderr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.cli.inputs import Input
    from regcli.cli.options import Form
    from regcli.config import Config
    from regcli.pace import Progress
    from regcli.plan import Plan
    from regcli.report.table import Table
    from regcli.run import RunReader

log = logging.getLogger(__name__)


def lay_out(config: "Config", progress: "Progress | None" = None) -> "tuple[Plan, dict[str, float]]":
    """Load, split and plan; nothing is written, so that a mistake leaves nothing behind.

    Returns
    -------
    plan : Plan
    seconds : dict of str to float
        What loading and planning took.
    """
    tell = progress or (lambda *_: None)
    path = getattr(config.dataset, "path", None)
    if path is not None:  # before anything heavy is imported
        from regcli.data.source import require_file

        require_file(path, *(["Check the path."] if config.origin.source_path is None else []))
    start = time.perf_counter()
    tell(0, 0, "reading the data")
    from regcli.data import load, split
    from regcli.plan import make_plan

    dataset = load(config)
    splits = split(dataset, config)
    loaded = time.perf_counter()
    log.info("loading: %.2f s", loaded - start)
    tell(0, 0, "planning")
    plan = make_plan(config, dataset, splits)
    planned = time.perf_counter()
    log.info("planning: %.2f s", planned - loaded)
    return plan, {"loading": loaded - start, "planning": planned - loaded}


def run_and_show(given: "Input", command: str, runs: Path | None, *, form: "Form", quiet: bool, verbose: bool) -> None:
    """Fit everything, write the run, show it: tables to stderr, the run (or one document) to stdout."""
    log_to_stderr(verbose, quiet)
    config = given.load()
    directory = runs_directory(runs, config)
    from regcli.run.layout import require_place

    require_place(directory)
    if given.is_synthetic and not quiet:
        made = "make_classification" if config.task == "classification" else "make_regression"
        typer.echo(f"No configuration and no --data: this is about synthetic data ({made}).", err=True)
    with progress_on_stderr(quiet, verbose) as progress:
        plan, seconds = lay_out(config, progress)
        from regcli.engine import run_plan
        from regcli.run import open_run, write_outcome, writing

        with writing(directory, plan, command, seconds) as run:
            outcome = run_plan(plan, save_model=command == "fit", progress=progress)
            write_outcome(run, outcome)
    keep = given.command("fit", runs) if command == "sweep" else None
    _show(open_run(str(run.path), directory), given, form, keep, quiet)


def spoken(tables: "Sequence[Table]", given: "Input") -> "list[Table]":
    """The tables for somebody who typed flags: what their notes tell to configure is told as flags."""
    from dataclasses import replace

    from regcli.cli.remedies import in_flags

    return [replace(table, notes=tuple(map(in_flags, table.notes))) if given.data is not None else table for table in tables]


def _show(run: "RunReader", given: "Input", form: "Form", keep: str | None, quiet: bool) -> None:
    from regcli.report.render import render, write_json
    from regcli.report.tables import record, summary

    tables = spoken(summary(run, keep), given)
    if not quiet:
        render(tables, "table", sys.stderr)
    if form == "json":
        write_json(record(run), sys.stdout)
    elif form == "table":
        sys.stdout.write(f"{run.path}\n")
    else:
        render(tables[:1], form, sys.stdout)
