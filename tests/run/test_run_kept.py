"""Files that are added to a run."""

from __future__ import annotations

import hashlib
import json

import pytest

from regcli.errors import RunError
from regcli.run import keep, open_run


def test_the_manifest_accounts_for_what_is_added(run):
    kept = keep(run, "report.html", b"page")
    opened = open_run(str(run.path), run.path.parent)
    assert opened.content("report.html") == b"page" == kept.content("report.html")
    assert opened.manifest == kept.manifest
    assert opened.manifest["files"]["report.html"] == hashlib.sha256(b"page").hexdigest()
    before = {key: value for key, value in run.manifest.items() if key != "files"}
    assert {key: value for key, value in json.loads((run.path / "manifest.json").read_text()).items() if key != "files"} == before


def test_a_place_that_cannot_be_written_is_told_with_another(run):
    (run.path / "report.html").mkdir()
    with pytest.raises(RunError, match="cannot be written") as caught:
        keep(run, "report.html", b"page")
    assert "-o" in str(caught.value.hint)
