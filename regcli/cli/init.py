"""`regcli init`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from regcli.cli.complete import complete_example
from regcli.cli.options import AsJson, FormatOf, Quiet, Target, Task, form_of, write_file


def init(
    data: Annotated[
        Path | None, typer.Argument(metavar="[DATA]", help="A data file, to be looked at.", show_default=False)
    ] = None,
    target: Target = None,
    task: Task = None,
    example: Annotated[
        str | None,
        typer.Option(
            "--example", metavar="NAME", help="An example in place of DATA; list shows them all.", autocompletion=complete_example
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="The configuration's name (default: NAME.yaml).")
    ] = None,
    form: FormatOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write a first configuration: for a data file, or an example.

    Of DATA it is guessed what the columns are and which role they have, how the file is written, what is missing, and how to
    cross-validate; comments say why, and what else there is. An example comes with its data. Nothing is overwritten, and fit runs
    what is written as it is.

    Example: regcli init houses.csv --target price
    """
    from regcli.errors import UsageError

    form = form_of(form, as_json)
    if data is not None and example is not None:
        raise UsageError("--example contradicts DATA.", "Give one of the two.")
    if data is not None:
        _from_data(data, target, task, output, quiet)
    elif example is None:
        raise UsageError(
            "init needs a data file, or the name of an example.",
            "",
            "regcli init DATA.csv --target COLUMN",
            "regcli init --example list",
        )
    elif example == "list":
        _list(form)
    else:
        _example(example, output, quiet)


def _from_data(data: Path, target: str | None, task: str | None, output: Path | None, quiet: bool) -> None:
    """A configuration guessed from a data file."""
    import shlex

    from regcli.advice.initial import initial
    from regcli.cli.inputs import name_of
    from regcli.cli.progress import progress_on_stderr
    from regcli.data.endings import file_kind
    from regcli.data.source import require_file
    from regcli.errors import UsageError
    from regcli.wording import harmless

    require_file(data, "Check the path.")
    if file_kind(data) == "svmlight":
        if target is not None:
            raise UsageError(
                "--target has no meaning for svmlight files: each line begins with its target.", "Leave --target out."
            )
    elif target is None:
        target = _asked(data)
    path = output or Path(f"{name_of(data)}.yaml")
    with progress_on_stderr(quiet, False) as progress:
        found = initial(data, name_of(data), target, task, path.absolute().parent, progress or (lambda *_: None))
    content = found.text.encode()
    words = [
        "regcli",
        "init",
        str(data),
        *([] if target is None else ["--target", target]),
        *([] if task is None else ["--task", task]),
    ]
    _require_free(path, content, shlex.join([*words, "-o", str(path.with_stem(f"{path.stem}-2"))]))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(content, path, "-o")
    sys.stdout.write(f"{path}\n")
    if not quiet:
        typer.echo(f"{harmless(found.about)}.\n{_next(path)}", err=True)


def _asked(data: Path) -> str:
    """The column to predict: asked for on a terminal; elsewhere the likely ones are named."""
    import shlex

    from regcli.advice.initial import likely_targets
    from regcli.data.endings import file_kind
    from regcli.data.header import header_of
    from regcli.data.wording import did_you_mean, listing
    from regcli.errors import UsageError
    from regcli.wording import harmless

    likely, header = likely_targets(data), header_of(data, file_kind(data) or "csv")
    if not _on_a_terminal():
        command = ["regcli", "init", str(data), "--target"]
        raise UsageError(
            f"{data}: nothing says which column is to be predicted.",
            f"Likely ones are {listing([repr(name) for name in likely])}; there are {len(header):,} columns.",
            *(shlex.join([*command, name]) for name in likely),
        )
    typer.echo(f"Columns: {listing(header, 40)}", err=True)
    while True:
        answer: str = typer.prompt("Which column is to be predicted?", default=harmless(likely[0]), err=True)
        if answer in header:
            return answer
        if answer == harmless(likely[0]):
            return likely[0]
        typer.echo(f"There is no column {harmless(answer)!r}{did_you_mean(answer, header)}.", err=True)


def _on_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _next(path: Path) -> str:
    return f"Next: `regcli validate {path}` shows the plan, `regcli fit {path}` runs it."


def _example(example: str, output: Path | None, quiet: bool) -> None:
    """An example with its data."""
    from regcli import examples

    if example not in examples.names():
        raise _unknown(example)
    found = examples.example(example)
    path = output or Path(f"{example}.yaml")
    files = {path: found.config.encode()} | {path.parent / name: content for name, content in found.data.items()}
    elsewhere = f"regcli init --example {found.name} -o {found.name}/{found.name}.yaml"
    for file, content in files.items():
        _require_free(file, content, elsewhere)
    path.parent.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        write_file(content, file, "-o")
    sys.stdout.write(f"{path}\n")
    if not quiet:
        typer.echo(f"{found.about}\n{_next(path)}", err=True)


def _list(form: "str") -> None:
    from regcli import examples
    from regcli.report.render import render
    from regcli.report.table import Column, Table

    rows = tuple((name, examples.example(name).about) for name in examples.names())
    notes = ("`regcli init --example NAME` writes one, with its data, into this folder.",)
    columns = (Column("example", "example"), Column("about", "what it shows", fold=30))
    render([Table("", columns, rows, notes)], form, sys.stdout)  # type: ignore[arg-type]


def _unknown(name: str) -> Exception:
    from regcli import examples
    from regcli.data.wording import did_you_mean
    from regcli.errors import UsageError

    known = examples.names()
    near = did_you_mean(name, known)
    message = f"--example: {name!r} is not known{near}."
    return UsageError(message, f"Examples: {', '.join(known)}.", "regcli init --example list")


def _require_free(file: Path, content: bytes, elsewhere: str) -> None:
    """Refuse to overwrite anything but what would be written again; `elsewhere` is a command that writes it elsewhere."""
    from regcli.errors import UsageError

    try:
        same = file.read_bytes() == content
    except FileNotFoundError:
        return
    except OSError:
        same = False
    if not same:
        raise UsageError(f"{file}: there is something else already.", "Write it somewhere else.", elsewhere)
