"""`regcli init`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regcli.cli.complete import complete_example
from regcli.cli.options import AsJson, FormatOf, Quiet, form_of, write_file

if TYPE_CHECKING:
    from regcli.examples import Example


def init(
    example: Annotated[
        str,
        typer.Option("--example", metavar="NAME", help="Which one; list shows them all.", autocompletion=complete_example),
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="The configuration's name (default: NAME.yaml).")
    ] = None,
    form: FormatOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write an example: a configuration with its data.

    Both are put into this folder (or that of FILE), where nothing is overwritten. The configuration is explained by its
    comments, and fit runs it as it is.

    Example: regcli init --example diabetes
    """
    from regcli import examples

    form = form_of(form, as_json)
    if example == "list":
        _list(form)
        return
    if example not in examples.names():
        raise _unknown(example)
    found = examples.example(example)
    path = output or Path(f"{example}.yaml")
    files = {path: found.config.encode()} | {path.parent / name: content for name, content in found.data.items()}
    for file, content in files.items():
        _require_free(file, content, found)
    path.parent.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        write_file(content, file, "-o")
    sys.stdout.write(f"{path}\n")
    if not quiet:
        typer.echo(f"{found.about}\nNext: `regcli validate {path}` shows the plan, `regcli fit {path}` runs it.", err=True)


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


def _require_free(file: Path, content: bytes, found: "Example") -> None:
    """Refuse to overwrite anything but what would be written again."""
    from regcli.errors import UsageError

    try:
        same = file.read_bytes() == content
    except FileNotFoundError:
        return
    except OSError:
        same = False
    if not same:
        elsewhere = f"regcli init --example {found.name} -o {found.name}/{found.name}.yaml"
        raise UsageError(f"{file}: there is something else already.", "Write it into a folder of its own.", elsewhere)
