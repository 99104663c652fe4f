"""What Python hands over as configuration and data: paths, text, dicts, frames, arrays."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regcli.data.endings import file_kind
from regcli.data.wording import nearest
from regcli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.config import Config
    from regcli.data.memory import Source

PENALTIES = ("none", "ridge", "lasso", "elasticnet")
ALIASES = {"l1": "lasso", "l2": "ridge", "enet": "elasticnet"}


def configured(
    config: Any,  # noqa: ANN401
    data: Any,  # noqa: ANN401
    target: str | None,
    penalty: Any,  # noqa: ANN401
    settings: Mapping[str, Any] | Sequence[str] | None,
) -> tuple[Config, Source | None]:
    """The configuration as Python has it, with what is given on top; and the data that are handed over."""
    from regcli import config as configuration

    dataset, source = (None, None) if data is None else handed_over(data, target)
    changes: list[Any] = [] if target is None or dataset is not None else [("dataset.target", target)]
    if penalty is not None:
        changes.append(("penalty", named_penalties(penalty) if isinstance(penalty, str) else _plain(penalty)))
    given = [settings] if isinstance(settings, str) else settings or ()
    changes += _plain(given).items() if isinstance(given, Mapping) else given
    if config is None and data is None:
        raise UsageError("Neither a configuration nor data are given.", "Give one: regcli.fit('config.yaml'), or data=….")
    if config is None:
        config = {"name": "data" if source is not None else _name(data), "penalty": [{"kind": "elasticnet"}]}
    if isinstance(config, (str, os.PathLike)):
        text = os.fspath(config)
        if "\n" in text or text.lstrip().startswith("{"):
            return configuration.config_from_text(text, "configuration", Path(), changes, dataset), source
        return configuration.load_config(Path(text), changes, dataset), source
    if not isinstance(config, Mapping):
        raise UsageError(f"config: a {type(config).__name__} is no configuration.", "Give a path, YAML as text, or a dict.")
    return configuration.config_from_data(_plain(config), "configuration", Path(), changes, dataset), source


def handed_over(data: Any, target: str | None) -> tuple[dict[str, Any], Source | None]:  # noqa: ANN401
    """Data that are handed over as the dataset of a configuration, and as a source of rows where no file holds them."""
    if isinstance(data, (str, os.PathLike)):
        path = Path(data)
        kind = file_kind(path) or "csv"
        named = {} if target is None or kind == "svmlight" else {"target": target}
        return {"kind": kind, "path": str(path.absolute()), **named}, None
    from regcli.data.memory import in_memory

    source = in_memory(data, target)
    return {"kind": "memory", **({} if source.target is None else {"target": source.target})}, source


def _name(data: str | os.PathLike[str]) -> str:
    from regcli.config.load import slug

    return slug(Path(data).name.partition(".")[0])


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Arrays and their numbers as lists and Python's own."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.tolist() if hasattr(value, "tolist") else value


def named_penalties(text: str, where: str = "penalty") -> list[dict[str, Any]]:
    """The penalty list that names between commas stand for, each once.

    Raises
    ------
    UsageError
    """
    names: list[str] = []
    for word in (part.strip().lower() for part in text.split(",")):
        names += PENALTIES if word == "all" else [ALIASES.get(word, word)]
    unknown = [name for name in names if name not in PENALTIES]
    if unknown:
        near = nearest(unknown[0], [*PENALTIES, "all"])
        hint = "" if near is None else f"Did you mean {near!r}? "
        raise UsageError(f"{where}: {unknown[0]!r} is not known.", f"{hint}Allowed: {', '.join(PENALTIES)}, all.")
    return [{"kind": name} for name in dict.fromkeys(names)]
