"""`regcli baseline`."""

import sys
from typing import Annotated

import typer

from regcli.cli.complete import complete_baseline
from regcli.cli.options import AsJson, FormatOf, Quiet, RunName, Runs, form_of, runs_directory
from regcli.wording import harmless

baseline = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@baseline.callback()
def about() -> None:
    """Keep a run as the reference of comparisons.

    A baseline is a name for a run, kept with the runs. `compare`, `show` and the other commands take baseline:NAME for a run.

    Example: regcli baseline set main latest
    """


@baseline.command("set")
def set_(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="Letters, digits, '.', '_' and '-'.", autocompletion=complete_baseline),
    ],
    run: RunName,
    runs: Runs = None,
    quiet: Quiet = False,
) -> None:
    """Let NAME stand for a run from now on.

    The run must be done. Only its place is noted, relative to the directory of runs: do not delete it.

    Example: regcli baseline set main latest
    """
    from regcli.run import open_run, set_baseline

    directory = runs_directory(runs)
    opened = open_run(run, directory)
    opened.require_done()
    made = set_baseline(directory, name, opened.path, opened.manifest)
    if not quiet:
        typer.echo(f"baseline:{name} is {harmless(made.path)}", err=True)


@baseline.command("ls")
def ls(runs: Runs = None, form: FormatOf = None, as_json: AsJson = False) -> None:
    """List the baselines.

    Example: regcli baseline ls --json
    """
    from regcli.report.baselines import baselines_table
    from regcli.report.render import render
    from regcli.run import list_baselines

    directory = runs_directory(runs)
    render([baselines_table(directory, list_baselines(directory))], form_of(form, as_json), sys.stdout)


@baseline.command("rm")
def rm(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The baseline to forget.", autocompletion=complete_baseline)],
    runs: Runs = None,
    quiet: Quiet = False,
) -> None:
    """Forget a baseline; its run stays.

    Example: regcli baseline rm main
    """
    from regcli.run import remove_baseline

    remove_baseline(runs_directory(runs), name)
    if not quiet:
        typer.echo(f"baseline:{name} is forgotten; its run stays", err=True)
