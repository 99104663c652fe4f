"""`regcli show`."""

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from regcli.cli.options import AsJson, Explain, FormatOf, RunName, Runs, form_of, runs_directory

if TYPE_CHECKING:
    from regcli.cli.options import Form
    from regcli.run import RunReader

TableName = Literal[
    "sweep",
    "folds",
    "coefficients",
    "metrics",
    "audit",
    "stability",
    "importance",
    "learning",
    "predictions",
    "assignments",
    "model",
]
PlotName = Literal["cv", "path", "gap", "coefficients", "learning", "vary", "curves"]


def show(
    run: RunName,
    table: Annotated[
        TableName | None,
        typer.Option(
            "--table",
            metavar="NAME",
            help="One table in full: sweep, folds, coefficients, metrics, audit (every other figure by the name that gates "
            "take), stability, importance, learning, predictions or assignments; model: the Python that loads it.",
        ),
    ] = None,
    plot: Annotated[
        PlotName | None,
        typer.Option(
            "--plot",
            metavar="NAME",
            help="Draw cv, path, gap, coefficients, learning, vary or curves on a terminal, or with --format table; "
            "in a pipe, print its numbers between tabs.",
        ),
    ] = None,
    runs: Runs = None,
    form: FormatOf = None,
    as_json: AsJson = False,
    explain: Explain = None,  # noqa: ARG001 - its callback has printed it
) -> None:
    """Show one run: a summary, or one of its tables.

    Example: regcli show latest --plot cv
    """
    from regcli.errors import UsageError
    from regcli.run import open_run

    if plot is not None and table is not None:
        raise UsageError("--plot contradicts --table.", "Give one of the two.")
    shown = form_of(form, as_json)
    opened = open_run(run, runs_directory(runs))
    if plot is not None:
        _plot(opened, plot, shown, draw=form == "table")
    elif table is None:
        _summary(opened, shown)
    elif table == "model":
        _lines(opened, shown)
    else:
        _table(opened, table, shown)


def _plot(opened: "RunReader", name: str, form: "Form", *, draw: bool) -> None:
    from regcli.report.render import render_plot
    from regcli.report.terminal.plots import PLOTS

    opened.require_done()
    render_plot(PLOTS[name](opened), form, sys.stdout, draw=draw)


def _summary(opened: "RunReader", form: "Form") -> None:
    from regcli.report.loading import loading_heading, loading_lines
    from regcli.report.render import render, write_json
    from regcli.report.tables import record, summary, unfinished

    if form == "json":
        write_json(record(opened), sys.stdout)
    elif opened.status != "done":
        render([unfinished(opened)], form, sys.stdout)
    else:
        tables = summary(opened)
        render(tables[:1] if form == "csv" else tables, form, sys.stdout)
        lines = loading_lines(opened)
        if form == "table" and lines:
            typer.echo("\n".join(["", loading_heading(opened), *lines]))


def _lines(opened: "RunReader", form: "Form") -> None:
    from regcli.report.loading import require_loading_lines
    from regcli.report.render import render, write_json
    from regcli.report.table import Column, Table

    lines = require_loading_lines(opened)
    if form == "json":
        write_json({"lines": lines}, sys.stdout)
    elif form == "csv":
        render([Table("", (Column("line", "line"),), tuple((line,) for line in lines))], form, sys.stdout)
    else:
        typer.echo("\n".join(["```python", *lines, "```"] if form == "md" else lines))


def _table(opened: "RunReader", name: str, form: "Form") -> None:
    from regcli.report.audit import figures_table
    from regcli.report.render import render
    from regcli.report.tables import columns_table, metrics_table

    opened.require_done()
    if name == "audit":
        render([figures_table(opened.metrics)], form, sys.stdout)
        return
    if name == "metrics":
        render([metrics_table(opened.metrics, opened.manifest)], form, sys.stdout)
        return
    read = {
        "sweep": opened.sweep,
        "folds": opened.folds,
        "coefficients": opened.coefficients,
        "stability": opened.stability,
        "importance": opened.importance,
        "learning": opened.learning_curve,
        "predictions": opened.predictions,
        "assignments": opened.assignments,
    }[name]
    render([columns_table(name, read())], form, sys.stdout)
