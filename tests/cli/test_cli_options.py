"""Options that several commands share: where runs are, the form asked for, the log, results into files."""

from __future__ import annotations

import io
import logging
import sys
from pathlib import Path

import pytest
from regcli_in_process import call

from regcli.cli.options import form_of, log_to_stderr, runs_directory, warn, write_result
from regcli.config import config_from_data
from regcli.errors import UsageError


def test_runs_are_where_the_option_says_or_else_the_configuration():
    config = config_from_data(
        {"dataset": {"kind": "make_regression"}, "penalty": "lasso", "output": {"dir": "mine"}}, "t", Path()
    )
    assert runs_directory(Path("given"), config) == Path("given")
    assert runs_directory(None, config) == Path("mine")
    assert runs_directory(None) == Path("runs")


@pytest.mark.parametrize(
    ("form", "as_json", "expected"), [(None, False, "table"), ("csv", False, "csv"), (None, True, "json"), ("json", True, "json")]
)
def test_the_form_by_either_way_of_asking(form, as_json, expected):
    assert form_of(form, as_json) == expected


def test_two_forms_contradict_each_other():
    with pytest.raises(UsageError, match="--json contradicts --format md"):
        form_of("md", as_json=True)


def test_the_log_is_shown_where_it_is_wanted_and_not_with_quiet(capsys):
    logger = logging.getLogger("regcli")
    before, level = list(logger.handlers), logger.level
    log_to_stderr(verbose=False)
    assert logger.handlers == before
    try:
        log_to_stderr(verbose=True)
        logger.debug("a \x1b[31mline")
        said = capsys.readouterr().err
        assert said.startswith("DEBUG a ")
        assert "\x1b" not in said
    finally:
        logger.handlers[:] = before
        logger.setLevel(level)
    with pytest.raises(UsageError, match="--quiet contradicts --verbose"):
        log_to_stderr(verbose=True, quiet=True)


def test_warnings_are_said_once_harmlessly_and_not_where_it_is_quiet(capsys):
    warn(("one\nline", "two", "one\nline"), quiet=False)
    said = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in said] == ["warning", "warning"]
    warn(("one",), quiet=True)
    assert capsys.readouterr().err == ""


def test_results_go_to_stdout_byte_by_byte(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    write_result("ä,\x1b\n".encode(), None)
    assert raw.getvalue() == "ä,\x1b\n".encode()


def test_results_go_into_a_file_or_the_option_is_named(tmp_path):
    write_result(b"a\n", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == b"a\n"
    with pytest.raises(UsageError, match="the file cannot be written") as caught:
        write_result(b"a\n", tmp_path / "no" / "out.csv")
    assert "-o" in caught.value.hint


@pytest.mark.parametrize("command", ["show", "compare"])
def test_words_are_explained_without_a_run(command):
    done = call(command, "--explain", "gap.relative")
    assert done.code == 0
    assert done.out.startswith("gap / |train|\n  The gap of the selection's metric")
    assert call(command, "--explain", "nonsense").code == 2
