"""The configuration: schema, YAML with positions, overrides, all errors at once."""

from __future__ import annotations

from regcli.config.load import changed, config_from_data, config_from_text, decide, flat_values, load_config, read_list
from regcli.config.resolved import config_sha256, json_schema, resolved_yaml
from regcli.config.schema import Config, Origin
from regcli.config.variants import variants

__all__ = [
    "Config",
    "Origin",
    "changed",
    "config_from_data",
    "config_from_text",
    "config_sha256",
    "decide",
    "flat_values",
    "json_schema",
    "load_config",
    "read_list",
    "resolved_yaml",
    "variants",
]
