"""``--set dotted.key=value``: changes to a configuration before it is validated."""

from __future__ import annotations

from typing import Any

from regcli.config.tree import Finding, Node, Path, Place, from_data, shown
from regcli.config.yaml12 import parse

# Blocks that may be written as one word, and the key which that word stands for.
_SHORT_FORMS: dict[Path, str] = {("penalty",): "kind", ("estimators",): "kind", ("preprocess", "missing"): "strategy"}
# A single penalty may stand for a list of one.
_LISTS: frozenset[Path] = frozenset({("penalty",), ("estimators",)})


Setting = str | tuple[str, Any]


def override(root: Node, setting: Setting, position: int = 0) -> list[Finding]:
    """Apply one setting to the tree, in place.

    Parameters
    ----------
    root : Node
        The top mapping.
    setting : str or (str, plain data)
        ``dotted.key=value``; the value is read as YAML, a number among the keys is a position in a list. Or key and value.
    position : int
        The setting's place among the settings, which orders what is wrong with them.

    Returns
    -------
    list of Finding
        Why it could not be applied; empty where it was.
    """
    if not isinstance(setting, str):
        steps, place = setting[0].strip().split("."), Place("settings", column=position)
        if not all(steps):
            return [Finding(place, "", f"{setting[0]!r} is no dotted key, such as cv.n_splits")]
        value = from_data(setting[1], place)
        value.key_place = place
        return put(root, (), steps, value)
    place = Place(f"--set {setting}", column=position)
    dotted, equals, text = setting.partition("=")
    steps = dotted.strip().split(".")
    if not equals or not all(steps):
        return [Finding(place, "", "must be KEY=VALUE with a dotted key, for instance --set cv.n_splits=10")]
    read, findings = parse(text, place)
    if findings:
        return findings
    value = read or Node(None, place, "null")
    value.key_place = place
    return put(root, (), steps, value)


def put(node: Node, above: Path, steps: list[str], value: Node) -> list[Finding]:
    """Set the value at `steps` below a node, whose own path is `above`."""
    step, *rest = steps
    place, key = value.place, ".".join(map(str, above))
    at_position = step.isdecimal()
    _spell_out(node, above, at_position=at_position)
    if isinstance(node.value, dict):
        if rest:
            child = node.value.setdefault(step, Node(None, place, "null", place))
            return put(child, (*above, step), rest, value)
        node.value[step] = value
        return []
    if not isinstance(node.value, list):
        return [Finding(place, key, f"is {shown(node.value)}, not a mapping, so that it has no key {step!r}")]
    if not at_position:
        return [Finding(place, key, f"is a list; name the entry by its position, for instance {key}.0.{'.'.join(steps)}")]
    position = int(step)
    if position > len(node.value):
        return [Finding(place, key, f"has no entry {position}: positions count from 0, and {len(node.value)} would add one")]
    if position == len(node.value):
        node.value.append(Node(None, place, "null"))
    if rest:
        return put(node.value[position], (*above, position), rest, value)
    node.value[position] = value
    return []


def _spell_out(node: Node, path: Path, *, at_position: bool) -> None:
    """Write a short form, or a block that is not there yet, as what the next step needs."""
    place = node.place
    if path in _LISTS and at_position and node.value is not None and not isinstance(node.value, list):
        node.value = [Node(node.value, place, node.text)]
    short = _SHORT_FORMS.get(path[:-1] if path and isinstance(path[-1], int) else path)
    if short and isinstance(node.value, str) and not at_position:
        node.value = {short: Node(node.value, place, node.text, place)}
    elif node.value is None:
        node.value = [] if at_position else {}
        node.place = place
