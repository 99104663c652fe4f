"""Errors for the screen: keys of the configuration as the flags that were typed, remedies as commands to type."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regcli.errors import ConfigError
from regcli.wording import harmless

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from regcli.errors import RegcliError

# Commands whose configuration --set changes.
CONFIGURED = frozenset({"advise", "fit", "sweep", "validate"})
FLAGS = {"dataset.path": "--data", "dataset.target": "--target", "task": "--task"}
TRY = "try: "

_BLOCKS = "dataset|preprocess|penalty|lambdas|model|cv|select|holdout|stability|nested|bootstrap|check|execution|output"
# A key with a plain value behind it, as YAML has it: what a hint tells to write.
_ENTRY = re.compile(rf"\b(?:([Ss]et|[Ww]rite) )?\b(task|(?:{_BLOCKS})(?:\.\w+)+): (\{{[^{{}}]*\}}|\[[^\[\]]*\]|[\w.+-]+)")
_KEY = re.compile(r"\b(dataset\.path|dataset\.target)\b")


def complaint(error: RegcliError, typed: Sequence[str]) -> str:
    """Message and hint as one paragraph (a list of problems keeps its lines), then the commands that help.

    Parameters
    ----------
    error : RegcliError
    typed : sequence of str
        The words of the command line behind ``regcli``.
    """
    hint, message = error.hint.strip(), error.message.strip()
    if "\n" in message:
        text = message + (f"\n{hint}" if hint else "")
    else:
        end = "" if message.endswith((".", "!", "?", ":")) else "."
        text = f"{message}{end} {hint[:1].upper()}{hint[1:]}".strip() if hint else message
    if _by_flags(typed):
        text = in_flags(text, entries=not isinstance(error, ConfigError))
    text = _as_typed(text, typed)
    lines = [f"error: {harmless(line)}" for line in text.split("\n")]
    commands = dict.fromkeys(command for remedy in error.remedies for command in _commands(remedy, typed))
    return "\n".join([*lines, *(TRY + harmless(command) for command in commands)])


def in_flags(text: str, *, entries: bool = True) -> str:
    """A text that names keys of a configuration file, for somebody who has typed flags instead of one.

    Parameters
    ----------
    text : str
    entries : bool
        Whether ``key: value`` is something to write, and not a key with what is wrong about it.
    """

    def entry(found: re.Match[str]) -> str:
        verb, key, value = found[1], found[2], found[3].rstrip(".,;")
        give = "" if verb is None else "Give " if verb[0].isupper() else "give "
        setting = shlex.quote(value if key in FLAGS else f"{key}={_reflowed(value)}")
        return f"{give}{FLAGS.get(key, '--set')} {setting}{found[3][len(value) :]}"

    return _KEY.sub(lambda found: FLAGS[found[1]], _ENTRY.sub(entry, text) if entries else text)


def _reflowed(value: str) -> str:
    """A list or mapping without quotes that it does not need, which a shell would want quoted in their turn."""
    if value[0] not in "[{":
        return value
    from regcli.config.yaml12 import parse

    node, findings = parse(value, "hint")
    return value if node is None or findings else flow(node.data())


def _as_typed(text: str, typed: Sequence[str]) -> str:
    """The text with files called as they were typed: messages themselves never hold an absolute path, since runs keep them."""
    if _is_nowhere():
        return text
    for word in typed:
        path = Path(word.partition("=")[2] if word.startswith("--") else word)
        seen = os.path.relpath(path) if path.is_absolute() else ""
        if Path(seen).name not in {"", ".."}:
            text = re.sub(rf"(?<![\w./-]){re.escape(seen)}(?![\w/-])", lambda _: str(path), text)  # noqa: B023 - used at once
    return text


def _is_nowhere() -> bool:
    """Whether the current folder has been removed, so that no path is relative to it."""
    try:
        Path.cwd()
    except OSError:
        return True
    return False


def changed(typed: Sequence[str], keys: Mapping[str, Any]) -> str:
    """The command that was typed with some keys of the configuration changed; None takes a flag away.

    Examples
    --------
    >>> changed(["fit", "--data", "d.csv", "--target", "y"], {"preprocess.missing": "median", "task": "regression"})
    'regcli fit --data d.csv --target y --set preprocess.missing=median --task regression'
    """
    words = list(typed)
    for key, value in keys.items():
        flag = FLAGS.get(key) if _by_flags(words) or key in {"dataset.path", "task"} else None
        if key == "dataset.path" and str(value) in words:  # a data file where a configuration should be
            at = words.index(str(value))
            words[at : at + 1] = ["--data", str(value)] if words[at - 1] != "--data" else [str(value)]
            continue
        words = _without(words, flag) if flag else _without_setting(words, key)
        if value is not None:
            words += [flag, str(value)] if flag else ["--set", f"{key}={flow(value)}"]
    return shlex.join(["regcli", *words])


def flow(value: Any) -> str:  # noqa: ANN401
    """Plain data as YAML on one line, as --set reads it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(str(key))}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    import json

    if not isinstance(value, str):
        return json.dumps(value)
    return value if re.fullmatch(r"[A-Za-z_](?:[\w ./-]*[\w/-])?", value) and not _is_other(value) else json.dumps(value)


def _is_other(word: str) -> bool:
    """Whether YAML would read something else than this text, or regcli once did."""
    return word.lower() in {"null", "true", "false", "yes", "no", "on", "off", "y", "n"} or not word.isascii()


def _commands(remedy: Mapping[str, Any] | str, typed: Sequence[str]) -> list[str]:
    if isinstance(remedy, str):
        return [remedy]
    return [changed(typed, remedy)] if typed and typed[0] in CONFIGURED else []


def _by_flags(typed: Sequence[str]) -> bool:
    return any(word == "--data" or word.startswith("--data=") for word in typed)


def _without(words: Sequence[str], flag: str) -> list[str]:
    """The words without a flag and its value."""
    kept: list[str] = []
    is_value = False
    for word in words:
        if is_value or word == flag:
            is_value = not is_value
        elif not word.startswith(f"{flag}="):
            kept.append(word)
    return kept


def _without_setting(words: Sequence[str], key: str) -> list[str]:
    """The words without an earlier setting of a key, which the new one would replace."""
    kept: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        if word == "--set" and words[position + 1 : position + 2] and words[position + 1].partition("=")[0].strip() == key:
            position += 2
            continue
        if not word.startswith(f"--set={key}="):
            kept.append(word)
        position += 1
    return kept
