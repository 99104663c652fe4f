"""`regcli advise`."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regcli.cli.options import (
    AsJson,
    ConfigFile,
    Data,
    FormatOf,
    Quiet,
    Settings,
    Target,
    Task,
    form_of,
    write_file,
)
from regcli.cli.progress import progress_on_stderr

if TYPE_CHECKING:
    from regcli.advice import Advice


def advise(
    config: ConfigFile = None,
    data: Data = None,
    target: Target = None,
    task: Task = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write the recommended configuration there.")
    ] = None,
    settings: Settings = None,
    form: FormatOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Look at the data; recommend a penalty and say why.

    Says what the data suffer from (leaks, groups, time, collinearity, gaps, rare levels, …), each number beside its rule, and
    which penalty, folds and keys suit. Finds its input as fit does; rows that are held out are not looked at.

    Example: regcli advise --data houses.csv --target price -o advised.yaml
    """
    from regcli.advice import advise as advised
    from regcli.cli.inputs import Input
    from regcli.report.advice import advice_record, advice_tables, findings_table
    from regcli.report.render import render, write_json

    form = form_of(form, as_json)
    given = Input(config, data, target, task, None, tuple(settings or ()))
    with progress_on_stderr(quiet, False) as progress:
        found = advised(given.load(), tell=progress)
    text = _written(found, output)
    if output is not None:
        write_file(text.encode(), output, "-o")
    if form == "json":
        write_json(advice_record(found, text), sys.stdout)
    elif form == "csv":
        render([findings_table(found)], form, sys.stdout)
    elif not (quiet and output is not None):
        name = output or "advised.yaml"
        again = "" if output else f"`{given.command('advise')} -o {name}` writes this as a configuration; "
        more = ""
        if any(finding.code == "beyond_linear" for finding in found.findings):
            measured = replace(given, config=output, data=None, target=None) if output else given
            asked = replace(measured, penalty="all", beyond=True).command("sweep")
            more = f" `{asked}` measures what non-linearity buys."
        render(advice_tables(found, f"Next: {again}`regcli fit {name}` runs it.{more}"), form, sys.stdout)


def _written(found: "Advice", output: Path | None) -> str:
    """The recommended configuration, each choice with its reason."""
    from regcli.config.commented import commented, given

    data = given(found.config, (output or Path("advised.yaml")).absolute().parent)
    head = (
        (
            f"Recommended by `regcli advise` for {found.looked_at['target']} in {found.looked_at['source']}: "
            f"{found.looked_at['rows']:,} training rows, {found.looked_at['features']:,} features."
        ),
    )
    return commented(data, {choice.key: choice.why for choice in found.choices}, head)
