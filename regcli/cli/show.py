"""`regcli show`."""

import sys
from typing import Annotated, Literal

import typer

from regcli.cli.options import AsJson, Explain, FormatOf, RunName, Runs, form_of, runs_directory


def show(
    run: RunName,
    table: Annotated[
        Literal["sweep", "folds", "coefficients", "metrics", "stability", "predictions", "assignments", "model"] | None,
        typer.Option(
            "--table",
            metavar="NAME",
            help="sweep, folds, coefficients, metrics, stability, predictions or assignments, in full; model: how to load it.",
        ),
    ] = None,
    runs: Runs = None,
    form: FormatOf = None,
    as_json: AsJson = False,
    explain: Explain = None,  # noqa: ARG001 - its callback has printed it
) -> None:
    """Show one run: a summary, or one of its tables.

    Example: regcli show latest --table coefficients
    """
    from regcli.report.loading import loading_heading, loading_lines, require_loading_lines
    from regcli.report.render import render, write_json
    from regcli.report.table import Column, Table
    from regcli.report.tables import columns_table, metrics_table, record, summary, unfinished
    from regcli.run import open_run

    form = form_of(form, as_json)
    opened = open_run(run, runs_directory(runs))
    if table is None and form == "json":
        write_json(record(opened), sys.stdout)
    elif table is None and opened.status != "done":
        render([unfinished(opened)], form, sys.stdout)
    elif table is None:
        tables = summary(opened)
        render(tables[:1] if form == "csv" else tables, form, sys.stdout)
        lines = loading_lines(opened)
        if form == "table" and lines:
            typer.echo("\n".join(["", loading_heading(opened), *lines]))
    elif table == "model":
        lines = require_loading_lines(opened)
        if form == "json":
            write_json({"lines": lines}, sys.stdout)
        elif form == "csv":
            render([Table("", (Column("line", "line"),), tuple((line,) for line in lines))], form, sys.stdout)
        else:
            typer.echo("\n".join(["```python", *lines, "```"] if form == "md" else lines))
    else:
        opened.require_done()
        if table == "metrics":
            render([metrics_table(opened.metrics, opened.manifest)], form, sys.stdout)
        else:
            read = {
                "sweep": opened.sweep,
                "folds": opened.folds,
                "coefficients": opened.coefficients,
                "stability": opened.stability,
                "predictions": opened.predictions,
                "assignments": opened.assignments,
            }[table]
            render([columns_table(table, read())], form, sys.stdout)
