"""A configuration written out: as YAML with its defaults, as a hash of its meaning, as a JSON Schema."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from regcli.config.base import Part
from regcli.config.evaluation import KEYS_OF_CV, Cv
from regcli.config.schema import Config, outer_scheme, scheme
from regcli.config.yaml12 import dump

# What changes no result.
_NO_MEANING = ("name", "execution", "output")


def resolved_yaml(config: Config, relative_to: Path) -> str:
    """The configuration with its defaults, as YAML in the order of the documentation, without comments.

    Parameters
    ----------
    config : Config
    relative_to : Path
        The folder where the text will stand: the dataset's path is written relative to it where it can be.

    Returns
    -------
    str
        `load_config` on it gives an equal configuration.
    """
    data = _written_out(config, config)
    path = getattr(config.dataset, "path", None)
    if path is not None:
        data["dataset"]["path"] = _relative(path, Path(relative_to).resolve())
    return dump(data)


def config_sha256(config: Config) -> str:
    """Hash of what the configuration means; its name, execution, output and the dataset's path are no part of that."""
    data = _written_out(config, config)
    for key in _NO_MEANING:
        del data[key]
    data["dataset"].pop("path", None)
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the configuration file, short forms included."""
    schema = Config.model_json_schema(schema_generator=_Schema)
    schema["properties"]["name"].pop("default")  # the file's stem
    kinds = schema["properties"]["dataset"]
    kinds.pop("discriminator")  # OpenAPI's, not JSON Schema's
    # what a program hands over is no data that a file could name
    kinds["oneOf"] = [kind for kind in kinds["oneOf"] if not kind["$ref"].endswith("/MemoryDataset")]
    del schema["$defs"]["MemoryDataset"]
    return {"$schema": GenerateJsonSchema.schema_dialect, "title": "regcli configuration"} | schema


class _Schema(GenerateJsonSchema):
    """Without a title for every key, which says no more than the key."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002
        return False


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def _written_out(value: Any, config: Config) -> Any:  # noqa: ANN401
    """Plain data for YAML and JSON, without the keys that mean nothing beside the others."""
    if isinstance(value, Part):
        unused = value.unused() | (_unused_of_cv(value, config) if isinstance(value, Cv) else frozenset())
        return {key: _written_out(getattr(value, key), config) for key in type(value).model_fields if key not in unused}
    if isinstance(value, dict):
        return {key: _written_out(item, config) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_written_out(item, config) for item in value]
    return str(value) if isinstance(value, Path) else value


def _unused_of_cv(cv: Cv, config: Config) -> frozenset[str]:
    is_outer = config.nested is not None and cv is config.nested.outer
    in_force = outer_scheme(cv, config.cv, config.dataset) if is_outer else scheme(cv, config.dataset)
    used = {"kind", "seed", *KEYS_OF_CV[in_force]}
    if in_force == "group" and "shuffle" not in cv.model_fields_set:
        used.discard("shuffle")  # plain GroupKFold, which draws nothing, unless it was asked for
    return frozenset(type(cv).model_fields) - used
