"""`regcli compare`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regcli.cli.complete import complete_run
from regcli.cli.options import (
    AsJson,
    ComparisonForm,
    ComparisonFormat,
    Explain,
    FailIf,
    Junit,
    Quiet,
    Runs,
    form_of,
    runs_directory,
    write_file,
)
from regcli.wording import harmless

if TYPE_CHECKING:
    from regcli.gates import Gate
    from regcli.report.comparison import View

_RUN = "path, unique prefix, latest~1, or baseline:NAME"


def compare(
    a: Annotated[
        str | None,
        typer.Argument(metavar="A", help=f"The reference: {_RUN}.", autocompletion=complete_run, show_default=False),
    ] = None,
    b: Annotated[
        str | None,
        typer.Argument(metavar="B", help="The run to be judged, named alike.", autocompletion=complete_run, show_default=False),
    ] = None,
    fail_if: FailIf = None,
    gate: Annotated[
        list[Path] | None,
        typer.Option("--gate", metavar="FILE", help="YAML list of gates; an item may be 'margin: 1%'. Repeatable."),
    ] = None,
    margin: Annotated[
        str | None,
        typer.Option("--margin", metavar="NUMBER%", help="Changes of a score by less than this do not matter."),
    ] = None,
    on: Annotated[
        Path | None,
        typer.Option("--on", metavar="DATA", help="Score both models on these labelled rows too, paired row by row."),
    ] = None,
    only_changed: Annotated[bool, typer.Option("--only-changed", help="Leave out what is the same or within noise.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Show every row.")] = False,
    precision: Annotated[int, typer.Option("--precision", metavar="N", min=1, max=17, help="Significant digits in tables.")] = 4,
    junit: Junit = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the comparison as a page with pictures there as well.")
    ] = None,
    allow_missing_baseline: Annotated[
        bool,
        typer.Option("--allow-missing-baseline", help="Exit with 0 where baseline:NAME has not been set yet."),
    ] = False,
    aa: Annotated[
        str | None,
        typer.Option(
            "--aa",
            metavar="RUN",
            help="Instead of A and B: halve one run's rows at random, again and again, and compare the halves.",
            autocompletion=complete_run,
        ),
    ] = None,
    explain: Explain = None,  # noqa: ARG001 - its callback has printed it
    runs: Runs = None,
    form: ComparisonFormat = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Compare run B with run A; say whether it may ship.

    Rows are marked better, worse or within noise: by a corrected paired t-test over folds where both runs have the same ones,
    by the folds' standard errors where not. The verdict rests on the validation score that λ was selected by; the other scores
    asked for are corrected together. Every number has a dotted name (--json prints them) that gates know it by.
    With --on, both are scored on new rows as well: on.mse and the like.
    X.change is B - A; compared with a number that has a %, it is 100(B - A)/|A|. Any other name against a number with a % is
    compared with a hundredth of it: gap.relative > 10% means above 0.1. The reason of a failure is
    the last line on stderr.

    --format github prints a Markdown summary, whose first line is a comment with the name of B's experiment so that an
    earlier summary can be found and replaced, and then at most ten ::error lines. Where stdout is a file, as with
    >> "$GITHUB_STEP_SUMMARY", these go to stderr, where the runner reads them too.

    Exit codes: 0 all gates hold; 1 a gate fails; 2 a gate is wrong; 5 a run is missing, damaged or not done, or the two
    cannot be compared.

    Example: regcli compare latest~1 latest --fail-if 'gap.relative > 10%'
    """
    from regcli.errors import GateError
    from regcli.gates import gathered
    from regcli.report.comparison import worst_last

    form = form_of(form, as_json)
    if aa is not None:
        _print_halves(aa, a, runs_directory(runs), form)
        return
    a, b = _two(a, b)
    view = _view(only_changed, everything)
    gates, share = gathered(fail_if or [], gate or [], margin)
    folder = runs_directory(runs)
    record, name = _compare(a, b, folder, gates, share, precision, data=on, allow_missing=allow_missing_baseline)
    if junit is not None:
        from regcli.report.junit import junit_report

        write_file(junit_report(record), junit, "--junit")
    if html is not None and record["rows"]:
        from regcli.page import comparison_page
        from regcli.run import open_run

        write_file(comparison_page(open_run(a, folder), open_run(b, folder), record, share), html, "--html")
    if not record["rows"] and not quiet:
        typer.echo(harmless(record["verdict"]), err=True)
    _print(record, form, view, precision, name)
    if record["failed"]:
        raise GateError("\n".join(worst_last(record["gates"])))


def _two(a: str | None, b: str | None) -> tuple[str, str]:
    from regcli.errors import UsageError

    if a is None or b is None:
        raise UsageError(f"Missing argument '{'A' if a is None else 'B'}'.", "compare takes two runs: A, the reference, and B.")
    return a, b


def _print_halves(run: str, other: str | None, runs: Path, form: ComparisonForm) -> None:
    """Halves of one run against each other: a demonstration, which has no gates."""
    from dataclasses import asdict

    from regcli.compare import Side, compare_halves
    from regcli.errors import UsageError
    from regcli.report.halves import halves_table
    from regcli.report.render import render
    from regcli.run import open_run

    if other is not None:
        raise UsageError("--aa contradicts A and B.", "It takes one run and compares nothing else.")
    opened = open_run(run, runs)
    opened.require_done()
    table = halves_table([asdict(each) for each in compare_halves(Side(opened))], str(opened.path))
    render([table], "md" if form == "github" else form, sys.stdout)


def _view(only_changed: bool, everything: bool) -> "View":
    from regcli.errors import UsageError

    if only_changed and everything:
        raise UsageError("--only-changed contradicts --all.", "Give one of the two.")
    return "changed" if only_changed else "all" if everything else "default"


def _compare(
    a: str, b: str, runs: Path, gates: "list[Gate]", margin: float | None, digits: int, *, data: Path | None, allow_missing: bool
) -> tuple[dict[str, Any], str]:
    """The comparison's record, and the name of B's experiment."""
    from regcli.compare import compare as compare_runs
    from regcli.compare import empty_record, record
    from regcli.run import NoBaselineError, open_run

    judged = open_run(b, runs)
    name = str(judged.manifest["name"])
    try:
        reference = open_run(a, runs)
    except NoBaselineError:
        if not allow_missing:
            raise
        judged.require_done()
        verdict = (
            f"There is nothing to compare with yet: {a} is not set in {runs}; "
            f"`regcli baseline set {a.partition(':')[2]} {b}` makes this run the reference."
        )
        return empty_record(a, str(judged.path), verdict), name
    return record(compare_runs(reference, judged, gates, margin=margin, digits=digits, data=data)), name


def _print(record: dict[str, Any], form: ComparisonForm, view: "View", digits: int, name: str) -> None:
    from regcli.report import comparison as tables
    from regcli.report.render import render, write_json

    if form == "json":
        write_json(record, sys.stdout)
    elif form == "csv":
        render([tables.records_table(tables.rows_in_view(record, view))], "csv", sys.stdout)
    elif form == "github":
        from regcli.report.github import github_errors, github_summary

        print_for_github(github_summary(record, name, digits), github_errors(record))
    else:
        render(tables.comparison_tables(record, view, digits, gates_last=form == "table"), form, sys.stdout)


def print_for_github(summary: str, errors: list[str]) -> None:
    """The summary, then the errors: the runner looks for these in what it sees of either stream, and not in files."""
    sys.stdout.write(summary)
    if errors and _is_file(sys.stdout):
        sys.stderr.write("\n".join(errors) + "\n")
    elif errors:
        # a summary that is piped on with `tee` hides them as a comment
        sys.stdout.write("\n".join(["\n<!--", *errors, "-->"]) + "\n")


def _is_file(stream: Any) -> bool:  # noqa: ANN401
    import os
    import stat

    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):  # a stream without a descriptor is no file
        return False
