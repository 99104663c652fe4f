"""The configurations and data that come with regcli (links into the repository's `configs` and `data`; copies in a wheel)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_SCHEMA = re.compile(r"\A# yaml-language-server: [^\n]*\n")
_DATA = re.compile(r"(?<=\bpath: )\.\./data/([\w.-]+)")
_COMMAND = re.compile(r"(?<=`regcli )(\w+) configs/")


@dataclass(frozen=True, slots=True)
class Example:
    """A configuration to be put into a folder of its own, with its data beside it.

    Attributes
    ----------
    name : str
        The file's stem.
    about : str
        What it shows: the sentence it begins with.
    config : str
        The text of the configuration.
    data : mapping of str to bytes
        Content of the files it names, by their names.
    """

    name: str
    about: str
    config: str
    data: dict[str, bytes]


def names() -> list[str]:
    """The examples there are, in the order of the alphabet."""
    return sorted(entry.name.removesuffix(".yaml") for entry in _folder("configs").iterdir() if entry.name.endswith(".yaml"))


def example(name: str) -> Example:
    """One of `names`."""
    text = (_folder("configs") / f"{name}.yaml").read_text(encoding="utf-8")
    data = {found: (_folder("data") / found).read_bytes() for found in _DATA.findall(text)}
    # the schema does not come along: its place beside the configuration is the repository's
    config = _COMMAND.sub(r"\1 ", _DATA.sub(r"\1", _SCHEMA.sub("", text)))
    return Example(name, config.splitlines()[0].removeprefix("# "), config, data)


def _folder(name: str) -> Traversable:
    return files(__name__) / name
