"""`regcli check`."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from regcli.cli.options import (
    AsJson,
    ComparisonForm,
    ComparisonFormat,
    Explain,
    FailIf,
    Junit,
    Quiet,
    RunName,
    Runs,
    form_of,
    runs_directory,
    write_file,
)


def check(
    run: RunName,
    fail_if: FailIf = None,
    gate: Annotated[list[Path] | None, typer.Option("--gate", metavar="FILE", help="YAML list of gates. Repeatable.")] = None,
    mute: Annotated[
        list[str] | None,
        typer.Option("--mute", metavar="CODE[,CODE…]", help="Rows that are not to be judged, besides those of check.mute."),
    ] = None,
    junit: Junit = None,
    explain: Explain = None,  # noqa: ARG001 - its callback has printed it
    runs: Runs = None,
    form: ComparisonFormat = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Go through the ship checklist of one run.

    Each row says what was found, and, where it does not hold, by which rule, why that matters and what helps. A row fails where
    shipping should stop, and is to be looked at where somebody should know. Every number has a dotted name that gates know
    it by (--json prints them): those of the checklist, such as check.gap.share, and all of the run's others, such as
    validation.mse. check.NAME.level is 0 where a row holds, 1 to look at, 2 where it fails: any row can be made to fail.

    Exit codes: 0 no row fails and all gates hold; 1 a row or a gate fails; 2 a gate is wrong; 5 the run is missing, damaged
    or not done.

    Example: regcli check latest --mute RC014 --fail-if 'check.drivers.level > 0'
    """
    from regcli.check import check as judged
    from regcli.check.record import record
    from regcli.errors import GateError
    from regcli.gates import gathered
    from regcli.run import open_run

    form = form_of(form, as_json)
    gates, _ = gathered(fail_if or [], gate or [], None)
    opened = open_run(run, runs_directory(runs))
    found = record(judged(opened, gates, mute or ()))
    if junit is not None:
        from regcli.report.junit import checklist_report

        write_file(checklist_report(found), junit, "--junit")
    _print(found, form, quiet, str(opened.manifest["name"]))
    if found["failed"]:
        from regcli.report.checklist import reasons

        raise GateError("\n".join(reasons(found)))


def _print(record: dict[str, Any], form: ComparisonForm, quiet: bool, name: str) -> None:
    from regcli.report import checklist as tables
    from regcli.report.render import render, write_json

    if form == "json":
        write_json(record, sys.stdout)
    elif form == "csv":
        render([tables.records_table(record)], "csv", sys.stdout)
    elif form == "github":
        from regcli.cli.compare import print_for_github
        from regcli.report.github import checklist_errors, checklist_summary

        print_for_github(checklist_summary(record, name), checklist_errors(record))
    else:
        found = tables.checklist_tables(record)
        render(found if not quiet else found[-1:], form, sys.stdout)
