"""The block `check`: codes that exist, and how many looks are planned."""

from __future__ import annotations

import pytest

from regcli.errors import ConfigError

TABLE = "version: 1\ndataset: {kind: make_regression}\npenalty: lasso\n"


def test_rows_are_muted_by_their_codes(load):
    check = load(TABLE + "check: {mute: [RC011, RC014], allow_looks: 3}\n").check
    assert (check.mute, check.allow_looks) == (("RC011", "RC014"), 3)


@pytest.mark.parametrize(
    ("text", "key", "told"),
    [
        ("{mute: [RC0111]}", "check.mute.0", "did you mean 'RC0"),
        ("{mute: [RC011, RC011]}", "check.mute.1", "stands twice"),
        ("{mute: [7]}", "check.mute.0", "is no row of the checklist; allowed: RC001 to "),
        ("{allow_looks: 0}", "check.allow_looks", "must be a whole number of at least 1"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(load, text, key, told):
    with pytest.raises(ConfigError) as caught:
        load(TABLE + f"check: {text}\n")
    (problem,) = caught.value.problems
    assert problem.key == key
    assert told in problem.text
