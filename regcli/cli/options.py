"""The options that several commands share, and what they mean."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, overload

import typer

from regcli.cli.complete import complete_run
from regcli.experiment import DEFAULT_RUNS, RUNS_VARIABLE
from regcli.wording import harmless, harmless_lines

if TYPE_CHECKING:
    from regcli.config import Config

Form = Literal["table", "json", "csv", "md"]
ComparisonForm = Literal["table", "json", "csv", "md", "github"]

ConfigFile = Annotated[
    Path | None, typer.Argument(metavar="CONFIG", help="Configuration file (default: regcli.yaml, unless --data is given).")
]
Penalty = Annotated[str | None, typer.Option("--penalty", metavar="P[,P…]", help="none, ridge, lasso, elasticnet, or all.")]
Data = Annotated[Path | None, typer.Option("--data", metavar="FILE", help="Data file, in place of CONFIG.")]
Target = Annotated[str | None, typer.Option("--target", metavar="COLUMN", help="Column to predict.")]
Task = Annotated[
    Literal["regression", "classification"] | None,
    typer.Option("--task", metavar="TASK", help="regression or classification (default: as the target tells)."),
]
RunName = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        help="A run: its path, a unique prefix of its name, the experiment's name, latest, latest~2, or baseline:NAME.",
        autocompletion=complete_run,
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change the configuration: dotted.key=value. Repeatable."),
]
Beyond = Annotated[
    bool,
    typer.Option("--beyond", help="A pruned tree, a shrunken forest and boosting in the same table, tuned on the same folds."),
]
Runs = Annotated[
    Path | None,
    typer.Option("--runs", metavar="DIR", envvar=RUNS_VARIABLE, help="Where runs are (default: output.dir, or else runs)."),
]
FormatOf = Annotated[
    Form | None,
    typer.Option("--format", metavar="table|json|csv|md", help="How to print (default: table)."),
]
ComparisonFormat = Annotated[
    ComparisonForm | None,
    typer.Option("--format", metavar="table|json|csv|md|github", help="How to print (default: table)."),
]
FailIf = Annotated[
    list[str] | None,
    typer.Option("--fail-if", metavar="GATE", help="'NAME OP NUMBER[%]'; exit code 1 where it is so. Repeatable."),
]
Junit = Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write a JUnit report there as well.")]
AsJson = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Errors and results only.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log to stderr what is done, each stage with its seconds.")]


def _explain(name: str | None) -> None:
    """Print what a word means, and nothing else."""
    if name is None:
        return
    import shutil
    import textwrap

    from regcli.report.glossary import explain

    width = min(100, shutil.get_terminal_size().columns) if sys.stdout.isatty() else 100
    for entry in explain(name):
        typer.echo("\n".join([entry.title, *textwrap.wrap(entry.text, width - 2, initial_indent="  ", subsequent_indent="  ")]))
    raise typer.Exit


Explain = Annotated[
    str | None,
    typer.Option(
        "--explain",
        metavar="NAME",
        help="Say what a word of the tables means; no run is needed.",
        is_eager=True,
        callback=_explain,
    ),
]


def runs_directory(given: Path | None, config: "Config | None" = None) -> Path:
    """Where runs are: as given (option or environment), else as configured, else ``runs``."""
    if given is not None:
        return given
    return Path(config.output.dir if config is not None else DEFAULT_RUNS)


@overload
def form_of(form: Form | None, as_json: bool) -> Form: ...
@overload
def form_of(form: ComparisonForm | None, as_json: bool) -> ComparisonForm: ...
def form_of(form: ComparisonForm | None, as_json: bool) -> ComparisonForm:
    """The format asked for by the two ways of asking.

    Raises
    ------
    UsageError
        Where they contradict each other.
    """
    from regcli.errors import UsageError

    if as_json and form not in {None, "json"}:
        raise UsageError(f"--json contradicts --format {form}.", "Give one of the two.")
    return "json" if as_json else form or "table"


def log_to_stderr(verbose: bool, quiet: bool = False) -> None:
    """Show the package's log while the command runs.

    Raises
    ------
    UsageError
        Where quiet is wanted too.
    """
    if not verbose:
        return
    import logging

    from regcli.errors import UsageError

    if quiet:
        raise UsageError("--quiet contradicts --verbose.", "Give one of the two.")

    from regcli.run.log import LogFormatter

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LogFormatter("%(levelname)s %(message)s"))
    logger = logging.getLogger("regcli")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)


def warn(texts: tuple[str, ...], quiet: bool) -> None:
    """Warnings that no table tells, on stderr."""
    if not quiet:
        for text in dict.fromkeys(texts):
            typer.echo(f"warning: {harmless(text)}", err=True)


def write_result(content: bytes, path: Path | None) -> None:
    """Results as they are: to a file, all at once or not at all, or to stdout.

    Raises
    ------
    UsageError
        Where the file cannot be written.
    """
    if path is None:
        if sys.stdout.isatty():  # nobody reads data from a terminal but people
            content = harmless_lines(content.decode()).encode(errors="replace")
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    write_file(content, path, "-o")


def write_file(content: bytes, path: Path, option: str) -> None:
    """Write a file that an option names, all at once or not at all.

    Raises
    ------
    UsageError
        Where it cannot be written.
    """
    from regcli.errors import UsageError
    from regcli.run import write_atomically

    try:
        write_atomically(path, content)
    except OSError as error:
        hint = f"Give another one with {option}."
        raise UsageError(f"{path}: the file cannot be written: {error.strerror or error}.", hint) from None
