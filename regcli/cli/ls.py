"""`regcli ls`."""

import sys
from typing import Annotated

import typer

from regcli.cli.options import AsJson, FormatOf, Runs, form_of, runs_directory


def ls(
    last: Annotated[int | None, typer.Option("--last", metavar="N", min=1, help="Only the N newest (default: all).")] = None,
    sort: Annotated[
        str | None,
        typer.Option("--sort", metavar="NAME", help="Sort by a column, a dotted number such as validation.mse, or a key."),
    ] = None,
    reverse: Annotated[bool, typer.Option("--reverse", help="The other way round.")] = False,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="CONDITION", help="Only runs of which 'NAME OP VALUE' holds. Repeatable."),
    ] = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what differs between them: configuration, data, folds, versions.")
    ] = False,
    runs: Runs = None,
    form: FormatOf = None,
    as_json: AsJson = False,
) -> None:
    """List the runs, the newest first.

    Names are those of the columns, of every number in metrics.json (validation.mse, gap.relative, stability.phi) and of
    the keys of the configuration (cv.n_splits).

    Example: regcli ls --where 'validation.mse < 3000' --where 'penalty == lasso' --sort validation.mse
    """
    from regcli.report.render import render
    from regcli.report.runs import Condition, Wish, runs_table
    from regcli.run import list_runs

    wish = Wish(tuple(map(Condition.of, where or ())), sort, reverse, diff, last)
    directory = runs_directory(runs)
    # where nothing is asked of the runs, only those that are shown are opened
    found = list_runs(directory, None if wish.where or wish.sort else last)
    render([runs_table(directory, found, wish)], form_of(form, as_json), sys.stdout)
