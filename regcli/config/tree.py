"""A configuration as a tree that remembers where each key and value stands."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

Scalar = str | int | float | bool | None
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written.

    Attributes
    ----------
    source : str
        A file as the user named it, or ``--set key=value``.
    line, column : int
        From 1. Where the source has no lines, `line` is 0 and `column` its rank among such sources.
    """

    source: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}" if self.line else self.source

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Sort key: files in reading order, then what came from elsewhere."""
        return not self.line, self.line, self.column


class Finding(NamedTuple):
    """One mistake: where it stands, its dotted key, what is wrong."""

    place: Place
    key: str
    text: str


@dataclass(slots=True)
class Node:
    """One value and where it stands.

    Attributes
    ----------
    value : scalar, or dict of str to Node, or list of Node
    place : Place
        Where the value begins.
    text : str
        A scalar as it was written (``1.0``, ``true``); empty for lists and mappings.
    key_place : Place or None
        Where the key begins that the value belongs to; None in lists and at the top.
    """

    value: Scalar | dict[str, Node] | list[Node]
    place: Place
    text: str = ""
    key_place: Place | None = None

    def data(self, as_text: Collection[Path] = (), without: Collection[Path] = (), path: Path = ()) -> Any:  # noqa: ANN401
        """Plain data: dicts, tuples and scalars.

        Parameters
        ----------
        as_text : collection of paths
            Scalars that are wanted as they were written.
        without : collection of paths
            Keys to leave out.
        path : tuple
            Where this node is.
        """
        if isinstance(self.value, dict):
            below = {(*path, key): child for key, child in self.value.items()}
            return {where[-1]: child.data(as_text, without, where) for where, child in below.items() if where not in without}
        if isinstance(self.value, list):
            return tuple(child.data(as_text, without, (*path, i)) for i, child in enumerate(self.value))
        return self.text if path in as_text and self.value is not None else self.value

    def locate(self, path: Path, *, at_key: bool = False) -> tuple[Place, Path]:
        """Where a path of the models is in what the user wrote.

        A short form has fewer levels than the model it stands for: steps that it leaves out are left out of the path too. What
        is missing altogether is placed at the mapping that lacks it.
        """
        node, steps = self, list[str | int]()
        for i, step in enumerate(path):
            child = node._child(step)
            if child is not None:
                node = child
                steps.append(step)
            elif isinstance(step, str) and (isinstance(node.value, dict) or node.value is None):
                return node.place, (*steps, *path[i:])
        place = node.key_place if at_key and node.key_place else node.place
        return place, tuple(steps)

    def _child(self, step: str | int) -> Node | None:
        if isinstance(self.value, dict) and isinstance(step, str):
            return self.value.get(step)
        if isinstance(self.value, list) and isinstance(step, int) and step < len(self.value):
            return self.value[step]
        return None


def from_data(data: Any, place: Place) -> Node:  # noqa: ANN401
    """Plain data as a tree; everything stands in one place."""
    if isinstance(data, dict):
        children = {scalar_text(key): from_data(value, place) for key, value in data.items()}
        for child in children.values():
            child.key_place = place
        return Node(children, place)
    if isinstance(data, list | tuple):
        return Node([from_data(item, place) for item in data], place)
    if isinstance(data, os.PathLike):
        data = os.fspath(data)
    return Node(data, place, scalar_text(data))


def scalar_text(value: Scalar) -> str:
    """A scalar as YAML 1.2 writes it."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def shown(value: Any) -> str:  # noqa: ANN401
    """A value as a message shows it: short, on one line."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:57] + "...")
    text = scalar_text(value)
    return text if len(text) <= 60 else text[:57] + "..."
