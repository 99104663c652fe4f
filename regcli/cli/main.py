"""The entry point: commands, and the one place where errors become messages and exit codes."""

import errno
import os
import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from regcli import __version__
from regcli.cli.advise import advise
from regcli.cli.baseline import baseline
from regcli.cli.check import check
from regcli.cli.compare import compare
from regcli.cli.evaluate import evaluate
from regcli.cli.fit import fit
from regcli.cli.init import init
from regcli.cli.ls import ls
from regcli.cli.predict import predict
from regcli.cli.remedies import TRY, complaint
from regcli.cli.report import report
from regcli.cli.resume import resume
from regcli.cli.schema import schema
from regcli.cli.show import show
from regcli.cli.sweep import sweep
from regcli.cli.usage import misuse
from regcli.cli.validate import validate
from regcli.errors import RegcliError, UsageError
from regcli.wording import harmless

BUG, INTERRUPTED = 70, 130
TYPED = "regcli.typed"


class Guarded(TyperGroup):
    """A group whose commands end with regcli's exit codes."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - click's context, which typer brings along
        """Keep what was typed, so that an error can say what should have been."""
        ctx.meta[TYPED] = tuple(args)
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            if not _is_misuse(error):
                raise
            raise _told(error, ctx) from None

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        """Run the command and tell how it went wrong, if it did."""
        try:
            _stand_somewhere()
            return super().invoke(ctx)
        except RegcliError as error:
            typer.echo(complaint(error, ctx.meta[TYPED]), err=True)
            code = error.exit_code
        except KeyboardInterrupt as interrupt:
            _complain(_interrupted(interrupt))
            if getattr(interrupt, "finished", None):
                typer.echo(f"{TRY}regcli resume {shlex.quote(harmless(str(getattr(interrupt, 'run_path', 'latest'))))}", err=True)
            code = INTERRUPTED
        except BrokenPipeError:  # the reader has seen enough
            _forget_stdout()
            code = 0
        except Exception as error:
            if _is_misuse(error):
                raise _told(error, ctx) from None
            if isinstance(error, typer.Exit | typer.Abort) or hasattr(error, "format_message"):  # typer's own ways to end
                raise
            if _is_of_stdout(error):
                _complain(f"the output cannot be written: {os.strerror(errno.ENOSPC)}. Make room, or write it somewhere else.")
                _forget_stdout()
                raise typer.Exit(UsageError.exit_code) from None
            _complain(f"a bug in regcli ({type(error).__name__}): the traceback is in {_traceback_file(error)}")
            code = BUG
        raise typer.Exit(code)


app = typer.Typer(
    cls=Guarded,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"regcli {__version__}")
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Run experiments with regularised linear and logistic models.

    A configuration, or just a data file, goes in; a run comes out: cross-validated paths, a selected model, and all that is
    needed to check it.

    Exit codes: 0 done; 1 a gate or a row of the checklist fails; 2 usage or configuration error; 3 the data cannot be read or do
    not suit; 4 nothing can be selected; 5 a run is missing or damaged, or two cannot be compared; 70 a bug in regcli; 130
    interrupted.

    Example: regcli fit --data houses.csv --target price
    """


for command in (
    init,
    advise,
    fit,
    sweep,
    resume,
    validate,
    compare,
    check,
    report,
    ls,
    show,
    predict,
    evaluate,
    schema,
):
    app.command()(command)
app.add_typer(baseline, name="baseline")


def main() -> None:
    """Run the command line and exit."""
    _terminate_as_interrupt()
    _warnings_to_the_log()
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started the program
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):  # a sign that the stream's encoding does not have is no reason to fail
            stream.reconfigure(errors="replace")
    try:
        app(prog_name="regcli")
    finally:
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            _forget_stdout()


def _warnings_to_the_log() -> None:
    """Keep what libraries warn of for the log: users are told by regcli, in its own words, what concerns them.

    Filters cannot do it: they are global, and threads that set them for a moment take them from each other.
    """
    import logging
    import warnings

    def note(message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any, **__: Any) -> None:  # noqa: ANN401
        logging.getLogger("regcli.libraries").debug("%s:%d: %s: %s", filename, lineno, category.__name__, message)

    warnings.showwarning = note


def _stand_somewhere() -> None:
    """Refuse to work in a folder that has been removed: no relative path means anything there."""
    try:
        Path.cwd()
    except OSError as error:
        raise UsageError("The current folder does not exist any more.", "Change to another one.") from error


def _terminate_as_interrupt() -> None:
    """Let a polite request to end, or a terminal that is closed, be told in the run's manifest like Ctrl-C.

    A signal that whoever started the program has it ignore stays ignored, as is the custom: Ctrl-C in a shell that has it in the
    background, the end of the terminal under nohup. Python itself treats Ctrl-C so.
    """
    import signal

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows knows one of them
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, interrupt)


def _interrupted(interrupt: KeyboardInterrupt) -> str:
    """What is kept of a run that was cut short."""
    path, finished = getattr(interrupt, "run_path", None), getattr(interrupt, "finished", None)
    if path is None:
        return "interrupted"
    if not finished:
        return f"interrupted: nothing was finished yet; {path} keeps the configuration and the log"
    return f"interrupted: {path} keeps what is finished: {interrupt}"


def _is_misuse(error: Exception) -> bool:
    """Whether typer has found something wrong with the command line; no argument at all is a wish for help."""
    return hasattr(error, "format_message") and type(error).__name__ != "NoArgsIsHelpError"


def _told(error: Any, ctx: Any) -> Exception:  # noqa: ANN401
    """Tell what typer found wrong with the command line, and give what ends the program."""
    # typer lets pydantic check values, whose words these are
    error.message = error.message.replace("Value error, ", "").replace("Input should be", "it must be")
    typed = ctx.meta[TYPED]
    typer.echo(complaint(misuse(error, ctx, typed), typed), err=True)
    return typer.Exit(UsageError.exit_code)


def _is_of_stdout(error: Exception) -> bool:
    """Whether there is no room for the output (files that commands write say so themselves)."""
    return isinstance(error, OSError) and error.errno == errno.ENOSPC and error.filename is None


def _complain(text: str) -> None:
    typer.echo(f"error: {harmless(text)}", err=True)


def _traceback_file(error: Exception) -> str:
    """Where the traceback is: in the log of the run that was open, or in a file of its own."""
    log_path = getattr(error, "log_path", None)
    if log_path is not None:
        return str(log_path)
    import tempfile
    import time
    import traceback

    name = f"regcli-bug-{time.strftime('%Y%m%dT%H%M%S')}-"
    with tempfile.NamedTemporaryFile("w", prefix=name, suffix=".log", delete=False, encoding="utf-8") as file:
        file.write("".join(traceback.format_exception(error)))
    return file.name


def _forget_stdout() -> None:
    """Let Python's last flush go nowhere instead of complaining."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
