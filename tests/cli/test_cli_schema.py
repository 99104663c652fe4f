"""`regcli schema`: the JSON Schema."""

from __future__ import annotations

import json

from regcli_in_process import call


def test_schema_is_json(folder):
    assert "penalty" in json.loads(call("schema").out)["properties"]
