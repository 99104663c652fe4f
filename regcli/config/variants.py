"""The configurations that `vary` asks for: the same one with other values of a key."""

from pathlib import Path

from regcli.config.load import config_from_text
from regcli.config.resolved import resolved_yaml
from regcli.config.schema import Config


def variants(config: Config) -> tuple[Config, ...]:
    """One configuration for each value, none where nothing is to be varied; none of them varies anything in its turn.

    Raises
    ------
    ConfigError
        Where the key cannot have a value.
    """
    if config.vary is None:
        return ()
    here = Path.cwd()
    text = resolved_yaml(config, here)
    asked = ((config.vary.key, value) for value in config.vary.values)
    return tuple(config_from_text(text, "configuration", here, [("vary", None), setting]) for setting in asked)
