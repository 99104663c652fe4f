"""What is wrong with a command line, said like all other errors: the command, the flag, the value, what was perhaps meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from regcli.data.wording import did_you_mean, listing, nearest
from regcli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBERS = {
    "it must be a valid integer": "it must be a whole number",
    "it must be a valid number": "it must be a number",
    ", unable to parse string as an integer": "",
    ", unable to parse string as a number": "",
    "it must be greater than or equal to": "it must be at least",
    "Got unexpected extra argument(s)": "there are more words than it takes",
    "Got unexpected extra argument": "there is a word more than it takes",
    "Got unexpected extra arguments": "there are more words than it takes",
}


def misuse(error: Any, context: Any, typed: Sequence[str]) -> UsageError:  # noqa: ANN401 - typer's own, which has no types
    """Put an error of typer's into our words.

    Parameters
    ----------
    error : click.UsageError
        As typer brings it along.
    context : click.Context
        Of the whole program.
    typed : sequence of str
        The words of the command line behind ``regcli``.
    """
    context = getattr(error, "ctx", None) or _inner(context, typed)
    path, parameters = context.command_path, context.command.params
    options = [flag for option in parameters if (flag := _flag(option))]
    kind = type(error).__name__
    if kind == "NoSuchOption":
        name = error.option_name
        message = f"{path}: there is no option {name}{_meant(name, options)}."
        return UsageError(message, f"Options: {listing(options, len(options))}." if options else _help(path))
    if kind == "NoSuchCommand" or "No such command" in error.message:
        commands = context.command.list_commands(context)
        name = next((word for word in typed[len(path.split()) - 1 :] if not word.startswith("-")), "")
        return UsageError(
            f"{path}: there is no command {name!r}{did_you_mean(name, commands)}.", f"Commands: {', '.join(commands)}."
        )
    if kind == "MissingParameter" and error.param is not None:
        needed = _flag(error.param) or _called(error.param)
        required = (p for p in parameters if p.required)
        arguments = [f"{flag} {_called(p)}" if (flag := _flag(p)) else _called(p) for p in required]
        meaning = (getattr(error.param, "help", "") or "").rstrip(".")
        return UsageError(f"{path}: {needed} is missing ({meaning}).", f"Type: {path} {' '.join(arguments)}.")
    if kind == "BadOptionUsage":
        return UsageError(f"{path}: {error.option_name} needs a value.", _help(path))
    message = error.message
    for theirs, ours in _NUMBERS.items():
        message = message.replace(theirs, ours)
    if getattr(error, "param", None) is not None:
        name = _flag(error.param) or _called(error.param)
        return UsageError(f"{path}: {name}: {_chosen(message)}", _help(path))
    return UsageError(f"{path}: {message}", _help(path))


def _inner(context: Any, typed: Sequence[str]) -> Any:  # noqa: ANN401
    """The context of the command that was typed, as far as there is one."""
    for word in typed:
        command = getattr(context.command, "commands", {}).get(word)
        if command is None:
            break
        context = type(context)(command, info_name=word, parent=context)
    return context


def _flag(option: Any) -> str:  # noqa: ANN401
    """The long form of an option; empty for what is none."""
    if option.param_type_name != "option" or getattr(option, "hidden", False):
        return ""
    return str(max(option.opts, key=len))


def _called(parameter: Any) -> str:  # noqa: ANN401
    """What stands for an argument, or for an option's value."""
    return str(parameter.metavar or parameter.human_readable_name)


def _meant(name: str, options: Sequence[str]) -> str:
    near = nearest(name.lstrip("-"), [option.lstrip("-") for option in options])
    return "" if near is None else f" (did you mean --{near}?)"


def _chosen(message: str) -> str:
    """A value that is none of those allowed, and the one that was perhaps meant."""
    found = re.fullmatch(r"'(.*)' is not one of (.*?)\.?", message, re.DOTALL)
    if found is None:
        return message
    allowed = re.findall(r"'([^']*)'", found[2])
    return f"{found[1]!r} is not known{did_you_mean(found[1], allowed)}. Allowed: {', '.join(allowed)}."


def _help(path: str) -> str:
    return f"`{path} -h` lists what can be given."
