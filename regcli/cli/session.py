"""What `fit`, `sweep` and `validate` have in common: from a configuration to a plan, from a plan to a run."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from regcli.cli.options import runs_directory
from regcli.cli.progress import progress_on_stderr

if TYPE_CHECKING:
    from regcli.cli.inputs import Input
    from regcli.cli.options import Form
    from regcli.config import Config
    from regcli.plan import Plan
    from regcli.run import RunReader


def lay_out(config: "Config") -> "tuple[Plan, dict[str, float]]":
    """Load, split and plan; nothing is written, so that a mistake leaves nothing behind.

    Returns
    -------
    plan : Plan
    seconds : dict of str to float
        What loading and planning took.
    """
    from regcli.data import load, split
    from regcli.plan import make_plan

    start = time.perf_counter()
    dataset = load(config)
    splits = split(dataset, config)
    loaded = time.perf_counter()
    plan = make_plan(config, dataset, splits)
    return plan, {"loading": loaded - start, "planning": time.perf_counter() - loaded}


def run_and_show(given: "Input", command: str, runs: Path | None, *, form: "Form", quiet: bool) -> None:
    """Fit everything, write the run, show it: tables to stderr, the run (or one document) to stdout."""
    config = given.load()
    directory = runs_directory(runs, config)
    plan, seconds = lay_out(config)
    from regcli.engine import run_plan
    from regcli.run import open_run, writing

    with writing(directory, plan, command, seconds) as run:
        with progress_on_stderr(quiet) as progress:
            outcome = run_plan(plan, save_model=command == "fit", progress=progress)
        run.write(outcome)
    keep = given.command("fit", runs) if command == "sweep" else None
    _show(open_run(str(run.path), directory), form, keep, quiet)


def _show(run: "RunReader", form: "Form", keep: str | None, quiet: bool) -> None:
    from regcli.report.render import render, write_json
    from regcli.report.tables import record, summary

    tables = summary(run, keep)
    if not quiet:
        render(tables, "table", sys.stderr)
    if form == "json":
        write_json(record(run), sys.stdout)
    elif form == "table":
        sys.stdout.write(f"{run.path}\n")
    else:
        render(tables[:1], form, sys.stdout)
