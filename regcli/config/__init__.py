"""The configuration: schema, YAML with positions, overrides, all errors at once."""

from __future__ import annotations

from regcli.config.evaluation import CLASSIFICATION_METRICS, REGRESSION_METRICS
from regcli.config.load import config_from_data, decide, load_config
from regcli.config.resolved import config_sha256, json_schema, resolved_yaml
from regcli.config.schema import Config, Origin

__all__ = [
    "CLASSIFICATION_METRICS",
    "REGRESSION_METRICS",
    "Config",
    "Origin",
    "config_from_data",
    "config_sha256",
    "decide",
    "json_schema",
    "load_config",
    "resolved_yaml",
]
