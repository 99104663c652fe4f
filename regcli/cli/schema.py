"""`regcli schema`."""

import sys


def schema() -> None:
    """Print the JSON Schema of the configuration file.

    Example: regcli schema > regcli.schema.json
    """
    from regcli.config import json_schema
    from regcli.report.render import write_json

    write_json(json_schema(), sys.stdout)
