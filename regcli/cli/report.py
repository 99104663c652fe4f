"""`regcli report`."""

from pathlib import Path
from typing import Annotated

import typer

from regcli.cli.options import RunName, Runs, runs_directory, write_file


def report(
    run: RunName,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write the page there (default: report.html in the run)."),
    ] = None,
    plots: Annotated[
        Path | None, typer.Option("--plots", metavar="DIR", help="Draw the page's pictures there instead, as SVG and PNG.")
    ] = None,
    runs: Runs = None,
) -> None:
    """Make a run's page: one HTML file that stands by itself.

    It tells what was asked, what came out and how sure that is, in pictures and tables. It needs no network and no other file.

    Example: regcli report latest -o page.html
    """
    from regcli.errors import UsageError
    from regcli.page import run_page, write_plots
    from regcli.run import keep, open_run
    from regcli.run.layout import REPORT

    opened = open_run(run, runs_directory(runs))
    if plots is not None:
        if output is not None:
            raise UsageError("--plots contradicts -o.", "Give one of the two.")
        for file in write_plots(opened, plots):
            typer.echo(str(file))
        return
    content = run_page(opened)
    if output is None:
        keep(opened, REPORT, content)
        output = opened.path / REPORT
    else:
        write_file(content, output, "-o")
    typer.echo(str(output))
