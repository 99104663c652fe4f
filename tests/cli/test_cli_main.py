"""The program as a whole: its help, its version, and the module that is the command."""

from __future__ import annotations

import subprocess
import sys

import pytest
from regcli_in_process import call

COMMANDS = (
    "init",
    "advise",
    "fit",
    "sweep",
    "resume",
    "validate",
    "compare",
    "check",
    "report",
    "ls",
    "show",
    "predict",
    "evaluate",
    "schema",
    "baseline",
)


def test_help_lists_what_works_and_shows_an_example(folder):
    text = call("--help").out
    listed = [line.split()[0] for line in text.split("Commands:")[1].splitlines() if line.strip()]
    assert listed == list(COMMANDS)
    for command in COMMANDS:
        assert f"Example: regcli {command}" in call(command, "--help").out
    assert "..." not in text.split("Commands:")[1], "a command's first line is too long for the list"


def test_version(folder):
    assert call("--version").out.startswith("regcli 0.")


@pytest.mark.parametrize("words", [(), ("fit",), ("ls",), ("baseline",), ("baseline", "set")])
def test_help_has_a_short_form(words):
    assert call(*words, "-h").out == call(*words, "--help").out != ""


def test_the_module_is_the_command(folder):
    done = subprocess.run([sys.executable, "-m", "regcli", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == call("--version").out
