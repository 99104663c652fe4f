"""The tree of errors: exit codes, and what is printed of each."""

from __future__ import annotations

import pytest

from regcli import errors


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("GateError", 1),
        ("UsageError", 2),
        ("ConfigError", 2),
        ("DataError", 3),
        ("FitError", 4),
        ("RunError", 5),
        ("RegcliError", 70),
    ],
)
def test_each_kind_ends_the_program_with_its_code(kind, code):
    assert getattr(errors, kind).exit_code == code
    assert issubclass(getattr(errors, kind), errors.RegcliError)


def test_the_hint_follows_the_message_and_remedies_travel_along():
    error = errors.DataError("d.csv: a cell is missing.", "Fill it.", {"preprocess.missing": "median"}, "regcli ls")
    assert str(error) == "d.csv: a cell is missing.\nFill it."
    assert error.remedies == ({"preprocess.missing": "median"}, "regcli ls")
    assert str(errors.DataError("Alone.")) == "Alone."


def test_everything_wrong_with_a_configuration_is_one_error_a_line_each_and_harmless():
    error = errors.ConfigError([errors.Problem("c.yaml:1:2", "cv.kind", "is \x1b[31mred"), errors.Problem("--set a=1", "", "no")])
    lines = str(error).splitlines()
    assert lines[0].startswith("c.yaml:1:2: cv.kind: is ")
    assert "\x1b" not in lines[0]
    assert lines[1] == "--set a=1: no"
    assert len(error.problems) == 2
