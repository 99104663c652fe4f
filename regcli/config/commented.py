"""A configuration written for people: keys in the order of the documentation, each choice with its reason above it."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regcli.config.schema import Config
from regcli.config.yaml12 import flow
from regcli.wording import harmless

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Where editors find the keys; `regcli schema` prints what belongs there.
SCHEMA = "regcli.schema.json"
EDITOR = f"# yaml-language-server: $schema={SCHEMA}"
WIDTH = 110


def given(config: Config, folder: Path) -> dict[str, Any]:
    """What a configuration says, without its defaults, as it would stand in a folder.

    Parameters
    ----------
    config : Config
    folder : Path
        Where the file will be: the path of the data is written relative to it.
    """
    data: dict[str, Any] = config.origin.tree.data()
    path = getattr(config.dataset, "path", None)
    if path is not None:
        try:
            data["dataset"]["path"] = Path(os.path.relpath(path, folder.resolve())).as_posix()
        except ValueError:  # another drive
            data["dataset"]["path"] = path.as_posix()
    return {key: data[key] for key in Config.model_fields if key in data}


def commented(data: Mapping[str, Any], notes: Mapping[str, str | Sequence[str]], head: Sequence[str]) -> str:
    """The configuration as YAML.

    Parameters
    ----------
    data : mapping
        Plain data, as `given` has it.
    notes : mapping of str to str or sequence of str
        Comments by dotted key, a paragraph each; they stand above the key, or above the nearest one around it.
    head : sequence of str
        What the file is, a paragraph each.
    """
    lines = [EDITOR, *(line for text in head for line in _comment(text))]
    for key, value in data.items():
        lines += _entry(key, value, (key,), notes)
    return "\n".join(lines) + "\n"


def _entry(name: str, value: Any, path: tuple[str, ...], notes: Mapping[str, str | Sequence[str]]) -> list[str]:  # noqa: ANN401
    """A key with what is below it; on one line where nothing is said of its parts and it is short."""
    margin, dotted = "  " * (len(path) - 1), ".".join(path)
    above = _notes(notes.get(dotted), margin=margin)
    below = [note for note in notes if note.startswith(f"{dotted}.")]
    line = f"{margin}{flow(name)}: {flow(value)}"
    if not isinstance(value, dict) or not value or (not below and len(path) > 1 and len(line) <= WIDTH):
        return [*above, line]
    lines = [*above, f"{margin}{flow(name)}:"]
    for step, item in value.items():
        lines += _entry(step, item, (*path, step), notes)
    for note in below:
        if note.removeprefix(f"{dotted}.").split(".")[0] not in value:
            lines += _notes(notes[note], margin=f"{margin}  ")
    return lines


def _notes(*texts: str | Sequence[str] | None, margin: str = "") -> list[str]:
    out: list[str] = []
    for text in texts:
        for paragraph in [text] if isinstance(text, str) else text or ():
            out += _comment(paragraph, margin)
    return out


def _comment(text: str, margin: str = "") -> list[str]:
    return [f"{margin}# {line}" for line in textwrap.wrap(harmless(text), WIDTH - len(margin), break_on_hyphens=False)]
