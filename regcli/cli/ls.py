"""`regcli ls`."""

import sys
from typing import Annotated

import typer

from regcli.cli.options import AsJson, FormatOf, Runs, form_of, runs_directory


def ls(
    last: Annotated[int | None, typer.Option("--last", metavar="N", min=1, help="Only the N newest (default: all).")] = None,
    runs: Runs = None,
    form: FormatOf = None,
    as_json: AsJson = False,
) -> None:
    """List the runs, the newest first.

    Example: regcli ls --last 10
    """
    from regcli.report.render import render
    from regcli.report.tables import runs_table
    from regcli.run import list_runs

    directory = runs_directory(runs)
    render([runs_table(directory, list_runs(directory, last))], form_of(form, as_json), sys.stdout)
