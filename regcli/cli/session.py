"""What `fit` and `sweep` have in common: an experiment is conducted, and its run is shown."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from regcli.cli.options import log_to_stderr, runs_directory
from regcli.cli.progress import progress_on_stderr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.cli.inputs import Input
    from regcli.cli.options import Form
    from regcli.report.table import Table
    from regcli.run import RunReader


def run_and_show(given: "Input", command: str, runs: Path | None, *, form: "Form", quiet: bool, verbose: bool) -> None:
    """Fit everything, write the run, show it: tables to stderr, the run (or one document) to stdout."""
    log_to_stderr(verbose, quiet)
    config = given.load()
    directory = runs_directory(runs, config)
    from regcli.experiment import Stages, conduct

    if given.is_synthetic and not quiet:
        made = "make_classification" if config.task == "classification" else "make_regression"
        typer.echo(f"No configuration and no --data: this is about synthetic data ({made}).", err=True)
    with progress_on_stderr(quiet, verbose) as progress:
        run = conduct(config, command, directory, Stages(progress) if progress else Stages())
    keep = given.command("fit", runs) if command == "sweep" else None
    show_run(run, given, form, keep, quiet)


def spoken(tables: "Sequence[Table]", given: "Input") -> "list[Table]":
    """The tables for somebody who typed flags: what their notes tell to configure is told as flags."""
    from dataclasses import replace

    from regcli.cli.remedies import in_flags

    return [replace(table, notes=tuple(map(in_flags, table.notes))) if given.data is not None else table for table in tables]


def show_run(run: "RunReader", given: "Input", form: "Form", keep: str | None, quiet: bool) -> None:
    """A run that is done: tables to stderr, the run (or one document) to stdout."""
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
