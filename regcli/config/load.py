"""From a file, or from plain data, to a validated configuration."""

from __future__ import annotations

import copy
import difflib
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from regcli.config.base import complaints_of
from regcli.config.moved import name_in
from regcli.config.overrides import Setting, override, put
from regcli.config.schema import Config, Origin
from regcli.config.tree import Finding, Node, Place, from_data, scalar_text
from regcli.config.tree import Path as Steps
from regcli.config.yaml12 import parse
from regcli.errors import ConfigError, Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


# Compared with the text of cells: kept as they were written, so that 1 stays "1" and true stays "true".
_AS_TEXT = frozenset({("holdout", "test_value")})


# What holds for other data as well that are handed over in the place of those that a configuration names.
_KEPT = ("target", "columns", "types", "weight", "group", "time")


def load_config(path: Path, overrides: Sequence[Setting] = (), dataset: dict[str, Any] | None = None) -> Config:
    """Read and validate a configuration file.

    Parameters
    ----------
    path : Path
        As the user gave it; messages show it so.
    overrides : sequence of str or (str, plain data)
        ``dotted.key=value``, or key and value, applied in order before validation.
    dataset : dict, optional
        Other data, in the place of those that are configured; which column is what stays as it was said.

    Raises
    ------
    UsageError
        The file cannot be read.
    ConfigError
        The file, or an override, is wrong; carries all problems in the order of their positions.
    """
    path = Path(path)
    text = _read(path)
    defaults = {"name": slug(name_in(path.parent) or path.stem)}
    return _parsed(Origin(path, text, path.parent), str(path), overrides, defaults, dataset)


def config_from_text(
    text: str, source: str, base: Path, overrides: Sequence[Setting] = (), dataset: dict[str, Any] | None = None
) -> Config:
    """Validate a configuration that is text, and in no file.

    Parameters
    ----------
    text : str
        YAML.
    source : str
        What it is called in messages.
    base : Path
        The folder that relative paths start from.
    overrides, dataset
        As `load_config` takes them.

    Raises
    ------
    ConfigError
    """
    return _parsed(Origin(None, text, base), source, overrides, {}, dataset)


def _parsed(
    origin: Origin, source: str, overrides: Sequence[Setting], defaults: dict[str, Any], dataset: dict[str, Any] | None
) -> Config:
    root, findings = _read_text(origin.source_text, source)
    if root is not None and not isinstance(root.value, dict):
        findings.append(Finding(root.place, "", "must be a mapping of keys to values, such as 'version: 1'"))
        root = None
    if root is None:
        raise _all(findings)
    return _build(replace(origin, tree=root), overrides, findings, defaults, dataset)


def config_from_data(
    data: dict[str, Any], source: str, base: Path, overrides: Sequence[Setting] = (), dataset: dict[str, Any] | None = None
) -> Config:
    """Validate a configuration that stands in no file.

    Parameters
    ----------
    data : dict
        As a file would hold it; `version` may be left out.
    source : str
        What it is called in messages.
    base : Path
        The folder that relative paths start from.
    overrides, dataset
        As `load_config` takes them.

    Raises
    ------
    ConfigError
    """
    origin = Origin(base=Path(base), tree=from_data(data, Place(source)))
    return _build(origin, overrides, [], {"version": 1, "name": "sweep"}, dataset)


def decide(
    config: Config,
    *,
    task: str | None = None,
    cv_kind: str | None = None,
    metric: str | None = None,
    notation: Mapping[str, Any] | None = None,
    class_weight: Mapping[str, float] | None = None,
    outer_kind: str | None = None,
) -> Config:
    """The same configuration with what was left to the data written down, and the rules between its blocks held again.

    Parameters
    ----------
    config : Config
        As loaded; it stays as it is.
    task, cv_kind, metric : str or None
        What `task`, `cv.kind` and `select.metric` turned out to be; None leaves a key alone.
    notation : mapping of str to plain data, optional
        What keys of `dataset.read` turned out to be.
    class_weight : mapping of str to float, optional
        `model.class_weight` by the labels as the data spell them.
    outer_kind : str or None
        What `nested.outer.kind` turned out to be.

    Raises
    ------
    ConfigError
        What is configured does not suit what was decided, such as a metric of the other task.
    """
    root = copy.deepcopy(config.origin.tree)
    findings = []
    read = [(f"dataset.read.{key}", value) for key, value in (notation or {}).items()]
    outer = [("nested.outer.kind", outer_kind)]
    if outer_kind == "predefined":
        outer.append(("nested.outer.column", config.cv.column))
    decided = (
        ("task", task),
        ("cv.kind", cv_kind),
        *outer,
        ("select.metric", metric),
        ("model.class_weight", class_weight),
        *read,
    )
    for key, value in decided:
        if value is not None:
            findings += put(root, (), key.split("."), from_data(value, Place("decided by the data")))
    return _build(replace(config.origin, tree=root), (), findings, {})


def changed(config: Config, settings: Mapping[str, Any]) -> Config:
    """The same configuration with some keys changed, all its rules held again.

    Parameters
    ----------
    config : Config
        As loaded; it stays as it is.
    settings : mapping of str to plain data
        What dotted keys should hold; None takes a key away.

    Raises
    ------
    ConfigError
    """
    origin = replace(config.origin, tree=copy.deepcopy(config.origin.tree))
    return _build(origin, list(settings.items()), [], {})


def read_list(path: Path) -> list[tuple[str, Any]]:
    """The items of a YAML file that is one list, each with where it stands as FILE:LINE:COLUMN.

    Raises
    ------
    UsageError
        The file cannot be read.
    ConfigError
        It is no YAML, or no list.
    """
    root, findings = parse(_read(path), str(path))
    if not findings and (root is None or not isinstance(root.value, list)):
        findings = [Finding(root.place if root else Place(str(path), 1, 1), "", "must be a list, one item a line behind a '-'")]
    if root is None or not isinstance(root.value, list) or findings:
        raise _all(findings)
    return [(str(item.place), item.data()) for item in root.value]


def flat_values(text: str, source: str) -> dict[str, str]:
    """Every scalar of a YAML text by its dotted key, as it was written: what two configurations are compared by.

    Raises
    ------
    ConfigError
        The text is no YAML.
    """
    root, findings = _read_text(text, source)
    if root is None or findings:
        raise _all(findings)
    return dict(_leaves(root, ""))


def _read_text(text: str, source: str) -> tuple[Node | None, list[Finding]]:
    """The tree of a YAML text and what is wrong with it; there is no tree only where something is wrong."""
    root, findings = parse(text, source)
    if root is None and not findings:
        findings = [Finding(Place(source, 1, 1), "", "the file is empty; a configuration begins with 'version: 1'")]
    return root, findings


def _leaves(node: Node, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(node.value, dict):
        for step, child in node.value.items():
            yield from _leaves(child, f"{key}.{step}" if key else step)
    elif isinstance(node.value, list) and all(not isinstance(child.value, dict | list) for child in node.value):
        yield key, f"[{', '.join(child.text or scalar_text(child.value) for child in node.value)}]"  # type: ignore[arg-type]
    elif isinstance(node.value, list):
        for i, child in enumerate(node.value):
            yield from _leaves(child, f"{key}.{i}" if key else str(i))
    else:
        yield key, node.text or scalar_text(node.value)


def _read(path: Path) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        near = difflib.get_close_matches(path.name, _neighbours(path), n=1)
        hint = f"Did you mean {path.with_name(near[0])}?" if near else "Give the path of a YAML file."
        raise UsageError(f"{path}: there is no such file.", hint) from None
    except IsADirectoryError:
        raise UsageError(f"{path}: this is a directory.", "Give the path of a YAML file in it.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path}: the file cannot be read: {reason}.", "Check its path and permissions.") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        place = Place(str(path), before.count(b"\n") + 1, len(before) - before.rfind(b"\n"))
        text = f"not UTF-8: the byte 0x{content[error.start]:02x} does not belong to any character; save the file as UTF-8"
        raise _all([Finding(place, "", text)]) from None


def _neighbours(path: Path) -> list[str]:
    try:
        return [entry.name for entry in path.parent.iterdir() if entry.suffix in {".yaml", ".yml"}]
    except OSError:
        return []


def slug(stem: str) -> str:
    """A file's stem made of a-z, 0-9 and -; letters lose their accents."""
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:100].strip("-") or "config"


def _build(
    origin: Origin,
    overrides: Sequence[Setting],
    findings: list[Finding],
    defaults: dict[str, Any],
    dataset: dict[str, Any] | None = None,
) -> Config:
    root = origin.tree
    if dataset is not None and isinstance(root.value, dict):
        _hand_over(root.value, dataset, root.place)
    for position, setting in enumerate(overrides):
        findings = [*findings, *override(root, setting, position)]
    top = root.value
    if isinstance(top, dict):
        for key, value in defaults.items():
            if key not in top or top[key].value is None:
                top[key] = from_data(value, root.place)
    config, wrong = _validate(origin, frozenset())
    unreadable = {(finding.place, finding.key) for finding in findings}
    findings = [*findings, *(finding for finding in wrong if (finding.place, finding.key) not in unreadable)]
    if config is None or findings:
        raise _all(findings)
    config._origin = origin  # noqa: SLF001 - a private attribute, since it is no key
    return config


def _hand_over(top: dict[str, Node], dataset: dict[str, Any], place: Place) -> None:
    """Put other data in the place of those that are configured."""
    configured = top["dataset"].value if "dataset" in top else None
    kept = {key: configured[key] for key in _KEPT if key in configured} if isinstance(configured, dict) else {}
    node = from_data(dataset, place)
    assert isinstance(node.value, dict)  # noqa: S101 - it was made from a dict
    top["dataset"] = Node(({} if dataset["kind"] == "svmlight" else kept) | node.value, place, key_place=place)


def _validate(origin: Origin, without: frozenset[Steps]) -> tuple[Config | None, list[Finding]]:
    """The configuration and what is wrong with it, looking again without the keys that should not be there.

    A rule between blocks is held only where the blocks are valid, so that a mistyped key would hide what it finds.
    """
    root = origin.tree
    try:
        return Config.model_validate(root.data(_AS_TEXT, without), context={"base": origin.base}), []
    except ValidationError as error:
        complaints = complaints_of(error)
    located = [(*root.locate(complaint.path, at_key=complaint.at_key), complaint) for complaint in complaints]
    findings = [Finding(place, ".".join(map(str, steps)), complaint.text) for place, steps, complaint in located]
    useless = frozenset(steps for _, steps, complaint in located if complaint.at_key) - without
    if not useless:
        return None, findings
    return None, [*findings, *_validate(origin, without | useless)[1]]


def _all(findings: list[Finding]) -> ConfigError:
    ordered = dict.fromkeys(sorted(findings, key=lambda finding: finding.place.rank))
    return ConfigError([Problem(str(place), key, text) for place, key, text in ordered])
